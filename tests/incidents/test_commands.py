"""The acts on a case: what they do, and what they refuse."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from audit import queries as record
from audit.models import AuditEvent
from incidents import commands, queries
from incidents.lifecycle import ObligationStatus, ReportStatus, Status
from incidents.models import Door, Incident, Obligation, Report
from tests.standing import standing

HOUR = timedelta(hours=1)
NO_RISK = {"categories": {"simple": 1}, "identifiers": {"email": "0.25"}}


@standing
def report() -> Report:
    now = timezone.now()
    return commands.file_report(
        door=Door.PUBLIC,
        title="My list is online",
        words="I saw <b>it</b>",
        contact="+353 1 555 0100",
        now=now,
    ).report


@standing
def breach(incident: Incident, lead: User) -> Incident:
    """A confirmed breach with 600 people in California and 40 in Ireland; aware an hour ago."""
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, own_role="controller")
    commands.record_event_time(
        incident, kind="detected", at=now - 3 * HOUR, zone="Europe/Dublin", by=lead, now=now
    )
    commands.record_counts(
        incident,
        counts=[
            commands.CountInput("US-CA", ("name", "online_credentials"), 600),
            commands.CountInput("IE", ("name", "email"), 40),
        ],
        basis="estimate",
        source="log analysis",
        by=lead,
        now=now,
    )
    return commands.confirm_breach(
        incident,
        by=lead,
        aware_at=now - HOUR,
        zone="Europe/Dublin",
        reasoning="Logs show the export.",
        now=now,
    )


def refusal(call, *args, **kwargs) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(ValidationError) as refused:
        call(*args, **kwargs)
    return str(refused.value.error_list[0].code)


def gdpr(incident: Incident) -> Obligation:
    return incident.obligations.get(
        rule_id="eu-gdpr-33", recipient_kind="authority", place__in=["", "IE"], stage="initial"
    )


# --- reports


def test_promoting_keeps_the_words_and_opens_an_incident(report: Report, responder: User) -> None:
    incident = commands.promote_report(
        report, by=responder, title="List leaked", reason="Credible", now=timezone.now()
    )
    report.refresh_from_db()
    assert (report.status, report.incident, report.words) == (
        ReportStatus.PROMOTED,
        incident,
        "I saw <b>it</b>",
    )
    assert record.verify(incident.stream).holds


def test_a_settled_report_is_not_settled_again(report: Report, responder: User) -> None:
    now = timezone.now()
    commands.dismiss_report(report, by=responder, reason="Spam", now=now)
    code = refusal(commands.promote_report, report, by=responder, title="x", reason="y", now=now)
    assert code == "wrong_status"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_dismissal_needs_its_reason(report: Report, responder: User, reason: str) -> None:
    code = refusal(commands.dismiss_report, report, by=responder, reason=reason, now=timezone.now())
    assert code == "reason_missing"


def test_a_returned_report_is_new_again(report: Report, responder: User) -> None:
    now = timezone.now()
    commands.dismiss_report(report, by=responder, reason="Spam", now=now)
    report = commands.return_report(report, by=responder, reason="It was not", now=now)
    assert (report.status, report.settled_reason) == (ReportStatus.NEW, "")


def test_the_reporters_contact_is_sealed(report: Report) -> None:
    from incidents.commands.reporting import reporter_contact

    assert b"555" not in bytes(report.sealed_contact)
    assert reporter_contact(report) == "+353 1 555 0100"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": " "}, "words_missing"),
        ({"words": "x" * 20_001}, "too_long"),
        ({"title": "nul\x00"}, "nul"),
        ({"noticed_at": timezone.now() + HOUR}, "future_time"),
    ],
)
def test_a_report_that_cannot_be_kept_is_refused_in_words(
    db: None, fields: dict[str, object], code: str
) -> None:
    given = {"door": Door.PUBLIC, "title": "t", "words": "w", **fields}
    assert refusal(commands.file_report, now=timezone.now(), **given) == code


# --- facts


def test_a_replaced_time_is_kept_as_history_and_needs_reasoning(incident: Incident, lead: User) -> None:
    now = timezone.now()
    first = {"kind": "detected", "zone": "UTC", "by": lead, "now": now}
    commands.record_event_time(incident, at=now - 2 * HOUR, **first)
    assert refusal(commands.record_event_time, incident, at=now - HOUR, **first) == "reason_missing"
    commands.record_event_time(incident, at=now - HOUR, reasoning="The alert was earlier", **first)
    assert incident.event_times.filter(kind="detected").count() == 2
    assert [time.at for time in queries.current_times(incident)] == [now - HOUR]


def test_a_time_in_the_future_is_refused(incident: Incident, lead: User) -> None:
    now = timezone.now()
    code = refusal(
        commands.record_event_time, incident, kind="detected", at=now + HOUR, zone="UTC", by=lead, now=now
    )
    assert code == "future_detected"


def test_awareness_later_than_detection_asks_why(incident: Incident, lead: User) -> None:
    now = timezone.now()
    commands.record_event_time(incident, kind="detected", at=now - 2 * HOUR, zone="UTC", by=lead, now=now)
    code = refusal(
        commands.record_event_time, incident, kind="aware", at=now - HOUR, zone="UTC", by=lead, now=now
    )
    assert code == "reasoning_missing"


def test_awareness_cannot_lie_in_the_future(incident: Incident, lead: User) -> None:
    now = timezone.now()
    code = refusal(
        commands.confirm_breach, incident, by=lead, aware_at=now + HOUR, zone="UTC", reasoning="r", now=now
    )
    assert code == "future_awareness"


def test_what_is_unknown_holds_no_value_and_history_stays(incident: Incident, lead: User) -> None:
    now = timezone.now()
    commands.set_facts(incident, facts=[commands.FactInput("encrypted", "known", True)], by=lead, now=now)
    commands.set_facts(incident, facts=[commands.FactInput("encrypted", "unknown", True)], by=lead, now=now)
    fact = queries.current_facts(incident)["encrypted"]
    assert (fact.state, fact.value) == ("unknown", None)
    assert incident.facts.filter(key="encrypted").count() == 2


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("encrypted", "maybe", "bad_value"),
        ("colour", True, "unknown_fact"),
        ("encrypted", None, "value_missing"),
        ("elements", ["shoe_size"], "bad_value"),
    ],
)
def test_a_fact_no_rule_can_read_is_refused(
    incident: Incident, lead: User, key: str, value: object, code: str
) -> None:
    fact = commands.FactInput(key, "known", value)
    assert refusal(commands.set_facts, incident, facts=[fact], by=lead, now=timezone.now()) == code


def test_an_estimate_counts_only_where_it_exceeds_the_confirmed(incident: Incident, lead: User) -> None:
    now = timezone.now()
    both = {"source": "", "by": lead, "now": now}
    commands.record_counts(incident, counts=[commands.CountInput("IE", (), 100)], basis="estimate", **both)
    commands.record_counts(
        incident, counts=[commands.CountInput("IE", ("email",), 70)], basis="confirmed", **both
    )
    assert queries.total_affected(queries.current_counts(incident)) == (100, False)
    commands.drop_estimates(incident, by=lead, reason="The list is complete", now=now)
    assert queries.total_affected(queries.current_counts(incident)) == (70, True)


@pytest.mark.parametrize(("place", "number"), [("Atlantis", 3), ("IE", -1), ("", 1), ("IE", 10**12)])
def test_a_count_that_cannot_be_is_refused(incident: Incident, lead: User, place: str, number: int) -> None:
    counts = [commands.CountInput(place, (), number)]
    code = refusal(
        commands.record_counts,
        incident,
        counts=counts,
        basis="estimate",
        source="",
        by=lead,
        now=timezone.now(),
    )
    assert code == "bad_count"


# --- obligations


def test_obligations_run_from_promotion_on_and_move_with_the_facts(breach: Incident) -> None:
    duty = gdpr(breach)
    aware = next(time.at for time in queries.current_times(breach) if time.kind == "aware")
    assert duty.due_at == aware + 72 * HOUR
    assert duty.runs
    assert "33" in duty.citation
    assert duty.due_text
    assert duty.rule


def test_assessing_twice_changes_nothing(breach: Incident, lead: User) -> None:
    before = AuditEvent.objects.filter(stream=breach.stream).count()
    breach.refresh_from_db()
    breach.assessed_hash = ""
    assert commands.assess_obligations(breach, by=lead, now=timezone.now()) == []
    assert AuditEvent.objects.filter(stream=breach.stream).count() == before


def test_not_required_needs_a_second_person(breach: Incident, lead: User, legal: User) -> None:
    now = timezone.now()
    duty = gdpr(breach)
    decision = commands.propose_not_required(duty, by=lead, reason="Risk unlikely", now=now)
    duty.refresh_from_db()
    assert duty.runs
    assert refusal(commands.sign_not_required, decision, by=lead, now=now) == "already_decided"
    commands.sign_not_required(decision, by=legal, now=now)
    duty.refresh_from_db()
    assert duty.status == ObligationStatus.NOT_REQUIRED


def test_a_decision_freezes_the_facts_of_that_moment(breach: Incident, lead: User) -> None:
    now = timezone.now()
    commands.decide_required(gdpr(breach), by=lead, reason="Risk not unlikely", now=now)
    commands.set_facts(breach, facts=[commands.FactInput("encrypted", "known", False)], by=lead, now=now)
    frozen = gdpr(breach).decisions.get().facts
    assert "encrypted" not in frozen["facts"]


def test_what_people_decided_stands_when_facts_change(breach: Incident, lead: User) -> None:
    now = timezone.now()
    commands.decide_required(gdpr(breach), by=lead, reason="We tell them anyway", now=now)
    unlikely = commands.FactInput("risk_tier", "known", "unlikely", "Nothing left the house")
    commands.set_facts(breach, facts=[unlikely], by=lead, now=now)
    duty = gdpr(breach)
    assert (duty.status, duty.answer) == (ObligationStatus.REQUIRED, "not_required")


def test_lateness_is_frozen_at_the_first_filing(breach: Incident, lead: User) -> None:
    duty = gdpr(breach)
    assert duty.due_at is not None
    later = duty.due_at + 2 * HOUR
    duty = commands.meet_obligation(duty, at=later, proof="receipt 7", by=lead, now=later)
    assert (duty.status, duty.late_by) == (ObligationStatus.MET_LATE, 2 * HOUR)
    code = refusal(commands.meet_obligation, duty, at=later, proof="again", by=lead, now=later)
    assert code == "already_decided"
    commands.give_late_reason(duty, reason="The portal was down", by=lead, now=later)


def test_a_withdrawn_decision_puts_the_duty_back(breach: Incident, lead: User) -> None:
    now = timezone.now()
    commands.decide_required(gdpr(breach), by=lead, reason="Yes", now=now)
    duty = commands.withdraw_decision(gdpr(breach).decisions.get(), by=lead, reason="Too early", now=now)
    assert duty.status == ObligationStatus.TO_DECIDE


# --- severity


def test_another_level_than_computed_needs_its_reason(incident: Incident, lead: User) -> None:
    now = timezone.now()
    code = refusal(commands.assess_severity, incident, factors=NO_RISK, level="high", by=lead, now=now)
    assert code == "reason_missing"
    stated = commands.assess_severity(
        incident, factors=NO_RISK, level="high", override_reason="Children", by=lead, now=now
    )
    assert (stated.computed, stated.level, stated.version) == ("low", "high", 1)


# --- closing


def test_closing_lists_all_that_is_open(breach: Incident, lead: User) -> None:
    now = timezone.now()
    commands.open_matter(
        breach, kind="inquiry", reference="Q-1", label="Question Q-1 is not answered", by=lead, now=now
    )
    with pytest.raises(ValidationError) as refused:
        commands.close_incident(breach, by=lead, now=now)
    words = " ".join(refused.value.messages)
    assert "Question Q-1" in words
    assert "review" in words
    assert gdpr(breach).title in words


def test_an_incident_closes_when_nothing_is_open_and_can_be_reopened(
    breach: Incident, lead: User, legal: User
) -> None:
    now = timezone.now()
    for duty in breach.obligations.running():
        decision = commands.propose_not_required(duty, by=lead, reason="Test data only", now=now)
        commands.sign_not_required(decision, by=legal, now=now)
    commands.write_review(
        breach,
        by=lead,
        cause="A bug",
        went_well="",
        went_badly="",
        improvements="A test",
        check_on=None,
        now=now,
    )
    assert commands.close_incident(breach, by=lead, now=now).status == Status.CLOSED
    assert refusal(commands.set_facts, breach, facts=[], by=lead, now=now) == "wrong_status"
    assert commands.reopen_incident(breach, by=lead, reason="New facts", now=now).status == Status.CONFIRMED
    assert record.verify(breach.stream).holds


def test_matters_settle_once_and_may_open_again(incident: Incident, lead: User) -> None:
    now = timezone.now()
    same = {"kind": "notice", "reference": "NOT-1", "by": lead, "now": now}
    commands.open_matter(incident, label="Notice NOT-1 is being sent", **same)
    commands.settle_matter(incident, **same)
    commands.settle_matter(incident, **same)
    assert not incident.matters.filter(settled_at=None).exists()
    commands.open_matter(incident, label="Notice NOT-1 is being sent", **same)
    assert incident.matters.filter(settled_at=None).count() == 1
