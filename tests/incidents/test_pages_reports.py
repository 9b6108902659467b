"""Telling us something: the public form, staff, and what triage makes of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from incidents import commands
from incidents.lifecycle import ReportStatus
from incidents.models import Door, Incident, Report

SEEN = {"title": "I see phone numbers", "words": "Of strangers,\nin the contact import."}
WHERE = {
    "link": "https://lantern.example/import",
    "on": "2026-01-02",
    "time": "08:30",
    "zone": "Europe/Dublin",
}


@pytest.fixture(autouse=True)
def _fresh_cache(organisation):
    cache.clear()


def state_of(page) -> str:
    return re.search(r'name="state" value="([^"]*)"', page.content.decode()).group(1)


def step(client, page, number: int, **answers):
    return client.post(reverse("incidents:report"), {"state": state_of(page), "step": number, **answers})


def walked(client, *, contact: str = "", seen=SEEN, where=WHERE):
    """The check page, after three answers."""
    page = client.get(reverse("incidents:report"))
    page = step(client, page, 0, **seen)
    page = step(client, page, 1, **where)
    page = step(client, page, 2, whose="other", violation="leak")
    return step(client, page, 3, contact=contact)


def test_a_stranger_tells_us_on_short_pages_and_gets_a_code_once(client):
    page = walked(client, contact="ana@example.org")
    assert "ana@example.org" in page.content.decode()
    assert Report.objects.count() == 0
    answer = step(client, page, 4)
    report = Report.objects.get()
    assert answer.status_code == 200
    assert report.reference in answer.content.decode()
    assert report.door == Door.PUBLIC
    assert report.words == SEEN["words"]
    assert report.noticed_at.isoformat() == "2026-01-02T08:30:00+00:00"
    assert b"ana@example.org" not in bytes(report.sealed_contact)
    assert "sessionid" not in client.cookies
    assert "forthright-session" not in client.cookies


def test_a_second_click_shows_the_same_code_and_files_nothing_new(client):
    page = walked(client)
    first, second = step(client, page, 4), step(client, page, 4)
    code = re.search(r'id="code">([^<]*)<', first.content.decode()).group(1)
    assert code in second.content.decode()
    assert Report.objects.count() == 1


def test_the_form_is_protected_against_forged_requests():
    client = Client(enforce_csrf_checks=True)
    page = client.get(reverse("incidents:report"))
    assert (
        client.post(reverse("incidents:report"), {"state": state_of(page), "step": 0, **SEEN}).status_code
        == 403
    )


def test_altered_answers_start_again(client):
    page = walked(client)
    answer = client.post(reverse("incidents:report"), {"state": state_of(page)[:-3] + "abc", "step": 4})
    assert "start again" in answer.content.decode()
    assert Report.objects.count() == 0


def test_pages_cannot_be_skipped(client):
    page = client.get(reverse("incidents:report"))
    answer = step(client, page, 4)
    assert "What did you see?" in answer.content.decode()
    assert Report.objects.count() == 0


def test_back_keeps_what_was_told(client):
    page = step(client, client.get(reverse("incidents:report")), 0, **SEEN)
    answer = step(client, page, 1, back="1")
    assert SEEN["title"] in answer.content.decode()


def test_whoever_fills_the_hidden_field_is_thanked_and_not_heard(client):
    answer = step(client, walked(client), 4, website="http://spam.example")
    assert answer.status_code == 200
    assert Report.objects.count() == 0


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        ({"title": "", "words": ""}, "This field is required"),
        ({"title": "x" * 201, "words": "y"}, "at most 200 characters"),
        ({"title": "x", "words": "y" * 20_001}, "at most 20000 characters"),
        ({"title": "x\x00", "words": "y"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_kept_is_said_clearly(client, answers, complaint):
    answer = step(client, client.get(reverse("incidents:report")), 0, **answers)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        ({"on": "2026-01-02", "time": ""}, "Give a time too"),
        ({"on": "0001-01-01", "time": "10:00"}, "Give a year"),
        ({"on": "yesterday", "time": "10:00"}, "Enter a valid date"),
        ({"on": "2026-03-29", "time": "01:30"}, "The clocks skipped this time"),
        ({"zone": "Mars/Olympus", "on": "2026-01-02", "time": "10:00"}, "Select a valid choice"),
    ],
)
def test_impossible_times_are_said_clearly(client, answers, complaint):
    page = step(client, client.get(reverse("incidents:report")), 0, **SEEN)
    answer = step(client, page, 1, **{**WHERE, **answers})
    assert answer.status_code == 422
    assert complaint in answer.content.decode()


def test_the_future_is_refused_when_it_is_sent(client):
    tomorrow = timezone.now() + timedelta(days=2)
    page = walked(client, where={**WHERE, "on": f"{tomorrow:%Y-%m-%d}"})
    answer = step(client, page, 4)
    assert answer.status_code == 422
    assert "future" in answer.content.decode()


def test_html_and_formulas_stay_words(client, responder, client_of):
    words = '<script>alert(1)</script> =HYPERLINK("http://x")'
    step(client, walked(client, seen={"title": "=1+1 <b>", "words": words}), 4)
    report = Report.objects.get()
    assert report.words == words
    page = client_of(responder).get(reverse("incidents:intake")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_too_many_reports_from_one_network_wait(client, monkeypatch):
    monkeypatch.setattr("incidents.views.public_report.MOST_REPORTS", 1)
    step(client, walked(client), 4)
    answer = step(client, walked(client), 4)
    assert answer.status_code == 422
    assert "in an hour" in answer.content.decode()
    assert Report.objects.count() == 1


def test_reports_are_taken_while_the_cache_is_gone(client, settings):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/valkey.sock"},
    }
    assert step(client, walked(client), 4).status_code == 200
    assert Report.objects.count() == 1


def test_the_code_opens_the_status_and_nothing_else_does(client, responder):
    filed = commands.file_report(door=Door.PUBLIC, title="a", words="b", now=timezone.now())
    where = reverse("incidents:report_status")
    asked = {"reference": filed.report.reference.lower(), "code": filed.code}
    assert "Received" in client.post(where, asked).content.decode()
    commands.promote_report(filed.report, by=responder, title="t", reason="r", now=timezone.now())
    assert "working on it" in client.post(where, asked).content.decode()
    wrong = client.post(where, {**asked, "code": "guess"})
    unknown = client.post(where, {"reference": "REP-0000-0000", "code": "guess"})
    assert wrong.status_code == unknown.status_code == 422
    assert "do not belong together" in wrong.content.decode()
    assert "do not belong together" in unknown.content.decode()


def test_wrong_codes_are_limited_and_right_ones_are_not_counted(client, monkeypatch):
    monkeypatch.setattr("incidents.views.public_status.MOST_WRONG_CODES", 2)
    filed = commands.file_report(door=Door.PUBLIC, title="a", words="b", now=timezone.now())
    where = reverse("incidents:report_status")
    right = {"reference": filed.report.reference, "code": filed.code}
    for _ in range(3):
        assert client.post(where, right).status_code == 200
    wrong = {**right, "code": "guess"}
    assert [client.post(where, wrong).status_code for _ in range(3)] == [422, 422, 429]


def test_anybody_signed_in_reports_and_follows_it(stranger, employee, client_of):
    client = client_of(stranger)
    answer = client.post(
        reverse("incidents:report_staff"),
        {
            "title": "Mail to the wrong list",
            "words": "It had names in it.",
            "link": "",
            "on": "",
            "time": "",
            "zone": "UTC",
        },
        follow=True,
    )
    report = Report.objects.get()
    assert report.reporter == stranger
    assert report.noticed_at is None
    assert report.reference in answer.content.decode()
    assert "Waits to be read" in client.get(reverse("incidents:my_reports")).content.decode()
    thanks = reverse("incidents:report_thanks", args=[report.reference])
    assert client_of(employee).get(thanks).status_code == 404
    assert report.reference not in client_of(employee).get(reverse("incidents:my_reports")).content.decode()


# --- triage
def filed(title: str, hours_ago: int = 0, **more) -> Report:
    when = timezone.now() - timedelta(hours=hours_ago)
    return commands.file_report(
        door=Door.PUBLIC, title=title, words=f"{title}, in my words.", now=when, **more
    ).report


def test_of_reports_alike_the_oldest_stands_first(responder, client_of):
    filed("Newer report"), filed("Older report", hours_ago=5)
    page = client_of(responder).get(reverse("incidents:intake")).content.decode()
    assert page.index("Older report") < page.index("Newer report")
    assert "First comes what could fall due first" in page
    assert "Older report, in my words." in page


def test_an_empty_inbox_says_how_reports_get_there(responder, client_of):
    page = client_of(responder).get(reverse("incidents:intake")).content.decode()
    assert "No reports wait" in page
    assert "/report/" in page


def test_the_inbox_asks_the_database_as_often_for_many_reports_as_for_few(
    responder, client_of, django_assert_max_num_queries
):
    client = client_of(responder)
    for number in range(15):
        filed(f"Report {number}", hours_ago=number)
    with django_assert_max_num_queries(16):
        client.get(reverse("incidents:intake"))


def test_a_report_is_taken_up(responder, client_of):
    report = filed("Phone numbers shown")
    where = reverse("incidents:promote_report", args=[report.reference])
    answer = client_of(responder).post(where, {"title": "Phone numbers shown", "reason": "Looks real."})
    incident = Incident.objects.get()
    assert answer["Location"] == reverse("incidents:facts", args=[incident.reference])
    report.refresh_from_db()
    assert report.incident == incident
    again = client_of(responder).post(where, {"title": "Twice", "reason": "Double click."})
    assert again.status_code == 422
    assert "cannot become" in again.content.decode()
    assert Incident.objects.count() == 1


def test_a_report_is_marked_as_the_same_as_another(responder, client_of):
    first, second = filed("Phone numbers shown"), filed("Phone numbers are shown")
    where = reverse("incidents:mark_duplicate", args=[second.reference])
    page = client_of(responder).get(where).content.decode()
    assert first.reference in page
    wrong = client_of(responder).post(where, {"same": "REP-0000-0000", "reason": "r"})
    assert wrong.status_code == 422
    own = client_of(responder).post(where, {"same": second.reference, "reason": "r"})
    assert own.status_code == 422
    assert (
        client_of(responder)
        .post(where, {"same": first.reference.lower(), "reason": "Same words."})
        .status_code
        == 302
    )
    second.refresh_from_db()
    assert second.duplicate_of == first


def test_the_same_as_an_incident_means_the_report_it_was_taken_up_from(responder, client_of):
    first, second = filed("Phone numbers shown"), filed("Something else")
    incident = commands.promote_report(first, by=responder, title="t", reason="r", now=timezone.now())
    where = reverse("incidents:mark_duplicate", args=[second.reference])
    assert client_of(responder).post(where, {"same": incident.reference, "reason": "r"}).status_code == 302
    second.refresh_from_db()
    assert second.incident == incident


def test_a_dismissed_report_comes_back(responder, client_of):
    report = filed("Nothing much")
    client = client_of(responder)
    dismiss = reverse("incidents:dismiss_report", args=[report.reference])
    assert client.post(dismiss, {"reason": "   "}).status_code == 422
    assert client.post(dismiss, {"reason": "Spam."}).status_code == 302
    assert "Spam." not in client.get(reverse("incidents:intake")).content.decode()
    assert report.reference in client.get(reverse("incidents:intake_settled")).content.decode()
    back = reverse("incidents:return_report", args=[report.reference])
    assert client.post(back, {"reason": "It was real."}).status_code == 302
    report.refresh_from_db()
    assert report.status == ReportStatus.NEW


def test_reading_how_to_reach_the_reporter_is_recorded(responder, client_of):
    report = filed("Call me", contact="+353 1 555 0199")
    client = client_of(responder)
    assert "555 0199" not in client.get(reverse("incidents:intake")).content.decode()
    page = client.post(reverse("incidents:reporter_contact", args=[report.reference]))
    assert "+353 1 555 0199" in page.content.decode()
    event = AuditEvent.objects.filter(stream=report.stream).order_by("sequence").last()
    assert event.verb == "incident_read"
    assert "555" not in event.details
    assert client.get(reverse("incidents:reporter_contact", args=[report.reference])).status_code == 405


def test_reports_of_a_restricted_incident_are_hidden_from_others(responder, lead, client_of):
    report = filed("About a colleague")
    commands.promote_report(report, by=lead, title="t", reason="r", restricted=True, now=timezone.now())
    assert (
        client_of(responder).get(reverse("incidents:intake_report", args=[report.reference])).status_code
        == 404
    )
    assert (
        report.reference not in client_of(responder).get(reverse("incidents:intake_settled")).content.decode()
    )
    assert report.reference in client_of(lead).get(reverse("incidents:intake_settled")).content.decode()
