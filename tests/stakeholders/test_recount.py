"""The kept counts are checked against the people; a difference is told, and set right only by a person."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from audit.models import AuditEvent
from config import health
from incidents.models import AffectedCount
from stakeholders import commands, recounting, tasks
from stakeholders.models import AffectedParty, RosterCount

pytestmark = pytest.mark.django_db


def told(roster):
    events = AuditEvent.objects.filter(verb__startswith="roster_counts_").order_by("pk")
    return [event.verb for event in events]


def counts_of(roster):
    fields = ("country", "subdivision", "language", "elements", "minor", "number", "mailable", "exempt")
    return sorted(map(str, RosterCount.objects.filter(roster=roster, number__gt=0).values_list(*fields)))


def test_after_imports_and_exemptions_the_counts_are_those_of_the_people(bring_in, incident, lead):
    bring_in()
    party = AffectedParty.objects.of(incident.roster).first()
    commands.exempt_party(party, why="deceased", reason="Told by the family.", by=lead, now=timezone.now())
    assert tasks.recount_rosters() == 1
    assert tasks.recount_rosters() == 0  # once a night
    incident.roster.refresh_from_db()
    assert incident.roster.recounted_at is not None
    assert incident.roster.miscounted == 0
    assert recounting.recount(incident.roster).counted == (4, 4, 1)
    assert told(incident.roster) == []


def test_a_difference_is_told_once_on_the_page_and_by_the_doctor_and_nothing_is_changed(
    bring_in, incident, lead, client
):
    bring_in()
    roster, now = incident.roster, timezone.now()
    RosterCount.objects.filter(roster=roster, country="DE").update(number=F("number") + 3)
    RosterCount.objects.filter(roster=roster, country="PT").delete()
    kept = counts_of(roster)
    for night in range(2):
        found = commands.recount_roster(roster, by=lead, now=now + timedelta(days=night))
        assert (found.groups_off, found.off) == (2, 2)
    assert counts_of(roster) == kept
    assert told(roster) == ["roster_counts_differ"]
    client.force_login(lead)
    assert b"are not those of the list" in client.get(f"/incidents/{incident.reference}/people/").content
    check = health.check_counts()
    assert (check.ok, check.essential) == (False, False)
    assert "recount_people" in check.mend


def test_a_person_sets_the_counts_right_with_a_reason_and_the_incident_hears_of_it(bring_in, incident, lead):
    bring_in()
    roster = incident.roster
    right = counts_of(roster)
    RosterCount.objects.filter(roster=roster, country="DE").update(number=F("number") + 3)
    with pytest.raises(CommandError, match="1 incidents are not"):
        call_command("recount_people", stdout=StringIO())
    with pytest.raises(CommandError, match="--by and --reason"):
        call_command("recount_people", "--correct", stdout=StringIO())
    out = StringIO()
    call_command(
        "recount_people", incident.reference, "--correct", "--by", lead.email, "--reason", "Restored.", stdout=out
    )  # fmt: skip
    assert "set right" in out.getvalue()
    assert counts_of(roster) == right
    assert told(roster) == ["roster_counts_differ", "roster_counts_corrected"]
    assert {row.place for row in AffectedCount.objects.filter(incident=incident)} == {
        "PT",
        "US-CA",
        "DE",
        "IE",
    }
    assert health.check_counts().ok
    with pytest.raises(ValidationError) as refusal:
        commands.correct_counts(roster, by=lead, reason="Again.", now=timezone.now())
    assert refusal.value.code == "nothing_to_do"


def test_wrong_sums_of_the_roster_are_found_though_each_group_is_right(bring_in, incident):
    bring_in()
    roster = incident.roster
    type(roster).objects.filter(pk=roster.pk).update(mailable=9)
    found = recounting.recount(roster)
    assert (found.groups_off, found.off, found.kept[1], found.counted[1]) == (0, 1, 9, 4)


def test_the_page_and_the_api_set_the_counts_right_with_a_reason(bring_in, incident, lead, support, client):
    bring_in()
    roster = incident.roster
    right, page = counts_of(roster), f"/incidents/{incident.reference}/people/correct-counts/"
    for address, who, reason, status in (
        (page, support, "Restored.", 403),
        (page, lead, " ", 422),
        (page, lead, "Restored.", 302),
        (page, lead, "Once more.", 422),
        (f"/api{page}", lead, "Once more.", 400),
    ):
        if status == 302:
            RosterCount.objects.filter(roster=roster, country="DE").update(number=F("number") + 3)
        client.force_login(who)
        answer = client.post(address, {"reason": reason}, headers={"accept": "application/json"})
        assert answer.status_code == status, (address, status)
    assert counts_of(roster) == right
    RosterCount.objects.filter(roster=roster, country="DE").update(number=F("number") + 3)
    assert client.post(f"/api{page}", {"reason": "Restored."}).status_code == 200
    assert counts_of(roster) == right
    assert told(roster) == ["roster_counts_corrected", "roster_counts_corrected"]
