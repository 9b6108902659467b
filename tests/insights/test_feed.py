"""The calendar address: what it shows, to whom, and that its code is kept nowhere."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts import codes
from accounts import commands as accounts
from accounts.models import CalendarFeed, User
from audit.models import AuditEvent
from incidents import commands
from incidents.models import Can, Incident, Obligation
from insights.queries.deadlines import dated_clocks


def feed_of(person: User, now: datetime) -> str:
    return f"/deadlines/feed/{accounts.make_calendar_feed(person, by=person, now=now)}.ics"


def read(answer) -> list[icalendar.Event]:
    assert answer.status_code == 200, answer.content
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def uids(answer) -> set[str]:
    return {str(event["UID"]) for event in read(answer)}


def test_it_holds_the_clocks_of_the_deadlines_page_and_no_others(breach, legal, client_of, now):
    url = feed_of(legal, now)
    answer = Client().get(url)
    wall = {f"obligation-{one.pk}@testserver" for one in dated_clocks(legal)}
    assert uids(answer) == wall
    assert len(wall) >= 3
    page = client_of(legal).get("/deadlines/").content.decode()
    assert all(f"/obligations/{one.pk}/" in page for one in dated_clocks(legal))
    met = breach.obligations.get(rule_id="eu-gdpr-33", stage="initial")
    commands.meet_obligation(met, at=now, proof="DPC-1", by=legal, now=now)
    # Its filing starts the clock of what follows on it, and that is there at once.
    left = {f"obligation-{one.pk}@testserver" for one in dated_clocks(legal)}
    assert uids(Client().get(url)) == left
    assert wall - left == {f"obligation-{met.pk}@testserver"}


def test_an_event_says_when_what_and_where_and_names_nobody(breach, legal, now):
    one = breach.obligations.get(rule_id="eu-gdpr-33", stage="initial")
    # Between the two runs of the hour at the end of summer time in Dublin.
    due = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    Obligation.objects.filter(pk=one.pk).update(due_at=due, due_zone="Europe/Dublin")
    answer = Client().get(feed_of(legal, now))
    event = next(event for event in read(answer) if event["UID"] == f"obligation-{one.pk}@testserver")
    assert event["DTSTART"].to_ical() == b"20271031T013000Z"
    assert breach.reference in event["SUMMARY"]
    assert one.recipient_name in event["SUMMARY"]
    assert "GDPR" in event["DESCRIPTION"]
    assert "Sunday 31 October 2027, 01:30 Europe/Dublin" in event["DESCRIPTION"]
    assert event["URL"] == f"http://testserver/incidents/{breach.reference}/obligations/{one.pk}/"
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [
        -timedelta(days=1),
        -timedelta(hours=2),
    ]
    assert breach.title not in answer.content.decode()
    assert legal.email not in answer.content.decode()
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    summer = datetime(2027, 10, 31, 1, 30, tzinfo=ZoneInfo("Europe/Dublin"))
    Obligation.objects.filter(pk=one.pk).update(due_at=summer)
    event = next(e for e in read(Client().get(feed_of(legal, now))) if e["UID"] == event["UID"])
    assert event["DTSTART"].to_ical() == b"20271031T003000Z"


def test_a_moved_due_time_moves_in_the_calendar(breach, legal, lead, now):
    url = feed_of(legal, now)
    before = Client().get(url)
    same = Client().get(url, headers={"If-None-Match": before["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    aware = breach.event_times.get(kind="aware", superseded_at=None).at
    later = now + timedelta(minutes=5)
    with time_machine.travel(later, tick=False):
        commands.record_event_time(
            breach,
            kind="aware",
            at=aware + timedelta(hours=2),
            zone="UTC",
            by=lead,
            now=later,
            reasoning="Read again.",
        )
        after = Client().get(url, headers={"If-None-Match": before["ETag"]})
    one = breach.obligations.get(rule_id="eu-gdpr-33", stage="initial")
    old, new = (
        next(e for e in read(answer) if e["UID"] == f"obligation-{one.pk}@testserver")
        for answer in (before, after)
    )
    assert new["DTSTART"].dt - old["DTSTART"].dt == timedelta(hours=2)
    assert new["SEQUENCE"] > old["SEQUENCE"]
    assert new["LAST-MODIFIED"].dt > old["LAST-MODIFIED"].dt
    assert after["Cache-Control"] == "private, no-cache"


def test_who_may_not_see_an_incident_does_not_see_its_clocks(breach, legal, lead, stranger, now):
    urls = {person.pk: feed_of(person, now) for person in (legal, lead, stranger)}
    assert uids(Client().get(urls[stranger.pk])) == set()
    commands.grant_access(
        breach, to=stranger, cans=[Can.VIEW], by=lead, ends_at=now + timedelta(hours=1), now=now
    )
    assert uids(Client().get(urls[stranger.pk])) == uids(Client().get(urls[legal.pk]))
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        assert uids(Client().get(urls[stranger.pk])) == set()
    commands.restrict_incident(breach, by=lead, reason="A colleague.", now=now)
    assert uids(Client().get(urls[legal.pk])) == set()
    left = Client().get(urls[lead.pk])
    assert {str(event["SUMMARY"]) for event in read(left)} == {f"{breach.reference}: deadline"}
    assert b"GDPR" not in left.content
    assert b"Commission" not in left.content


@pytest.mark.parametrize("end", ["ended", "renewed", "sign-in ended", "sign-in given back"])
def test_an_address_that_ended_is_like_one_that_never_was(end, breach, legal, officer, now):
    url = feed_of(legal, now)
    if end == "ended":
        accounts.end_calendar_feed(legal, by=legal)
    elif end == "renewed":
        assert Client().get(feed_of(legal, now)).status_code == 200
    else:
        accounts.deactivate_user(legal, by=officer)
    if end == "sign-in given back":
        accounts.reactivate_user(legal, by=officer)
    answers = [
        Client().get(one) for one in (url, "/deadlines/feed/never.ics", f"/deadlines/feed/{'B' * 200}.ics")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}


def test_wrong_codes_are_soon_refused_and_right_ones_never(breach, legal, now):
    from django.core.cache import cache

    cache.clear()
    url = feed_of(legal, now)
    tries = [Client().get(f"/deadlines/feed/wrong{number}.ics").status_code for number in range(21)]
    assert tries[:20] == [404] * 20
    assert tries[20] == 429
    assert Client().get(url).status_code == 200
    cache.clear()


def test_the_code_is_shown_once_and_kept_nowhere(breach, legal, client_of, now, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    client = client_of(legal)
    shown = client.post("/settings/yours/calendar/")
    code = shown.content.decode().partition("/deadlines/feed/")[2].partition(".ics")[0]
    assert len(code) == 22
    assert shown["Cache-Control"] == "no-store"
    answer = Client().get(f"/deadlines/feed/{code}.ics")
    assert answer.status_code == 200
    assert not answer.cookies
    assert Client().get(f"/deadlines/feed/{code}x.ics").status_code == 404
    for page in ("/settings/yours/", "/deadlines/"):
        text = client.get(page).content.decode()
        assert code not in text
        assert "End the address" in text
    assert code not in caplog.text + "".join(capfd.readouterr())
    feed = CalendarFeed.objects.get(person=legal)
    assert bytes(feed.code_hash) == codes.digest(code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(details || subject_label, '') FROM audit_auditevent")
        assert code not in cursor.fetchone()[0]
    assert client.post("/settings/yours/calendar/end/").status_code == 302
    assert client.post("/settings/yours/calendar/end/").status_code == 422
    told = list(AuditEvent.objects.filter(verb__startswith="calendar_feed").values_list("verb", flat=True))
    assert sorted(told) == ["calendar_feed_ended", "calendar_feed_made"]


def test_the_api_makes_and_ends_an_address_but_not_by_a_token(breach, legal, client_of, now):
    from knox.models import AuthToken

    from tests.people import set_up_second_step

    client = client_of(legal)
    made = client.post("/api/me/calendar/")
    assert made.status_code == 201
    assert Client().get(made.json()["address"].removeprefix("http://testserver")).status_code == 200
    assert client.get("/api/me/").json()["calendar"]["read_on"] == now.date().isoformat()
    set_up_second_step(legal)
    token = AuthToken.objects.create(user=legal)[1]
    by_token = Client(headers={"Authorization": f"Token {token}"})
    assert by_token.post("/api/me/calendar/").status_code == 403
    assert by_token.delete("/api/me/calendar/").status_code == 204
    assert client.get("/api/me/").json()["calendar"] is None


def test_drills_and_closed_matters_make_no_deadline(breach, legal, now):
    url = feed_of(legal, now)
    assert uids(Client().get(url))
    Incident.objects.filter(pk=breach.pk).update(drill=True)
    assert uids(Client().get(url)) == set()
