"""Obligations follow facts under their own text of the law; a later text is offered and settled by a person."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents import commands, queries, tasks
from incidents.commands import CountInput
from incidents.lifecycle import ObligationStatus
from incidents.models import Difference, Incident, Obligation
from tests.incidents.law_texts import put_otherwise
from tests.standing import standing

HOUR = timedelta(hours=1)


@standing
def clocked(incident: Incident, lead: User) -> Incident:
    """People in Ireland; aware two days ago."""
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, own_role="controller")
    counts = [CountInput("IE", ("email", "name"), 40)]
    commands.record_counts(incident, counts=counts, basis="estimate", source="Log", by=lead, now=now)
    commands.confirm_breach(
        incident, by=lead, aware_at=now - 48 * HOUR, zone="UTC", reasoning="The log", now=now
    )
    return Incident.objects.get(pk=incident.pk)


def authority(incident: Incident) -> Obligation:
    return incident.obligations.get(key="eu-gdpr-33/authority@ie-dpc")


def aware(incident: Incident, at: datetime, by: User) -> None:
    commands.record_event_time(
        incident, kind="aware", at=at, zone="UTC", reasoning="Read again", by=by, now=timezone.now()
    )


def days_before(days: int, duty: str = "authority"):
    def change(rule):
        one = next(one for one in rule["duties"] if one["id"] == duty)
        one["deadline"] = {**one["deadline"], "number": days * 24, "unit": "hours"}

    return change


def assess(incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(assessed_law="")
    assert tasks.assess_stale_obligations() == 1


def only(incident: Incident) -> Difference:
    return incident.differences.get(outcome="")


def test_a_later_text_does_not_stop_the_clock_and_is_offered(clocked, lead):
    put_otherwise(authority(clocked), days_before(10))
    assess(clocked)
    row, started = authority(clocked), authority(clocked).started_at
    assert row.due_at == started + timedelta(days=10)
    aware(clocked, started - HOUR, lead)
    row = authority(clocked)
    assert row.due_at == started - HOUR + timedelta(days=10)
    offer = only(clocked)
    assert (offer.kind, offer.obligation) == ("moved", row)
    assert offer.before["due_at"] > offer.after["due_at"]
    assert datetime.fromisoformat(offer.after["due_at"]) == started - HOUR + timedelta(days=3)


def test_what_is_accepted_follows_the_later_text_and_what_is_kept_does_not(clocked, lead):
    now = timezone.now()
    for answer, days in ((commands.keep_difference, 10), (commands.accept_difference, 3)):
        Difference.objects.all().delete()
        put_otherwise(authority(clocked), days_before(10))
        assess(clocked)
        answer(only(clocked), by=lead, reason="Counsel says so", now=now)
        row = authority(clocked)
        assert row.due_at == row.started_at + timedelta(days=days)
        assess(clocked)
        assert not clocked.differences.filter(outcome="").exists()
    verbs = list(AuditEvent.objects.filter(stream=clocked.stream).values_list("verb", flat=True))
    assert {"difference_kept", "difference_accepted"} <= set(verbs)


def test_a_duty_only_the_later_text_knows_waits_for_its_answer(clocked, lead):
    people = clocked.obligations.get(key="eu-gdpr-33/authority@ie-dpc")

    def without_log(rule):
        rule["duties"] = [one for one in rule["duties"] if one["id"] == "authority"]

    gone = clocked.obligations.filter(rule_id="eu-gdpr-33").exclude(pk=people.pk)
    keys = set(gone.values_list("key", flat=True))
    gone.delete()
    put_otherwise(people, without_log)
    assess(clocked)
    offered = {one.key: one for one in clocked.differences.filter(kind="new", outcome="")}
    assert set(offered) <= keys
    assert offered
    assert not clocked.obligations.filter(key__in=offered).exists()
    one = offered[sorted(offered)[0]]
    commands.accept_difference(one, by=lead, reason="It is the law", now=timezone.now())
    assert clocked.obligations.filter(key=one.key).exists()


def test_a_rule_the_pack_dropped_runs_on_until_its_end_is_accepted(clocked, lead):
    row = authority(clocked)

    def renamed(rule):
        rule["id"] = "eu-gone-1"

    Obligation.objects.filter(pk=row.pk).update(rule_id="eu-gone-1", key="eu-gone-1/authority@ie-dpc")
    row.refresh_from_db()
    put_otherwise(row, renamed)
    assess(clocked)
    row.refresh_from_db()
    assert row.runs
    offer = clocked.differences.get(obligation=row)
    assert (offer.kind, offer.after) == ("gone", {})
    commands.accept_difference(offer, by=lead, reason="Repealed", now=timezone.now())
    row.refresh_from_db()
    assert row.status == ObligationStatus.GONE


def test_an_offer_nobody_answered_goes_when_nothing_differs_any_more(clocked, lead):
    put_otherwise(authority(clocked), days_before(10))
    assess(clocked)
    assert only(clocked)
    rule = deepcopy(queries.law_now().rules["eu-gdpr-33"].data)
    Obligation.objects.filter(pk=authority(clocked).pk).update(rule=rule)
    assess(clocked)
    assert not clocked.differences.exists()


@pytest.mark.parametrize("command", [commands.accept_difference, commands.keep_difference])
def test_an_answer_needs_its_reason_and_is_given_once(clocked, lead, command):
    put_otherwise(authority(clocked), days_before(10))
    assess(clocked)
    offer, now = only(clocked), timezone.now()
    with pytest.raises(ValidationError) as refused:
        command(offer, by=lead, reason=" ", now=now)
    assert refused.value.error_list[0].code == "reason_missing"
    command(offer, by=lead, reason="So it is", now=now)
    with pytest.raises(ValidationError) as refused:
        command(offer, by=lead, reason="Again", now=now)
    assert refused.value.error_list[0].code == "already_settled"


def test_a_text_that_changed_once_more_is_looked_at_again(clocked, lead):
    put_otherwise(authority(clocked), days_before(10))
    assess(clocked)
    Difference.objects.update(rule_version="start/yet-another")
    with pytest.raises(ValidationError) as refused:
        commands.accept_difference(only(clocked), by=lead, reason="Yes", now=timezone.now())
    assert refused.value.error_list[0].code == "changed_meanwhile"


def test_facts_that_bring_a_time_nearer_work_at_once_and_say_what_was(clocked, lead):
    before = authority(clocked)
    aware(clocked, before.started_at - 5 * HOUR, lead)
    change = queries.last_change(authority(clocked))
    assert change is not None
    assert (change.earlier, change.was_due_at) == (True, before.due_at)
    assert [(one.label, one.before, one.after) for one in change.why if one.label == "The clock starts"] == [
        ("The clock starts", before.started_at.astimezone(UTC), before.started_at - 5 * HOUR)
    ]
    details = AuditEvent.objects.filter(stream=clocked.stream, verb="obligations_assessed").latest("sequence")
    assert '"earlier"' in details.details


def test_facts_that_end_a_duty_say_which_condition_fell(clocked, lead):
    unlikely = commands.FactInput("risk_tier", "known", "unlikely", "Encrypted")
    commands.set_facts(clocked, facts=[unlikely], by=lead, now=timezone.now())
    row = authority(clocked)
    change = queries.last_change(row)
    assert row.status == ObligationStatus.GONE
    assert change is not None
    assert ("Asked", "Yes", "No") in [(one.label, one.before, one.after) for one in change.lines]
    assert change.why


def test_pages_and_api_show_the_difference_and_take_the_answer(clocked, lead, auditor, client_of):
    put_otherwise(authority(clocked), days_before(10))
    assess(clocked)
    offer = only(clocked)
    page = f"/incidents/{clocked.reference}/obligations/"
    accept, keep = (
        f"/incidents/{clocked.reference}/differences/{offer.pk}/{word}/" for word in ("accept", "keep")
    )
    shown = client_of(lead).get(page).content.decode()
    assert accept in shown
    assert keep in shown
    assert "The law was put otherwise since" in shown
    watched = client_of(auditor).get(page).content.decode()
    assert "The law was put otherwise since" in watched
    assert accept not in watched
    assert client_of(auditor).post(accept, {"reason": "x"}).status_code == 403
    assert client_of(lead).post(keep, {}).status_code == 422
    assert client_of(lead).get(accept).status_code == 200
    api = f"/api/incidents/{clocked.reference}/differences/"
    (told,) = client_of(lead).get(api).json()
    assert (told["id"], told["kind"], told["outcome"]) == (offer.pk, "moved", "")
    answered = client_of(lead).post(f"{api}{offer.pk}/keep/", {"reason": "As agreed"}, "application/json")
    assert (answered.status_code, answered.json()["outcome"]) == (200, "kept")
    again = client_of(lead).post(f"{api}{offer.pk}/keep/", {"reason": "As agreed"}, "application/json")
    assert again.status_code == 409
    one = client_of(lead).get(f"{page}{authority(clocked).pk}/").content.decode()
    assert "As agreed" in one


def test_a_difference_of_another_incident_is_not_found(clocked, lead, client_of):
    put_otherwise(authority(clocked), days_before(10))
    assess(clocked)
    other = commands.open_incident(by=lead, title="Another", now=timezone.now())
    url = f"/incidents/{other.reference}/differences/{only(clocked).pk}/keep/"
    assert client_of(lead).get(url).status_code == 404
