"""A duty as the fields of its row, and what changes on it when facts do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from incidents.lifecycle import ObligationStatus
from incidents.models import Decision, Obligation
from incidents.models.obligation import Outcome
from law.duties import Duty
from law.facts import instant_text

MET: Final = (ObligationStatus.MET, ObligationStatus.MET_LATE)
# What a person looks at first on an obligation; a change of these is told with its reasons.
TELLING: Final = ("answer", "due_at", "recipient_name")
HELD: Final[Mapping[bool | None, str]] = {True: "Holds", False: "Does not hold", None: "Not known"}
MOVING: Final = (
    "title", "regime", "place", "recipient_kind", "authority_id", "recipient_name", "stage", "status", "answer",
    "started_at", "due_at", "target_at", "due_zone", "due_text", "citation", "confidence", "binding", "trace",
    "undecided_by", "duty", "last_change", "assessed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What one assessment did to a row."""

    kind: str  # new, moved or gone
    row: Obligation
    earlier: bool = False  # its due time came nearer


def fields_of(duty: Duty) -> dict[str, Any]:
    """What a row keeps of a duty, but for its rule; in JSON where it is nested."""
    plain = json.loads(json.dumps(duty._replace(rule={}).to_dict(), default=str))
    del plain["rule"]
    return {
        "title": duty.title[:200],
        "regime": duty.regime[:200],
        "place": duty.place[:12],
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


def moved(row: Obligation, duty: Duty, decision: Decision | None, *, now: datetime) -> Change | None:
    """The row in step with its duty; nothing when it was, or when it is met."""
    if row.status in MET:
        return None
    fields = fields_of(duty)
    fields["status"] = standing_status(
        duty.answer, decision, blocked=bool(duty.blocked_by), delayed=bool(duty.delay)
    )
    return _altered(row, "moved", fields, now=now)


def reopened(row: Obligation, duty: Duty, decision: Decision | None, *, now: datetime) -> Change | None:
    """The row undecided, for its tie to the breach is no longer known; its times stand."""
    if row.status in MET:
        return None
    said = fields_of(duty)
    fields = {name: said[name] for name in ("answer", "trace", "undecided_by")}
    fields["status"] = standing_status("undecided", decision, blocked=False, delayed=False)
    return _altered(row, "moved", fields, now=now)


def dropped(row: Obligation, decision: Decision | None, *, now: datetime) -> Change | None:
    """The row as one that no rule asks any more."""
    if row.status in MET or row.answer == "not_required":
        return None
    status = standing_status("not_required", decision, blocked=False, delayed=False)
    return _altered(row, "gone", {"answer": "not_required", "status": status}, now=now)


def _altered(row: Obligation, kind: str, fields: Mapping[str, Any], *, now: datetime) -> Change | None:
    """Set what differs; not saved yet."""
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    if not changed:
        return None
    before = {name: getattr(row, name) for name in TELLING}
    trace, started_at, delay = row.trace, row.started_at, row.duty.get("delay", "")
    for name in changed:
        setattr(row, name, fields[name])
    row.assessed_at = now
    after = {name: getattr(row, name) for name in TELLING}
    if before != after:
        why = [*_conditions_changed(trace, row.trace), *_start_changed(started_at, row.started_at)]
        if delay != row.duty.get("delay", ""):
            why.append({"text": "Asked to wait", "before": delay, "after": row.duty.get("delay", "")})
        row.last_change = {
            "at": instant_text(now),
            "before": _plain(before),
            "after": _plain(after),
            "why": why,
        }
    due = before["due_at"], after["due_at"]
    return Change(kind, row, earlier=bool(due[0] and due[1] and due[1] < due[0]))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: instant_text(value) if isinstance(value, datetime) else value for name, value in values.items()
    }


def _conditions_changed(before: Sequence[Any], after: Sequence[Any]) -> list[dict[str, Any]]:
    """Conditions that the facts answer differently now."""
    return [
        {"text": _shorter(was["text"], one["text"]), "before": _answered(was), "after": _answered(one)}
        for one in after
        for was in before
        if _answered(one) != _answered(was) and _shorter(was["text"], one["text"])
    ]


def _shorter(one: str, other: str) -> str:
    """The text of a condition without what is added to an excuse while it is unknown; empty for different ones."""
    short, long = sorted((one, other), key=len)
    return short if long.startswith(short) else ""


def _answered(condition: Mapping[str, Any]) -> str:
    held = HELD[condition.get("held")]
    return f"{held}: {condition['found']}" if condition.get("found") else held


def _start_changed(before: datetime | None, after: datetime | None) -> list[dict[str, Any]]:
    if before == after:
        return []
    times = [instant_text(at) if at else "" for at in (before, after)]
    return [{"clock": True, "before": times[0], "after": times[1]}]


def save_all(rows: Iterable[Obligation]) -> None:
    """Save what moves of all rows in one statement; Django's bulk update takes ten times as long."""
    given = [{"id": row.pk, **{name: getattr(row, name) for name in MOVING}} for row in rows]
    if not given:
        return
    table = connection.ops.quote_name(Obligation._meta.db_table)
    columns = ", ".join(f"{name} = n.{name}" for name in MOVING)
    sql = (
        f"UPDATE {table} AS o SET {columns} "  # noqa: S608  (names of our own table and columns)
        f"FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) AS n WHERE o.id = n.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(given, default=_instant)])


def _instant(value: object) -> str:
    assert isinstance(value, datetime), value
    return value.isoformat()
