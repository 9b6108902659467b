"""Two people decide on one notice at the same instant, on real locks."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import Role
from audit.models import AuditEvent
from notifications import commands
from notifications.models import Notice
from tests.notifications.conftest import STATEMENT, add_people, people
from tests.people import hire

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def together(*acts: Callable[[], object]) -> list[str]:
    """Run them in threads that wait for each other; of each "done", or the code of its refusal."""
    barrier, told = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait(10)
        try:
            act()
            told[place] = "done"
        except ValidationError as refusal:
            told[place] = refusal.error_list[0].code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return told


def verbs(notice: Notice) -> list[str]:
    events = AuditEvent.objects.filter(subject_type="notifications.notice", subject_id=str(notice.pk))
    return list(events.order_by("sequence").values_list("verb", flat=True))


def test_one_of_two_approves_and_an_edit_never_goes_out_unread(incident, draft, lead, officer):
    add_people(incident, people(1))
    second = hire("second@lantern.example", Role.LEGAL)

    def in_review(title: str) -> Notice:
        return commands.submit_notice(draft(title=title), by=lead, now=timezone.now())

    def approve(notice: Notice, by) -> Callable[[], object]:
        return lambda: commands.approve_notice(notice, by=by, now=timezone.now(), seen=notice.edited_at)

    notice = in_review("Approved by two")
    assert sorted(together(approve(notice, officer), approve(notice, second))) == ["done", "wrong_status"]
    assert verbs(notice).count("notice_approved") == 1

    for turn in range(ROUNDS):
        notice = in_review(f"Turn {turn}")
        later = STATEMENT | {"measures": "We closed it after two days."}

        def edit(notice: Notice = notice, later: dict[str, str] = later) -> object:
            return commands.edit_notice(notice, by=lead, now=timezone.now(), statement=later)

        approval, edited = together(approve(notice, officer), edit)
        notice.refresh_from_db()
        # Whoever came first: what was written is there, and nothing that nobody read is approved.
        assert edited == "done"
        assert notice.statement == later
        assert (notice.status, notice.approved_by, notice.text_hash) == ("draft", None, "")
        assert ("notice_approved" in verbs(notice)) == (approval == "done")
        assert verbs(notice)[-1] == "notice_edited"
