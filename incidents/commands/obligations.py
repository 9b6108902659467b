"""What the law asks of an incident: assessed at every change of facts, decided by people."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts.models import User
from audit.commands import Acting, record
from incidents import queries
from incidents.events import ObligationEvent
from incidents.lifecycle import ObligationStatus
from incidents.models import Decision, Incident, Obligation
from incidents.models.obligation import Outcome
from incidents.rules import check_reason, check_runs, refuse, signature_blockers
from law.duties import Duty, duties_for
from law.pack import load_pack

# What an assessment may move; the rest of a row is frozen when it is first written.
MOVING = (
    "title", "status", "answer", "started_at", "due_at", "target_at", "due_zone", "due_text",
    "confidence", "trace", "undecided_by", "duty", "assessed_at",
)  # fmt: skip
MET = (ObligationStatus.MET, ObligationStatus.MET_LATE)


@transaction.atomic
def assess_obligations(incident: Incident, *, by: Acting, now: datetime) -> list[Obligation]:
    """Ask the law again; returns the rows that are new or moved. Repeating it changes nothing.

    What people decided stands, whatever the rules now say. Historic incidents have no obligations.
    """
    if incident.historic or incident.merged_into_id:
        return []
    facts = queries.breach_facts(incident)
    pack = load_pack()
    state = sha256(f"{facts.digest()} {pack.hash}".encode()).hexdigest()
    if incident.assessed_hash == state:
        return []
    incident.assessed_hash = state
    Incident.objects.filter(pk=incident.pk).update(assessed_hash=state, version=F("version") + 1)
    standing = {row.key: row for row in incident.obligations.select_for_update(of=("self",))}
    decided = {
        decision.obligation_id: decision
        for decision in Decision.objects.filter(obligation__incident=incident, withdrawn_at=None)
    }
    changes: Counter[str] = Counter()
    changed, seen = [], set()
    for duty in duties_for(facts, pack):
        seen.add(duty.key)
        row = standing.get(duty.key)
        if row is None:
            changed.append(_write(incident, duty, pack_version=pack.version, now=now))
            changes["new"] += 1
        elif row.status not in MET and row.pack_version == pack.version:
            # A later pack never alters what an earlier one made; it is offered as a difference instead.
            if _move(row, duty, decided.get(row.pk), now=now):
                changed.append(row)
                changes["moved"] += 1
    for key, row in standing.items():
        if key not in seen and row.status not in MET and row.answer != "not_required":
            row.answer = "not_required"
            row.status = _status("not_required", decided.get(row.pk), blocked=False, delayed=False)
            row.assessed_at = now
            row.save(update_fields=["answer", "status", "assessed_at"])
            changed.append(row)
            changes["gone"] += 1
    if changes:
        details = {**changes, "facts": facts.digest(), "pack": pack.version}
        record(ObligationEvent.ASSESSED, incident, by=by, stream=incident.stream, details=details)
    return changed


def _fields(duty: Duty) -> dict[str, Any]:
    """What a row keeps of a duty, in JSON where it is nested."""
    plain = json.loads(json.dumps(duty.to_dict(), default=str))
    rule = plain.pop("rule")
    return {
        "title": duty.title[:200],
        "rule_id": duty.rule_id,
        "regime": duty.regime[:200],
        "place": duty.place[:6],
        "recipient_kind": duty.recipient.kind,
        "authority_id": duty.recipient.authority,
        "recipient_name": duty.recipient.name[:200],
        "stage": duty.stage,
        "answer": duty.answer,
        "started_at": duty.starts_at,
        "due_at": duty.due_at,
        "target_at": duty.target_at,
        "due_zone": duty.due_zone,
        "due_text": duty.due_text or duty.target_text,
        "citation": duty.citation,
        "confidence": duty.confidence,
        "binding": duty.binding,
        "trace": plain["trace"],
        "undecided_by": plain["undecided_by"],
        "duty": plain,
        "rule": rule,
    }


def _status(answer: str, decision: Decision | None, *, blocked: bool, delayed: bool) -> ObligationStatus:
    """Where a row stands: a decision first, then what holds it up, then what the engine says."""
    if decision is not None and decision.stands and decision.outcome == Outcome.NOT_REQUIRED:
        return ObligationStatus.NOT_REQUIRED
    if answer == "not_required" and (decision is None or not decision.stands):
        return ObligationStatus.GONE
    if blocked and answer == "required":
        return ObligationStatus.BLOCKED
    if delayed and answer == "required":
        return ObligationStatus.DELAYED
    if decision is not None and decision.stands:
        return ObligationStatus.REQUIRED
    return ObligationStatus.TO_DECIDE if answer == "required" else ObligationStatus.UNDECIDED


def _write(incident: Incident, duty: Duty, *, pack_version: str, now: datetime) -> Obligation:
    return Obligation.objects.create(
        incident=incident,
        key=duty.key,
        status=_status(duty.answer, None, blocked=bool(duty.blocked_by), delayed=bool(duty.delay)),
        pack_version=pack_version,
        first_assessed_at=now,
        assessed_at=now,
        **_fields(duty),
    )


def _move(row: Obligation, duty: Duty, decision: Decision | None, *, now: datetime) -> bool:
    """Bring a row in step with its duty; whether anything changed."""
    fields = _fields(duty)
    fields["status"] = _status(duty.answer, decision, blocked=bool(duty.blocked_by), delayed=bool(duty.delay))
    moving = {name: fields[name] for name in MOVING if name in fields}
    if all(getattr(row, name) == value for name, value in moving.items()):
        return False
    for name, value in moving.items():
        setattr(row, name, value)
    row.assessed_at = now
    row.save(update_fields=list(MOVING))
    return True


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
    obligation.status = _status(
        obligation.answer, None, blocked=bool(duty.get("blocked_by")), delayed=bool(duty.get("delay"))
    )
    obligation.save(update_fields=["status"])
    _record(ObligationEvent.WITHDRAWN, obligation, by=by, reason=check_reason(reason))
    return obligation


@transaction.atomic
def meet_obligation(obligation: Obligation, *, at: datetime, proof: str, by: Acting, now: datetime) -> Obligation:
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
        details={"at": at, "proof": proof, "late_seconds": int(obligation.late_by.total_seconds()) if obligation.late_by else 0},
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
    verb: ObligationEvent, obligation: Obligation, *, by: Acting, reason: str = "", details: dict[str, Any] | None = None
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
