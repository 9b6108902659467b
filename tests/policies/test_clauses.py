"""What contracts ask after a breach: who writes it, what incidents make of it, what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.events import ORGANISATION
from audit.models import AuditEvent
from incidents import commands as cases
from incidents import tasks
from incidents.models import Incident
from incidents.queries import law_now
from law.facts import BreachFacts
from policies import commands, queries
from policies.models import ContractClause

CLAUSE = {
    "partner": "Beacon Ltd",
    "document": "Master agreement § 14.2",
    "scope": "every",
    "number": 24,
    "unit": "hours",
    "event": "aware",
    "to_send": "A mail to their security desk",
    "in_force_from": date(2024, 1, 1),
}
PAGE = "/policies/contracts/"


def add(by, **more) -> ContractClause:
    return commands.add_clause(by=by, now=timezone.now(), **{**CLAUSE, **more})


def confirmed(incident: Incident, by, aware_at: datetime) -> Incident:
    now = timezone.now()
    cases.confirm_breach(incident, by=by, aware_at=aware_at, zone="UTC", reasoning="The log", now=now)
    return Incident.objects.get(pk=incident.pk)


def test_a_clause_becomes_an_obligation_beside_the_law_with_its_own_clock(incident, lead):
    aware = timezone.now() - timedelta(hours=3)
    cases.describe_incident(incident, by=lead, now=timezone.now(), own_role="processor")
    confirmed(incident, lead, aware)
    clause = add(lead)
    assert tasks.assess_stale_obligations() == 1
    row = incident.obligations.get(rule_id=clause.rule_id)
    assert (row.title, row.due_at, row.citation) == (
        "Tell Beacon Ltd",
        aware + timedelta(hours=24),
        CLAUSE["document"],
    )
    assert row.answer == "required"
    assert CLAUSE["to_send"] in row.duty["notes"]
    assert tasks.assess_stale_obligations() == 0


def test_a_clause_for_affected_data_waits_for_a_person_to_say_so(incident, lead):
    clause = add(lead, scope="affected")
    tasks.assess_stale_obligations()
    row = incident.obligations.get(rule_id=clause.rule_id)
    assert (row.answer, row.undecided_by[0]) == ("undecided", f"judged.{clause.rule_id}/affected")


def test_a_clause_holds_for_breaches_that_began_while_it_was_in_force(incident, lead):
    now = timezone.now()
    confirmed(incident, lead, now - timedelta(hours=3))
    future = add(lead, in_force_from=(now + timedelta(days=2)).date())
    past = add(lead, in_force_until=(now - timedelta(days=2)).date())
    tasks.assess_stale_obligations()
    assert not incident.obligations.filter(rule_id__in=[future.rule_id, past.rule_id]).exists()


def test_an_ended_clause_lets_older_incidents_be_and_is_recorded(incident, lead):
    confirmed(incident, lead, timezone.now() - timedelta(hours=3))
    clause = add(lead)
    tasks.assess_stale_obligations()
    commands.end_clause(
        clause, on=timezone.now().date() + timedelta(days=1), reason="Left us", by=lead, now=timezone.now()
    )
    tasks.assess_stale_obligations()
    assert incident.obligations.get(rule_id=clause.rule_id).runs
    assert not incident.differences.exists()
    verbs = list(AuditEvent.objects.filter(stream=ORGANISATION).values_list("verb", flat=True))
    assert {"contract_clause_added", "contract_clause_ended"} <= set(verbs)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"partner": " "}, "words_missing"),
        ({"document": ""}, "words_missing"),
        ({"to_send": ""}, "words_missing"),
        ({"partner": "Bea\x00con"}, "unstorable"),
        ({"scope": "never"}, "not_allowed"),
        ({"unit": "moons"}, "not_allowed"),
        ({"event": "full_moon"}, "not_allowed"),
        ({"number": 0}, "bad_number"),
        ({"number": 100_000}, "bad_number"),
        ({"in_force_until": date(2023, 1, 1)}, "ends_before_it_begins"),
    ],
)
def test_a_clause_the_engine_cannot_read_is_refused(lead, wrong, code):
    with pytest.raises(ValidationError) as refused:
        add(lead, **wrong)
    assert refused.value.error_list[0].code == code


def test_a_clause_ends_once_for_a_reason_and_not_before_it_began(lead):
    clause, now = add(lead), timezone.now()

    def refused(on: date, reason: str) -> str:
        with pytest.raises(ValidationError) as refusal:
            commands.end_clause(clause, on=on, reason=reason, by=lead, now=now)
        return str(refusal.value.error_list[0].code)

    assert refused(now.date(), " ") == "reason_missing"
    assert refused(date(2020, 1, 1), "Left us") == "ends_before_it_begins"
    commands.end_clause(clause, on=date(2025, 1, 1), reason="Left us", by=lead, now=now)
    assert refused(now.date(), "Again") == "already_settled"


def test_pages_list_add_and_end_for_those_who_may(lead, responder, employee, client_of):
    writer = client_of(lead)
    given = {**CLAUSE, "role": "any", "in_force_from": "2024-01-01", "in_force_until": ""}
    assert "No clause yet" in writer.get(PAGE).content.decode()
    assert client_of(employee).get(PAGE).status_code == 403
    assert client_of(responder).post(f"{PAGE}new/", given).status_code == 403
    assert writer.get(f"{PAGE}new/").status_code == 200
    assert writer.post(f"{PAGE}new/", {**given, "number": "0"}).status_code == 422
    late = writer.post(f"{PAGE}new/", {**given, "in_force_until": "2023-01-01"})
    assert late.status_code == 422
    assert "It ends after it began." in late.content.decode()
    assert writer.post(f"{PAGE}new/", given).status_code == 302
    (row,) = queries.clause_rows(today=timezone.localdate())
    end = f"{PAGE}{row.clause.reference}/end/"
    assert end in writer.get(PAGE).content.decode()
    assert end not in client_of(responder).get(PAGE).content.decode()
    assert writer.get(end).status_code == 200
    assert writer.post(end, {"on": "2023-01-01", "reason": "Left us"}).status_code == 422
    assert writer.post(end, {"on": "2025-01-01", "reason": "Left us"}).status_code == 302
    assert "Ended" in writer.get(PAGE).content.decode()


def test_the_api_lists_adds_and_ends(lead, employee, client_of):
    api, writer = "/api/policies/contracts/", client_of(lead)
    given = {**CLAUSE, "in_force_from": "2024-01-01"}
    assert writer.post(api, {**given, "event": "full_moon"}, "application/json").status_code == 400
    made = writer.post(api, given, "application/json")
    assert made.status_code == 201
    assert [one["partner"] for one in writer.get(api).json()] == ["Beacon Ltd"]
    assert client_of(employee).get(api).status_code == 403
    end = f"{api}{made.json()['reference']}/end/"
    ended = writer.post(end, {"on": "2025-01-01", "reason": "Left us"}, "application/json")
    assert ended.json()["in_force_until"] == "2025-01-01"
    again = writer.post(end, {"on": "2025-01-01", "reason": "Left us"}, "application/json")
    assert again.status_code == 409
    assert writer.post(f"{api}CLA-0000-0000/end/", {}, "application/json").status_code == 404


def test_a_clause_for_any_role_is_asked_while_nobody_knows_our_role(incident, lead):
    aware = timezone.now() - timedelta(hours=3)
    confirmed(incident, lead, aware)
    rows = {role: add(lead, role=role) for role in ("any", "controller", "processor")}
    tasks.assess_stale_obligations()
    answers = {role: incident.obligations.get(rule_id=one.rule_id).answer for role, one in rows.items()}
    assert answers == {"any": "required", "controller": "undecided", "processor": "undecided"}
    cases.describe_incident(incident, by=lead, now=timezone.now(), own_role="joint_controller")
    asked = incident.obligations.get(rule_id=rows["controller"].rule_id)
    assert asked.answer == "required"


def test_working_days_of_a_clause_leave_out_weekends_and_holidays_of_its_place(lead):
    """Three working days from Thursday 24 December 2026: Christmas Day and the weekend are none in Ireland."""
    clause = add(lead, number=3, unit="business_days", calendar="ie")
    at = datetime(2026, 12, 24, 10, tzinfo=UTC)
    facts = BreachFacts.from_dict({"events": {"aware": at.isoformat()}})
    (duty,) = [one for one in law_now().duties(facts, possible=()) if one.rule_id == clause.rule_id]
    assert duty.due_at == datetime(2026, 12, 30, 23, 59, 59, tzinfo=UTC), duty.due_text
    for unit, calendar, code in (
        ("business_days", "", "calendar_unknown"),
        ("business_days", "XX", "calendar_unknown"),
        ("business_days", "Atlantis", "calendar_unknown"),
        ("hours", "IE", "calendar_not_asked"),
    ):
        with pytest.raises(ValidationError) as refused:
            add(lead, unit=unit, calendar=calendar)
        assert refused.value.error_list[0].code == code
    with pytest.raises(ValidationError):
        add(lead, role="observer")
