"""Ask the law what an incident owes; rows are brought in step with duties, decisions stand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F

from audit.commands import Acting, record
from incidents import queries
from incidents.events import ObligationEvent
from incidents.lifecycle import ObligationStatus
from incidents.models import Decision, Incident, Obligation
from incidents.models.obligation import Outcome
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
    changes = _bring_in_step(incident, duties_for(facts, pack), pack_version=pack.version, now=now)
    if changes:
        counted = Counter(kind for kind, _ in changes)
        details = {**counted, "facts": facts.digest(), "pack": pack.version}
        record(ObligationEvent.ASSESSED, incident, by=by, stream=incident.stream, details=details)
    return [row for _, row in changes]


def _bring_in_step(
    incident: Incident, duties: Iterable[Duty], *, pack_version: str, now: datetime
) -> list[tuple[str, Obligation]]:
    """Write new rows, move standing ones, mark those that no rule asks any more; met ones stay as they are."""
    rows = incident.obligations.defer("rule").select_for_update(of=("self",))
    standing = {row.key: row for row in rows}
    decided = {
        decision.obligation_id: decision
        for decision in Decision.objects.filter(obligation__incident=incident, withdrawn_at=None)
    }
    new, moved = [], []
    asked = list(duties)
    distant = {duty.key: duty for duty in asked if duty.reach == "possible"}
    for duty in asked:
        if duty.reach == "possible":
            continue
        row = standing.pop(duty.key, None)
        if row is None:
            new.append(_row(incident, duty, pack_version=pack_version, now=now))
        # A later pack never alters what an earlier one made; it is offered as a difference instead.
        elif row.pack_version == pack_version and _move(row, duty, decided, now=now):
            moved.append(row)
    for key, row in list(standing.items()):
        # The law may still apply, somewhere we do not know of yet: the row stays, and asks.
        open_duty = distant.get(key.partition("#")[0].partition("@")[0])
        if open_duty is not None and open_duty.answer == "undecided":
            del standing[key]
            if _reopen(row, open_duty, decided, now=now):
                moved.append(row)
    gone = [row for row in standing.values() if _drop(row, decided, now=now)]
    Obligation.objects.bulk_create(new)
    return [
        *(("new", row) for row in new),
        *(("moved", row) for row in moved),
        *(("gone", row) for row in gone),
    ]


def _fields(duty: Duty) -> dict[str, Any]:
    """What a row keeps of a duty, but for its rule; in JSON where it is nested."""
    plain = json.loads(json.dumps(replace(duty, rule={}).to_dict(), default=str))
    del plain["rule"]
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
    }


def standing_status(
    answer: str, decision: Decision | None, *, blocked: bool, delayed: bool
) -> ObligationStatus:
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


def _row(incident: Incident, duty: Duty, *, pack_version: str, now: datetime) -> Obligation:
    """A new row, with the rule as it stands now; not saved yet."""
    return Obligation(
        incident=incident,
        key=duty.key,
        status=standing_status(duty.answer, None, blocked=bool(duty.blocked_by), delayed=bool(duty.delay)),
        pack_version=pack_version,
        first_assessed_at=now,
        assessed_at=now,
        rule=json.loads(json.dumps(duty.rule, default=str)),
        **_fields(duty),
    )


def _move(row: Obligation, duty: Duty, decided: Mapping[int, Decision], *, now: datetime) -> bool:
    """Bring a row in step with its duty; whether anything changed."""
    if row.status in MET:
        return False
    fields = _fields(duty)
    fields["status"] = standing_status(
        duty.answer, decided.get(row.pk), blocked=bool(duty.blocked_by), delayed=bool(duty.delay)
    )
    return _save_changes(row, {name: fields[name] for name in MOVING if name in fields}, now=now)


def _reopen(row: Obligation, duty: Duty, decided: Mapping[int, Decision], *, now: datetime) -> bool:
    """Make a row undecided whose tie to the breach is no longer known; its times stand. Whether anything changed."""
    if row.status in MET:
        return False
    said = _fields(duty)
    fields = {name: said[name] for name in ("answer", "trace", "undecided_by")}
    fields["status"] = standing_status("undecided", decided.get(row.pk), blocked=False, delayed=False)
    return _save_changes(row, fields, now=now)


def _drop(row: Obligation, decided: Mapping[int, Decision], *, now: datetime) -> bool:
    """Mark a row that no rule asks any more; whether anything changed."""
    if row.status in MET or row.answer == "not_required":
        return False
    status = standing_status("not_required", decided.get(row.pk), blocked=False, delayed=False)
    return _save_changes(row, {"answer": "not_required", "status": status}, now=now)


def _save_changes(row: Obligation, fields: Mapping[str, Any], *, now: datetime) -> bool:
    """Save what differs; a few narrow updates cost a tenth of Django's bulk update of all columns."""
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    if not changed:
        return False
    for name in changed:
        setattr(row, name, fields[name])
    row.assessed_at = now
    row.save(update_fields=[*changed, "assessed_at"])
    return True
