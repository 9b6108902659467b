"""What people decide on the duties of an incident, and how they are met."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts.models import User
from audit.commands import Acting, record
from incidents import queries
from incidents.commands.assessing import MET, assess_obligations, standing_status
from incidents.events import ObligationEvent
from incidents.lifecycle import ObligationStatus
from incidents.models import Decision, Incident, Obligation
from incidents.models.obligation import Outcome
from incidents.rules import check_reason, check_runs, refuse, signature_blockers


def _locked(obligation: Obligation) -> Obligation:
    """The obligation under its incident's lock, so that decisions and assessments take turns."""
    Incident.objects.locked(Incident(pk=obligation.incident_id))
    return Obligation.objects.select_related("incident").locked(obligation)


def _decide(obligation: Obligation, outcome: Outcome, *, by: User, reason: str, now: datetime) -> Decision:
    check_runs(obligation)
    if obligation.decisions.filter(withdrawn_at=None).exists():
        raise ValidationError("A decision stands already; withdraw it first.", code="already_decided")
    return Decision.objects.create(
        obligation=obligation,
        outcome=outcome,
        reason=check_reason(reason),
        facts=queries.breach_facts(obligation.incident).to_dict(),
        by=by,
        at=now,
    )


@transaction.atomic
def decide_required(obligation: Obligation, *, by: User, reason: str, now: datetime) -> Obligation:
    """Decide that a duty applies; its clock ran before and runs on."""
    obligation = _locked(obligation)
    _decide(obligation, Outcome.REQUIRED, by=by, reason=reason, now=now)
    if obligation.status not in (ObligationStatus.BLOCKED, ObligationStatus.DELAYED):
        obligation.status = ObligationStatus.REQUIRED
        obligation.save(update_fields=["status"])
    _record(ObligationEvent.REQUIRED, obligation, by=by, reason=reason)
    return obligation


@transaction.atomic
def propose_not_required(obligation: Obligation, *, by: User, reason: str, now: datetime) -> Decision:
    """Propose that a duty does not apply; it counts once a second person signs."""
    obligation = _locked(obligation)
    decision = _decide(obligation, Outcome.NOT_REQUIRED, by=by, reason=reason, now=now)
    _record(ObligationEvent.NOT_REQUIRED_PROPOSED, obligation, by=by, reason=reason)
    return decision


@transaction.atomic
def sign_not_required(decision: Decision, *, by: User, now: datetime) -> Obligation:
    """Sign as the second person that a duty does not apply."""
    obligation = _locked(decision.obligation)
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if decision.outcome != Outcome.NOT_REQUIRED:
        raise ValidationError("Only “not required” needs a second signature.", code="no_signature_needed")
    if blockers := signature_blockers(decision, by):
        refuse(blockers, code="already_decided")
    check_runs(obligation)
    decision.second_by = by
    decision.second_at = now
    decision.save(update_fields=["second_by", "second_at"])
    obligation.status = ObligationStatus.NOT_REQUIRED
    obligation.save(update_fields=["status"])
    _record(ObligationEvent.NOT_REQUIRED, obligation, by=by, details={"proposed_by": decision.by_id})
    return obligation


@transaction.atomic
def withdraw_decision(decision: Decision, *, by: User, reason: str, now: datetime) -> Obligation:
    """Take a decision back; the obligation stands where the facts put it."""
    obligation = _locked(decision.obligation)
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if decision.withdrawn_at is not None:
        raise ValidationError("This decision was withdrawn already.", code="already_settled")
    if obligation.status in MET:
        raise ValidationError("This obligation is met; its decision stays.", code="already_settled")
    decision.withdrawn_at = now
    decision.save(update_fields=["withdrawn_at"])
    duty = obligation.duty
    obligation.status = standing_status(
        obligation.answer, None, blocked=bool(duty.get("blocked_by")), delayed=bool(duty.get("delay"))
    )
    obligation.save(update_fields=["status"])
    _record(ObligationEvent.WITHDRAWN, obligation, by=by, reason=check_reason(reason))
    return obligation


@transaction.atomic
def meet_obligation(
    obligation: Obligation, *, at: datetime, proof: str, by: Acting, now: datetime
) -> Obligation:
    """Keep when and by what a duty was done; lateness is frozen here and stays."""
    obligation = _locked(obligation)
    check_runs(obligation)
    if at > now:
        raise ValidationError("It cannot have been done in the future.", code="future_time")
    late = obligation.due_at is not None and at > obligation.due_at
    obligation.status = ObligationStatus.MET_LATE if late else ObligationStatus.MET
    obligation.met_at = at
    obligation.proof = proof[:200]
    obligation.late_by = at - obligation.due_at if late and obligation.due_at else None
    obligation.save(update_fields=["status", "met_at", "proof", "late_by"])
    _record(
        ObligationEvent.MET,
        obligation,
        by=by,
        details={
            "at": at,
            "proof": proof,
            "late_seconds": int(obligation.late_by.total_seconds()) if obligation.late_by else 0,
        },
    )
    assess_obligations(obligation.incident, by=by, now=now)
    return obligation


@transaction.atomic
def give_late_reason(obligation: Obligation, *, reason: str, by: User, now: datetime) -> Obligation:
    """Say why a duty was, or is being, met late; authorities ask for it."""
    obligation = _locked(obligation)
    overdue = obligation.runs and obligation.due_at is not None and obligation.due_at < now
    if obligation.late_by is None and not overdue:
        raise ValidationError("This obligation is not late.", code="not_late")
    obligation.late_reason = check_reason(reason)
    obligation.save(update_fields=["late_reason"])
    _record(ObligationEvent.LATE_REASON, obligation, by=by, reason=reason)
    return obligation


def _record(
    verb: ObligationEvent,
    obligation: Obligation,
    *,
    by: Acting,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    record(
        verb,
        obligation,
        by=by,
        stream=obligation.incident.stream,
        details={"rule": obligation.rule_id, "recipient": obligation.recipient_name, **(details or {})},
        reason=reason,
    )
    Incident.objects.filter(pk=obligation.incident_id).update(version=F("version") + 1)
