"""The inbox: its order, what is alike, and every act on one report or several."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from audit.models import AuditEvent
from incidents import commands, queries, tasks
from incidents.commands.triage import Act, Settling
from incidents.lifecycle import ReportStatus
from incidents.marks import marks_of
from incidents.models import Door, Incident, Report

DAY = timedelta(days=1)


def filed(title: str, *, hours_ago: float = 0, words: str = "", **more) -> Report:
    when = timezone.now() - timedelta(hours=hours_ago)
    words = words or f"{title}, in my words."
    return commands.file_report(
        door=more.pop("door", Door.PUBLIC), title=title, words=words, now=when, **more
    ).report


def again(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def waiting(user) -> list[str]:
    return [report.title for report in queries.inbox(user)]


def verbs(report: Report) -> list[str]:
    return list(
        AuditEvent.objects.filter(stream=report.stream).order_by("sequence").values_list("verb", flat=True)
    )


# --- order
def test_the_first_possible_deadline_counts_from_what_staff_noticed_and_what_strangers_sent(responder):
    now = timezone.now()
    noticed = now - timedelta(hours=30)
    staff = filed("a", door=Door.STAFF, noticed_at=noticed)
    public = filed("b", noticed_at=noticed)
    assert staff.could_be_due_at == noticed + timedelta(hours=72)
    assert public.could_be_due_at == public.received_at + timedelta(hours=72)
    assert "Art. 33(1)" in staff.could_be_due_by


def test_the_queue_is_ordered_by_deadline_then_by_what_sounds_gravest_then_by_age(responder):
    now = timezone.now()
    rows = [
        ("late law", 1, 2, now + DAY * 9, 0),
        ("grave", 3, 3, now + DAY, 1),
        ("small", 1, 1, now + DAY, 9),
        ("older", 2, 2, now + DAY, 5),
        ("newer", 2, 2, now + DAY, 4),
        ("no law", 3, 3, None, 50),
    ]
    for title, _, guess, due_at, age in rows:
        report = filed(title, hours_ago=age)
        Report.objects.filter(pk=report.pk).update(guess=guess, could_be_due_at=due_at)
    assert waiting(responder) == ["grave", "older", "newer", "small", "late law", "no law"]


@pytest.mark.parametrize(
    ("violation", "whose", "guess"),
    [("leak", "unknown", 3), ("impersonation", "own", 1), ("misdirected", "many", 3), ("leak", "own", 2)],
)
def test_how_grave_it_sounds_follows_from_kind_and_whose_data(organisation, violation, whose, guess):
    assert filed("a", violation=violation, whose=whose).guess == guess


def test_possible_deadlines_are_reckoned_anew_when_the_organisation_moves(responder, lead):
    report = filed("a")
    Report.objects.filter(pk=report.pk).update(asked_law="of yesterday", could_be_due_at=None)
    assert tasks.tend_inbox() == 1
    assert again(report).could_be_due_at == report.could_be_due_at
    assert tasks.tend_inbox() == 0


def test_without_a_law_that_reaches_us_the_page_says_that_no_deadline_is_known(responder, client_of):
    report = filed("Quiet one")
    Report.objects.filter(pk=report.pk).update(could_be_due_at=None)
    page = client_of(responder).get(reverse("incidents:intake")).content.decode()
    assert "No deadline known" in page


# --- what is alike
@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("See https://WWW.Board.example/t/48213/?x=1#p2.", ["board.example/t/48213"]),
        ("http://board.example alone", []),
        ("write to Ana.Ruiz@Mail.example or @Lantern_help", ["@lantern_help", "ana.ruiz@mail.example"]),
        ("sha " + "AB" * 32, ["ab" * 32]),
        ("a" * 50_000, []),
        ("@" * 5_000 + "://" * 5_000, []),
    ],
)
def test_marks_are_found_in_one_spelling(text, marks):
    assert marks_of(text) == marks


def test_what_shares_a_link_is_shown_with_the_link_and_what_has_other_words_is_not(responder):
    first = filed("Sold on a board", words="See https://board.example/t/48213 now")
    other = filed("Completely different", words="My list is here: http://www.board.example/t/48213?page=2")
    filed("Printer jam", words="zzz qqq")
    found = queries.look_alikes(responder, first)
    assert [one.reference for one in found] == [other.reference]
    assert found[0].shared == ["same link board.example/t/48213"]


def test_look_alikes_never_look_through_a_closed_door(responder, lead, client_of):
    secret = filed("Phone numbers shown to strangers", words="https://board.example/t/1 shows it")
    hidden = commands.promote_report(
        secret,
        by=lead,
        title="Phone numbers shown to strangers",
        reason="r",
        restricted=True,
        now=timezone.now(),
    )
    commands.describe_incident(hidden, by=lead, now=timezone.now(), summary="https://board.example/t/1")
    mine = filed("Phone numbers shown to strangers", words="https://board.example/t/1 shows it too")
    assert queries.look_alikes(responder, mine) == []
    assert {one.reference for one in queries.look_alikes(lead, mine)} == {hidden.reference, secret.reference}
    for address in ("intake_report", "mark_duplicate", "api_look_alikes"):
        page = (
            client_of(responder).get(reverse(f"incidents:{address}", args=[mine.reference])).content.decode()
        )
        assert hidden.reference not in page
        assert secret.reference not in page
    for target in (hidden.reference, secret.reference):
        assert queries.same_as(responder, target) is None


# --- acts
def test_a_report_put_off_leaves_the_inbox_and_comes_back_by_itself(responder):
    report, now = filed("a"), timezone.now()
    commands.put_off_report(report, until=now + DAY, by=responder, reason="Asked.", now=now)
    assert waiting(responder) == []
    assert [one.pk for one in queries.put_off_reports(responder, now=now)] == [report.pk]
    assert [one.pk for one in queries.inbox(responder, now=now + DAY)] == [report.pk]
    assert verbs(report)[-1] == "report_put_off"
    for until in (now, now - DAY, now + 400 * DAY):
        with pytest.raises(ValidationError, match="a year ahead"):
            commands.put_off_report(report, until=until, by=responder, reason="r", now=now)


def test_dismissed_until_a_day_it_comes_back_on_that_day(responder):
    report, now = filed("a"), timezone.now()
    commands.dismiss_report(report, by=responder, reason="Not yet.", until=now + DAY, now=now)
    assert commands.return_due_reports(now=now) == 0
    assert commands.return_due_reports(now=now + DAY) == 1
    assert commands.return_due_reports(now=now + DAY) == 0
    assert again(report).status == ReportStatus.NEW
    assert verbs(report)[-2:] == ["report_dismissed", "report_returned"]


def test_dismissed_until_two_more_like_it_came_it_comes_back_with_the_second(responder):
    report = filed("Fake account with my photo", hours_ago=3)
    then = timezone.now() - timedelta(hours=2)
    commands.dismiss_report(report, by=responder, reason="One of many.", after=2, now=then)
    filed("Printer jam")
    filed("A fake account with my photo")
    assert commands.return_due_reports(now=timezone.now()) == 0
    filed("Fake account and my photo")
    assert commands.return_due_reports(now=timezone.now()) == 1
    assert again(report).status == ReportStatus.NEW


def test_a_report_is_put_to_an_incident_and_taken_away_again(responder, incident):
    report, now = filed("a", words="first words"), timezone.now()
    follower = filed("b")
    commands.mark_duplicate(follower, of=report, by=responder, reason="Same.", now=now)
    commands.mark_duplicate(report, of=incident, by=responder, reason="Same.", now=now)
    assert {again(report).incident, again(follower).incident} == {incident}
    commands.return_report(report, by=responder, reason="No.", now=now)
    assert {again(report).incident, again(follower).incident} == {None}
    assert again(report).words == "first words"
    told = AuditEvent.objects.filter(stream=incident.stream).values_list("verb", flat=True)
    assert {"report_marked_duplicate", "report_returned"} <= set(told)


def test_the_same_as_a_duplicate_means_the_one_it_repeats_and_never_a_ring(responder):
    first, second, third = filed("a"), filed("b"), filed("c")
    now = timezone.now()
    commands.mark_duplicate(second, of=first, by=responder, reason="r", now=now)
    commands.mark_duplicate(third, of=again(second), by=responder, reason="r", now=now)
    assert again(third).duplicate_of == first
    with pytest.raises(ValidationError, match="itself"):
        commands.mark_duplicate(first, of=again(third), by=responder, reason="r", now=now)
    incident = commands.promote_report(first, by=responder, title="t", reason="r", now=now)
    assert {again(one).incident for one in (second, third)} == {incident}


def test_what_is_taken_up_takes_its_kind_along(responder):
    report = filed("a", violation="leak")
    assert (
        commands.promote_report(report, by=responder, title="t", reason="r", now=timezone.now()).violation
        == "leak"
    )


def test_several_reports_are_settled_together_or_not_at_all(responder):
    reports, now = [filed(title) for title in "abc"], timezone.now()
    commands.dismiss_report(reports[1], by=responder, reason="Faster.", now=now)
    given = Settling(Act.DISMISS, "All spam.")
    with pytest.raises(ValidationError, match=reports[1].reference):
        commands.settle_reports(reports, given, by=responder, now=now)
    assert again(reports[0]).status == ReportStatus.NEW
    commands.settle_reports([reports[0], reports[2]], given, by=responder, now=now)
    assert waiting(responder) == []


def test_an_act_is_undone_for_a_minute_by_whoever_did_it(responder, lead):
    report, now = filed("a"), timezone.now()
    commands.dismiss_report(report, by=responder, reason="Slip.", now=now)
    for who, when in ((lead, now), (responder, now + timedelta(seconds=61))):
        with pytest.raises(ValidationError, match="no longer"):
            commands.undo_triage([report], by=who, now=when)
    commands.undo_triage([report], by=responder, now=now + timedelta(seconds=9))
    assert again(report).status == ReportStatus.NEW
    commands.put_off_report(report, until=now + DAY, by=responder, reason="r", now=now)
    commands.undo_triage([report], by=responder, now=now)
    assert waiting(responder) == ["a"]


# --- pages and API
def test_ticked_reports_are_dismissed_on_one_page_and_brought_back_with_one_click(responder, client_of):
    client, reports = client_of(responder), [filed(title) for title in ("One", "Two", "Three")]
    inbox, several = reverse("incidents:intake"), reverse("incidents:settle_several")
    page = client.get(inbox).content.decode()
    assert "Could be due by" in page
    assert 'data-hotkey="h"' in page
    asked = {"act": "dismiss", "report": [one.reference for one in reports[:2]]}
    assert "Dismiss 2 reports" in client.get(several, asked).content.decode()
    assert client.post(several, {**asked, "reason": ""}).status_code == 422
    assert client.post(several, {**asked, "reason": "Spam.", "back": "until"}).status_code == 422
    page = client.post(several, {**asked, "reason": "Spam."}, follow=True).content.decode()
    assert "2 reports are dismissed" in page
    assert "Undo" in page
    assert "Undo" not in client.get(inbox).content.decode()
    client.post(reverse("incidents:undo_triage"), {"report": asked["report"]})
    assert sorted(waiting(responder)) == ["One", "Three", "Two"]
    assert client.get(several, {"act": "burn"}).status_code == 400
    assert "Tick the reports first" in client.get(several, {"act": "later"}, follow=True).content.decode()


def test_a_report_is_put_off_on_a_page_and_found_under_later(responder, client_of):
    client, report = client_of(responder), filed("One")
    where = reverse("incidents:put_off_report", args=[report.reference])
    day = f"{timezone.now() + 2 * DAY:%Y-%m-%d}"
    asked = {"reason": "Asked the platform.", "on": day, "time": "09:00", "zone": "Europe/Dublin"}
    assert client.post(where, {**asked, "on": "2001-01-01"}).status_code == 422
    assert client.post(where, asked).status_code == 302
    assert "Asked the platform." in client.get(reverse("incidents:intake_later")).content.decode()
    back = reverse("incidents:return_report", args=[report.reference])
    assert client.post(back, {"reason": "They answered."}).status_code == 302
    assert waiting(responder) == ["One"]


def test_triage_by_api_does_what_the_pages_do(responder, employee):
    api, reports = APIClient(), [filed(title) for title in "abc"]
    api.force_login(responder, backend="allauth.account.auth_backends.AuthenticationBackend")
    names = [one.reference for one in reports]
    several, undo = reverse("incidents:api_settle_several"), reverse("incidents:api_undo_triage")
    ask = lambda url, body: api.post(url, body, format="json")  # noqa: E731
    assert ask(several, {"act": "dismiss", "reason": "r", "reports": ["REP-0000-0000"]}).status_code == 400
    assert ask(several, {"act": "later", "reason": "r", "reports": names}).status_code == 400
    assert ask(several, {"act": "same", "reason": "r", "reports": names, "of": "INC-0"}).status_code == 400
    done = ask(several, {"act": "dismiss", "reason": "r", "reports": names, "after": 3}).json()
    assert {one["status"] for one in done} == {"dismissed"}
    assert {one["returns_after"] for one in done} == {3}
    assert {one["status"] for one in ask(undo, {"reports": names}).json()} == {"new"}
    later = ask(
        reverse("incidents:api_put_off_report", args=[names[0]]),
        {"until": (timezone.now() + DAY).isoformat(), "reason": "r"},
    )
    assert later.json()["returns_at"]
    inbox = api.get(reverse("incidents:api_reports")).json()
    assert [one["reference"] for one in inbox] == names[1:]
    assert inbox[0]["could_be_due_at"]
    assert Incident.objects.count() == 0
