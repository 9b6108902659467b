from __future__ import annotations

import re
import stat

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit import queries as audit
from audit.models import Anchor
from config.demo.people import TOTAL, people_csv
from incidents import queries as cases
from incidents.lifecycle import ReportStatus, Status
from incidents.models import Incident, Report
from insights.models import ExposureProfile, SavedOutlook
from notifications.models import Delivery, Filing, Notice
from stakeholders.models import AffectedParty, Inquiry, RosterImport

pytestmark = pytest.mark.slow


@pytest.fixture
def demo(db, tmp_path, settings, monkeypatch):
    """The demonstration, built as `make run` builds it."""
    monkeypatch.setenv("FORTHRIGHT_LOCAL_DIR", str(tmp_path))
    settings.MEDIA_ROOT = settings.FILES_DIR = tmp_path / "files"
    call_command("demo")
    return tmp_path


def test_the_demonstration_has_something_true_for_every_page_and_sign_ins_that_work(demo):
    breach = Incident.objects.get(status=Status.CONFIRMED)
    people, confirmed = cases.total_affected(cases.current_counts(breach))
    assert (people, confirmed) == (TOTAL, True)
    assert AffectedParty.objects.count() == TOTAL == 2000
    assert len(set(AffectedParty.objects.values_list("country", "subdivision"))) == 12
    assert len(set(AffectedParty.objects.values_list("language", flat=True))) == 8
    assert RosterImport.objects.get().refused == 3
    assert set(Notice.objects.values_list("status", flat=True)) == {
        "sending",
        "approved",
        "in_review",
        "draft",
    }
    assert Delivery.objects.filter(notice__status="sending").exists()
    assert Filing.objects.get().status == "ready"
    assert set(Inquiry.objects.values_list("status", flat=True)) == {"open", "answered"}
    assert Report.objects.filter(status=ReportStatus.NEW).count() == 7
    assert {"staff", "public", "supplier", "mailbox", "api"} <= set(
        Report.objects.values_list("door", flat=True)
    )
    assert Incident.objects.filter(status=Status.CLOSED, historic=False, merged_into=None).count() == 1
    assert Incident.objects.filter(historic=True).count() == 6
    assert {"to_decide", "required"} <= set(breach.obligations.values_list("status", flat=True))
    assert {"not_started", "in_progress", "waiting", "done"} <= set(
        breach.items.values_list("status", flat=True)
    )
    assert ExposureProfile.current().people
    assert SavedOutlook.objects.get().items
    assert breach.evidence.count() == 4
    assert breach.legal_holds.get().evidence.title.startswith("Look-ups")
    assert Anchor.objects.count() == 1
    assert audit.verify_all().holds
    _check_sign_ins(demo)


def _check_sign_ins(demo):
    """They are random, work, and are read by their owner alone."""
    path = demo / "sign-ins"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = re.findall(r"(\S+@lantern\.example)\s+(\S+)", path.read_text())
    assert len(rows) == 7
    assert all(User.objects.get(email=email).check_password(password) for email, password in rows)
    assert len({password for _, password in rows}) == 7


def test_it_refuses_where_people_are(db, officer):
    with pytest.raises(CommandError, match="empty"):
        call_command("demo")
    assert Incident.objects.count() == 0


def test_nobody_in_it_can_exist():
    text = people_csv().decode()
    assert people_csv().decode() == text
    assert not [mail for mail in re.findall(r"@([\w.-]+)", text) if not mail.endswith(".example")]
