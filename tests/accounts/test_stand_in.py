"""Who stands in for whom, and days away."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts import commands
from accounts.models import User
from audit.models import AuditEvent

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_days_away_are_counted_by_the_persons_own_calendar(legal, lead):
    legal.zone = "Pacific/Auckland"
    legal.save()
    first, last = date(2026, 12, 24), date(2026, 12, 26)
    person = commands.set_stand_in(legal, by=legal, stand_in=lead, away_from=first, away_until=last, now=NOON)
    # There it is UTC+13 in December.
    table = {
        datetime(2026, 12, 23, 10, 59, tzinfo=UTC): False,
        datetime(2026, 12, 23, 11, 0, tzinfo=UTC): True,
        datetime(2026, 12, 26, 10, 59, tzinfo=UTC): True,
        datetime(2026, 12, 26, 11, 0, tzinfo=UTC): False,
    }
    assert {at: person.is_away(at) for at in table} == table
    event = AuditEvent.objects.get(verb="stand_in_set")
    assert f'"stand_in":{lead.pk}' in event.details


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"stand_in": "legal"}, "yourself"),
        ({"stand_in": "employee"}, "cannot_stand_in"),
        ({"stand_in": "auditor"}, "cannot_stand_in"),
        ({"away_from": date(2026, 12, 24)}, "one_end_missing"),
        ({"away_until": date(2026, 12, 24)}, "one_end_missing"),
        ({"away_from": date(2026, 12, 24), "away_until": date(2026, 12, 23)}, "ends_before_it_begins"),
        ({"away_from": date(2026, 11, 18), "away_until": date(2026, 11, 19)}, "already_over"),
    ],
)
def test_what_makes_no_sense_is_refused(said, code, legal, request):
    if name := said.get("stand_in"):
        said = {**said, "stand_in": request.getfixturevalue(name)}
    given = {"stand_in": None, "away_from": None, "away_until": None, **said}
    with pytest.raises(ValidationError) as refusal:
        commands.set_stand_in(legal, by=legal, now=NOON, **given)
    assert refusal.value.code == code


def test_everybody_sets_their_own_and_privacy_officers_set_all(legal, lead, officer, stranger, client_of):
    said = {"stand_in": lead.pk, "away_from": "2026-12-24", "away_until": "2027-01-03"}
    with time_machine.travel(NOON, tick=False):
        assert client_of(legal).post("/settings/yours/stand-in/", said).status_code == 302
        assert User.objects.get(pk=legal.pk).stand_in == lead
        assert "3 Jan 2027" in client_of(legal).get("/settings/yours/").content.decode()
        nobody = {"stand_in": "", "away_from": "", "away_until": ""}
        assert client_of(lead).post(f"/settings/people/{legal.pk}/stand-in/", nobody).status_code == 403
        assert client_of(officer).post(f"/settings/people/{legal.pk}/stand-in/", nobody).status_code == 302
        assert User.objects.get(pk=legal.pk).stand_in is None
        api = client_of(officer).put(
            f"/api/people/{legal.pk}/stand-in/", said, content_type="application/json"
        )
        assert api.json() == {"id": legal.pk, **said}
        assert (
            client_of(legal).put("/api/me/stand-in/", {}, content_type="application/json").json()["stand_in"]
            is None
        )
        # A guest is not told who works here.
        page = client_of(stranger).get("/settings/yours/stand-in/").content.decode()
        assert str(lead) not in page
        guest = client_of(stranger).put("/api/me/stand-in/", said, content_type="application/json")
        assert guest.status_code == 400


def test_leads_set_when_deadlines_remind(lead, legal, organisation, client_of):
    page = "/settings/organisation/reminders/"
    assert client_of(legal).get(page).status_code == 403
    assert "50, 75, 90" in client_of(lead).get(page).content.decode()
    for wrong in ({"steps": "half", "wait": 20}, {"steps": "0, 50", "wait": 20}, {"steps": "50", "wait": 99}):
        assert client_of(lead).post(page, wrong).status_code == 422
    assert client_of(lead).post(page, {"steps": "80 %, 40 %", "wait": 20}).status_code == 302
    api = client_of(legal).get("/api/organisation/reminders/").json()
    assert api == {"steps": [40, 80], "wait": 20}
    assert (
        client_of(legal).put("/api/organisation/reminders/", api, content_type="application/json").status_code
        == 403
    )
    done = client_of(lead).put(
        "/api/organisation/reminders/", {"steps": [50], "wait": 30}, content_type="application/json"
    )
    assert done.json() == {"steps": [50], "wait": 30}
    assert AuditEvent.objects.filter(verb="reminders_set").count() == 2
