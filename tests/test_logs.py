"""What belongs to affected people stays sealed: not in logs, not in messages of the broker, not in the record."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from celery.signals import before_task_publish
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from tests import full_incident
from tests.full_incident import Case, Cast, build, client_for, hire, organisation_of_tests, policy_in_force
from tests.sink import Sink

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
REFUSED = "eva.holm@post.example"
SECRETS = (
    REFUSED,
    full_incident.FAMILY, full_incident.EMAIL, "555 0177", "5550177", full_incident.ASKER, full_incident.ASKER_MAIL,
    "Xanthippe", "Quillfeather", "quillfeather@mail.example",
)  # fmt: skip


def hits(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret.lower() in text.lower()]


@pytest.fixture
def published() -> Any:
    """All that is handed to the broker, as it goes out."""
    sent: list[str] = []

    def keep(body: Any = None, headers: Any = None, **more: Any) -> None:
        sent.append(json.dumps([body, headers], default=str))

    before_task_publish.connect(keep)
    yield sent
    before_task_publish.disconnect(keep)


def through_the_pages(case: Case, cast: Cast) -> None:
    """Import, look-up, reveal, inquiry and answer as people do it, with a few mistakes on the way."""
    reference = case.incident.reference
    base = f"/incidents/{reference}"
    from django.core.files.uploadedfile import SimpleUploadedFile

    officer, support, anybody = client_for(cast.officer), client_for(cast.support), client_for(None)
    more = "email;name;country\numa.quillfeather@mail.example;Uma Quillfeather;IE\n"
    answer = officer.post(f"{base}/people/import/", {"file": SimpleUploadedFile("people.csv", more.encode())})
    columns = answer["Location"]
    officer.get(columns)
    started = {"encoding": "utf-8", "delimiter": ";", "has_header": "on", "column_0": "email", "column_1": "name", "column_2": "country", "elements": ["email"]}  # fmt: skip
    officer.post(columns, {**started, "column_2": "no such thing"})
    assert officer.post(columns, started).status_code == 302
    for words in (full_incident.EMAIL, full_incident.FAMILY, full_incident.PHONE):
        assert officer.post(f"{base}/people/", {"find": words}).status_code == 200
    seen = officer.post(f"{base}/people/{case.party.id}/reveal/", {"reason": "They called us."})
    assert full_incident.FAMILY in seen.content.decode()
    logged = {
        "topic": "my_data",
        "channel": "phone",
        "words": full_incident.QUESTION,
        "contact": full_incident.ASKER_MAIL,
    }
    assert support.post(f"{base}/inquiries/new/", logged).status_code == 200
    assert support.post(f"{base}/inquiries/new/", {**logged, "topic": "none"}).status_code == 422
    inquiry = f"/inquiries/{case.inquiry.reference}/"
    assert support.post(inquiry, {"text": f"Dear {full_incident.ASKER}, it is not."}).status_code == 302
    assert support.post(f"{inquiry}contact/", {"reason": "To call back."}).status_code == 200
    asked = {"question": full_incident.QUESTION, "email": full_incident.ASKER_MAIL}
    assert anybody.post(f"/n/{case.notice_code}", asked).status_code == 200
    assert (
        anybody.post(f"/n/{case.notice_code}", {**asked, "email": "not an address Zyxquist"}).status_code
        == 422
    )
    assert anybody.post(f"/q/{case.inquiry_code}", {"words": full_incident.QUESTION}).status_code == 302
    officer.get(f"{base}/people/999999/{full_incident.EMAIL}")


@pytest.fixture
def lived(smtp_sink: Sink, published: list[str], caplog: pytest.LogCaptureFixture) -> tuple[Case, Cast]:
    caplog.set_level(logging.DEBUG)
    smtp_sink.faults(
        {"at": "rcpt", "do": "refuse", "to": "eva.holm", "say": f"550 5.1.1 <{REFUSED}> is unknown"}
    )
    organisation_of_tests()
    cast = hire()
    case = build(cast, policy_in_force(cast, timezone.now()))
    through_the_pages(case, cast)
    from notifications import tasks
    from stakeholders import tasks as imports

    imports.run_due_imports()
    tasks.send_due_answers()
    return case, cast


def test_nothing_of_affected_people_leaves_its_seal(
    lived: tuple[Case, Cast],
    published: list[str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    case, _ = lived
    written = caplog.text + "".join(capfd.readouterr())
    assert hits(written) == [], "in the logs"
    assert case.notice_code not in written
    assert case.inquiry_code not in written
    assert published, "nothing was handed to the broker, so nothing was proved"
    assert hits("\n".join(published)) == [], "in messages of the broker"
    events = [
        f"{event.details} {event.subject_label} {event.actor_label}" for event in AuditEvent.objects.all()
    ]
    assert len(events) > 40
    assert hits("\n".join(events)) == [], "in the record"
    assert stored() == []


def stored() -> list[str]:
    """Tables in which a secret stands in clear, as text or as bytes."""
    marks = [secret.replace("'", "''") for secret in SECRETS]
    marks += [secret.encode().hex() for secret in SECRETS]
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            for mark in marks:
                cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE %s', [f"%{mark}%"])
                if cursor.fetchone()[0]:
                    found.append(f"{mark} in {table}")
    return found
