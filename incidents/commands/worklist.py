"""Acts on several incidents of the list at once, and taking the list out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from accounts.models import User
from audit.commands import record
from incidents.commands.opening import describe_incident
from incidents.events import OrganisationEvent
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from incidents.queries import IncidentRow, Narrowed, export_rows

MOST_AT_ONCE: Final = 100
TOGETHER: Final = frozenset({"priority", "lead"})
NOT_YOURS: Final = "You may not change it."


@dataclass
class Changed:
    """What came of a change to several incidents; `old` is what undoing sets back."""

    old: dict[str, Any] = field(default_factory=dict)  # reference to the value before
    refused: dict[str, str] = field(default_factory=dict)  # reference to the reason


def change_incidents(references: Sequence[str], *, name: str, value: Any, by: User, now: datetime) -> Changed:
    """Set the priority or the lead of each; one that refuses does not keep the others from it."""
    return _set_each(dict.fromkeys(references, value), name=name, by=by, now=now)


def undo_change(old: Mapping[str, Any], *, name: str, new: Any, by: User, now: datetime) -> Changed:
    """Set each back to what it was, but for those that somebody has changed again since."""
    return _set_each(old, name=name, by=by, now=now, only_where=new)


_ANY: Final = object()


def _set_each(
    values: Mapping[str, Any], *, name: str, by: User, now: datetime, only_where: Any = _ANY
) -> Changed:
    if name not in TOGETHER:
        raise TypeError(f"not changed together: {name}")
    if not values:
        raise ValidationError("Choose at least one incident.", code="none_chosen")
    if len(values) > MOST_AT_ONCE:
        raise ValidationError(f"Change at most {MOST_AT_ONCE} at once.", code="too_many")
    changed = Changed()
    for reference, value in values.items():
        try:
            changed.old[reference] = _set_one(reference, name, value, only_where, by=by, now=now)
        except (Http404, PermissionDenied):
            changed.refused[reference] = NOT_YOURS
        except ValidationError as refusal:
            changed.refused[reference] = " ".join(refusal.messages)
    return changed


@transaction.atomic
def _set_one(reference: str, name: str, value: Any, only_where: Any, *, by: User, now: datetime) -> Any:
    """What it was before."""
    incident = Incident.objects.locked(incident_for(by, reference, Can.WRITE))
    before = getattr(incident, name)
    if only_where is not _ANY and before != only_where:
        raise ValidationError("Somebody has changed it since.", code="stale")
    describe_incident(incident, by=by, now=now, **{name: value})
    return before


@transaction.atomic
def export_incidents(wanted: Narrowed, *, by: User, kind: str, now: datetime) -> list[IncidentRow]:
    """Take the list out: only incidents of which the person may export; the act is recorded, not what was looked for."""
    rows = export_rows(by, wanted, now=now)
    details = {"incidents": len(rows), "narrowed_by": sorted(wanted.query), "kind": kind}
    record(OrganisationEvent.LIST_EXPORTED, by, by=by, stream="organisation", details=details)
    return rows
