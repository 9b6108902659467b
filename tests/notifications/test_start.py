"""Before and at the start: test mails to our own people, a time of its own, a segment queued piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from notifications import commands, lane, queueing, samples, tasks
from notifications.models import Delivery, DrillMail, Notice, SampleMail
from tests.notifications.conftest import add_people, people
from tests.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_state")]


def test_colleagues_get_a_test_mail_and_nobody_else_does(
    smtp_sink: Sink,
    incident: Incident,
    draft: Callable[..., Notice],
    lead: User,
    officer: User,
    employee: User,
    client_of: Any,
) -> None:
    add_people(incident, people(3))
    notice = draft()
    page = f"/incidents/{incident.reference}/notices/{notice.reference}/test/"
    author = client_of(lead)
    assert b"Send a test mail" in author.get(page).content
    assert author.post(page, {"to": [lead.pk, officer.pk]}).status_code == 302
    assert author.post(page, {"to": [employee.pk]}).status_code == 422
    asked = author.post(f"/api{page}", {"recipients": [employee.pk]}, "application/json")
    assert asked.json()["errors"][0]["code"] == "not_here"
    assert author.post(f"/api{page}").status_code == 201
    assert samples.send_due() == 3
    assert sorted(smtp_sink.recipients()) == sorted([lead.email, lead.email, officer.email])
    first = smtp_sink.messages()[0]
    assert first["Subject"].startswith("[Test] Your data at")
    assert [part.get_content_type() for part in first.iter_parts()] == ["text/plain", "text/html"]
    assert set(SampleMail.objects.values_list("mail_state", flat=True)) == {"sent"}
    assert not Delivery.objects.exists()
    assert "test mail" in author.get(f"/incidents/{incident.reference}/timeline/").content.decode().lower()


def test_a_drill_reaches_nobody_however_it_is_tried(
    smtp_sink: Sink, incident: Incident, approved: Callable[..., Notice], lead: User
) -> None:
    incident.drill = True
    incident.save()
    add_people(incident, people(60))
    notice = approved()
    with pytest.raises(ValidationError, match="drill"):
        commands.send_samples(notice, to=[lead], by=lead, now=timezone.now())
    SampleMail.objects.create(notice=notice, recipient=lead, by=lead, at=timezone.now())
    assert samples.send_due() == 0
    commands.start_sending(notice, by=lead, now=timezone.now() - timedelta(seconds=1))
    tasks.send_due_deliveries()
    lane.run(connections_wanted=2)
    assert Delivery.objects.filter(state="sent").count() == DrillMail.objects.count() == 60
    assert smtp_sink.events() == [], "a drill's mail came to the mail server"


def test_it_starts_at_the_time_that_was_given(
    smtp_sink: Sink, incident: Incident, approved: Callable[..., Notice], lead: User, client_of: Any
) -> None:
    add_people(incident, people(2))
    notice = approved()
    page = f"/incidents/{incident.reference}/notices/{notice.reference}/send/"
    author = client_of(lead)
    assert "Your data at Lantern" in author.get(page).content.decode(), "the subject as people read it"
    assert b"Give the time" in author.post(page, {"delay": "at"}).content
    assert author.post(page, {"delay": "at", "at": "2020-01-01T10:00"}).status_code == 422
    assert author.post(page, {"delay": "soon"}).status_code == 422
    at = (timezone.now() + timedelta(hours=3)).replace(microsecond=0)
    sent = author.post(f"/api{page}", {"at": at.isoformat()}, "application/json")
    assert sent.status_code == 200, sent.content
    notice.refresh_from_db()
    assert notice.scheduled_at == at
    assert lane.run(connections_wanted=1).fates.total() == 0
    Notice.objects.update(scheduled_at=notice.started_at - timedelta(seconds=1))
    assert lane.run(connections_wanted=1).fates["sent"] == 2


def test_a_large_segment_is_queued_piece_by_piece_and_nobody_is_left_out(
    smtp_sink: Sink,
    incident: Incident,
    approved: Callable[..., Notice],
    lead: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_people(incident, people(25))
    notice = approved()
    monkeypatch.setattr(queueing.queue_some, "__kwdefaults__", {"size": 10})
    monkeypatch.setattr(queueing, "AT_START", 10)
    now = timezone.now() - timedelta(seconds=1)
    notice = commands.start_sending(notice, by=lead, now=now)
    assert (notice.total, notice.deliveries.count()) == (25, 10)
    lane.run(connections_wanted=1)
    tasks.follow_up()
    notice.refresh_from_db()
    assert (notice.status, notice.sent, notice.pending) == ("sending", 10, 15), "it is not over yet"
    with pytest.raises(ValidationError):
        commands.finish_notice(notice, now=timezone.now())
    tasks.send_due_deliveries()
    notice.refresh_from_db()
    assert (notice.status, notice.sent, notice.total) == ("finished", 25, 25)
    assert sorted(smtp_sink.recipients()) == sorted(one.email for one in people(25))
