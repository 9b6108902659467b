"""What is said about a report: with the reporter, by code and by mail, and among us."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from audit.models import AuditEvent
from incidents import commands, queries
from incidents.lifecycle import ReportStatus
from incidents.models import Door, Report, ReportMessage
from notifications import report_mail

SECRET = "Only staff know of the quokka."
STATUS = "incidents:report_status"


@pytest.fixture(autouse=True)
def _fresh_cache(organisation):
    cache.clear()


def filed(**more):
    return commands.file_report(
        door=more.pop("door", Door.PUBLIC), title="a", words="b", now=timezone.now(), **more
    )


def opened(client, filed, **more):
    return client.post(reverse(STATUS), {"reference": filed.report.reference, "code": filed.code, **more})


def test_staff_and_reporter_write_to_each_other_and_notes_stay_inside(client, client_of, responder):
    told = filed(contact="ana@post.example")
    staff, ref = client_of(responder), told.report.reference
    page = staff.get(reverse("incidents:answer_reporter", args=[ref])).content.decode()
    assert "a mail without your words" in page
    staff.post(reverse("incidents:answer_reporter", args=[ref]), {"text": "Which page <b>was</b> it?"})
    staff.post(reverse("incidents:add_report_note", args=[ref]), {"text": SECRET})
    page = opened(client, told).content.decode()
    assert "Which page &lt;b&gt;was&lt;/b&gt; it?" in page
    assert SECRET not in page
    assert str(responder) not in page
    assert (
        "Your words are with us" in opened(client, told, text="The import page.", write="1").content.decode()
    )
    opened(client, told, text="The import page.", write="1")  # a second click
    assert list(told.report.messages.values_list("kind", flat=True)) == ["out", "note", "in"]
    page = staff.get(reverse("incidents:intake_report", args=[ref])).content.decode()
    for words in (SECRET, "The import page.", "wait for an answer", "Needs no answer"):
        assert words in page
    staff.post(reverse("incidents:needs_no_answer", args=[ref]))
    assert not queries.to_answer(responder).exists()
    details = " ".join(AuditEvent.objects.filter(stream=told.report.stream).values_list("details", flat=True))
    assert SECRET not in details
    assert "import" not in details


def test_words_need_the_right_code_and_some_text(client):
    told = filed()
    wrong = opened(client, told._replace(code="guess"), text="Let me in.", write="1")
    assert wrong.status_code == 422
    assert "Between you and us" not in wrong.content.decode()
    assert opened(client, told, text="  ", write="1").status_code == 422
    assert opened(client, told, text="x" * 20_001, write="1").status_code == 422
    assert not told.report.messages.exists()


def test_a_reporter_who_writes_again_brings_a_dismissed_report_back(client, responder):
    told, now = filed(), timezone.now()
    commands.dismiss_report(told.report, by=responder, reason="Spam.", now=now)
    opened(client, told, text="It is real.", write="1")
    assert Report.objects.get().status == ReportStatus.NEW
    put_off = filed()
    commands.put_off_report(put_off.report, until=now + timedelta(days=9), by=responder, reason="r", now=now)
    opened(client, put_off, text="Now.", write="1")
    assert queries.inbox(responder).count() == 2


def test_a_full_report_asks_for_a_new_one(responder, monkeypatch):
    monkeypatch.setattr("incidents.commands.conversation.MOST_MESSAGES", 1)
    report = filed().report
    commands.write_again(report, text="one", now=timezone.now())
    with pytest.raises(ValidationError, match="send a new one"):
        commands.write_again(report, text="two", now=timezone.now())


def test_the_mail_to_a_reporter_holds_no_words_and_goes_once(responder, employee, smtp_sink):
    now = timezone.now()
    public, staff, silent = (
        filed(contact="Ana <ana@post.example>, at night"),
        filed(reporter=employee),
        filed(),
    )
    for told in (public, staff, silent):
        commands.answer_reporter(told.report, text="About your secret.", by=responder, now=now)
    assert report_mail.send_due() == 2
    assert report_mail.send_due() == 0
    (to_public,) = smtp_sink.messages("ana@post.example")
    (to_staff,) = smtp_sink.messages(employee.email)
    for mail, page in ((to_public, "/report/status/"), (to_staff, staff.report.reference)):
        assert "secret" not in mail.get_content()
        assert page in mail.get_content()
    assert public.code not in to_public.as_string()
    assert set(ReportMessage.objects.values_list("mail_state", flat=True)) == {"sent", ""}


def test_a_mail_whose_answer_was_lost_is_not_sent_again(responder, smtp_sink):
    told = filed(contact="ana@post.example")
    commands.answer_reporter(told.report, text="x", by=responder, now=timezone.now())
    smtp_sink.faults({"at": "data", "do": "drop", "times": 1})
    assert report_mail.send_due() == 0
    assert report_mail.send_due() == 0
    assert ReportMessage.objects.get().mail_state == "uncertain"


def test_staff_read_and_reply_to_their_own_report_alone(client_of, employee, stranger, responder):
    told = filed(reporter=employee, door=Door.STAFF)
    commands.answer_reporter(told.report, text="Where is it now?", by=responder, now=timezone.now())
    commands.add_report_note(told.report, text=SECRET, by=responder, now=timezone.now())
    where = reverse("incidents:report_thanks", args=[told.report.reference])
    assert client_of(stranger).post(where, {"text": "x"}).status_code == 404
    client = client_of(employee)
    page = client.get(where).content.decode()
    assert "Where is it now?" in page
    assert SECRET not in page
    assert client.post(where, {"text": "In my drawer."}).status_code == 302
    assert told.report.messages.last().by == employee
    api = APIClient()
    api.force_login(employee, backend="allauth.account.auth_backends.AuthenticationBackend")
    mine = reverse("incidents:api_my_report", args=[told.report.reference])
    assert [one["kind"] for one in api.get(mine).json()] == ["out", "in"]
    assert api.post(mine, {"text": "Found a second page."}, format="json").status_code == 201
    assert api.get(reverse("incidents:api_report_messages", args=[told.report.reference])).status_code == 403
    api.force_login(responder, backend="allauth.account.auth_backends.AuthenticationBackend")
    said = reverse("incidents:api_report_messages", args=[told.report.reference])
    assert len(api.get(said).json()) == 4
    assert api.post(said, {"kind": "in", "text": "x"}, format="json").status_code == 400
    assert api.post(said, {"kind": "note", "text": "x"}, format="json").status_code == 201
    no_answer = reverse("incidents:api_needs_no_answer", args=[told.report.reference])
    assert api.post(no_answer).status_code == 200
    assert api.post(no_answer).status_code == 400
