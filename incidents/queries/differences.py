"""What a later text of the law, or the last change of facts, altered: before and after, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.http import Http404

from incidents.models import Difference, Incident, Obligation

LABELS: Final = {
    "title": "Duty",
    "answer": "Asked",
    "due_at": "Due",
    "due_text": "Time in law",
    "recipient": "To",
    "recipient_name": "To",
    "citation": "Article",
    "binding": "Binding",
    "content": "Must say",
    "forbidden": "Must not say",
    "channel": "How",
    "order": "Order",
}
OPEN_FIRST: Final = F("settled_at").desc(nulls_first=True)
ANSWERS: Final = {"required": "Yes", "undecided": "Depends on unknown facts", "not_required": "No"}


@dataclass(frozen=True)
class Line:
    """One thing that is put otherwise; instants where `before` or `after` is one."""

    label: str
    before: str | datetime
    after: str | datetime


@dataclass(frozen=True)
class LastChange:
    """What facts altered last on an obligation, and which answers changed with them."""

    at: datetime
    lines: list[Line]
    why: list[Line]
    earlier: bool
    later: bool
    stopped: bool  # there was a due time and is none now
    was_due_at: datetime | None


def differences(incident: Incident) -> list[Difference]:
    """All of an incident, those that wait for an answer first."""
    return list(incident.differences.select_related("by", "obligation").order_by(OPEN_FIRST, "title", "pk"))


def differences_of(obligation: Obligation) -> list[Difference]:
    """Those of one obligation, the open one first."""
    return list(obligation.differences.select_related("by").order_by(OPEN_FIRST))


def difference_for(incident: Incident, pk: int) -> Difference:
    """One difference of an incident that has come through its door."""
    found = incident.differences.select_related("by", "obligation").filter(pk=pk).first()
    if found is None:
        raise Http404("No such difference.")
    return found


def lines(before: dict[str, Any], after: dict[str, Any]) -> list[Line]:
    """What differs, each in words; a duty that is asked by one side only is told whole."""
    return [
        Line(label, _words(key, before.get(key)), _words(key, after.get(key)))
        for key, label in LABELS.items()
        if before.get(key) != after.get(key) and (before.get(key) or after.get(key))
    ]


def _words(key: str, value: Any) -> str | datetime:
    if key == "due_at":
        return datetime.fromisoformat(value) if value else ""
    if key == "answer":
        return ANSWERS.get(value, "")
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(value)
    return str(value or "")


def last_change(obligation: Obligation) -> LastChange | None:
    """What facts altered last here, if anything."""
    kept = obligation.last_change
    if not kept:
        return None
    before, after = kept["before"], kept["after"]
    dues = [datetime.fromisoformat(one["due_at"]) if one.get("due_at") else None for one in (before, after)]
    return LastChange(
        at=datetime.fromisoformat(kept["at"]),
        lines=lines(before, after),
        why=[_why(one) for one in kept["why"]],
        earlier=bool(dues[0] and dues[1] and dues[1] < dues[0]),
        later=bool(dues[0] and dues[1] and dues[1] > dues[0]),
        stopped=bool(dues[0] and dues[1] is None),
        was_due_at=dues[0],
    )


def _why(one: dict[str, Any]) -> Line:
    if one.get("clock"):
        return Line("The clock starts", _words("due_at", one["before"]), _words("due_at", one["after"]))
    return Line(one["text"], one["before"], one["after"])
