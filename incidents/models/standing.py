"""What lists are ordered by, kept on the incident by the database itself so that it can never be stale."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pgtrigger

from audit.guards import Guard
from incidents.lifecycle import RUNNING

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)  # where no clock runs
LEVELS: Final = ("low", "medium", "high", "very_high")  # severity 1 to 4; 0 is not assessed

_OF = "WHERE id = coalesce(NEW.incident_id, OLD.incident_id)"
_RUNNING = ", ".join(f"'{status}'" for status in sorted(RUNNING))
_LEVELS = ", ".join(f"'{level}'" for level in LEVELS)
CLOCK: Final = f"""coalesce((
    SELECT min(coalesce(due_at, target_at)) FROM incidents_obligation
    WHERE incident_id = incidents_incident.id AND status IN ({_RUNNING})
), '9999-01-01 00:00:00+00')"""  # noqa: S608 - made of constants
SEVERITY: Final = f"""coalesce((
    SELECT array_position(ARRAY[{_LEVELS}]::varchar[], level) FROM incidents_assessment
    WHERE incident_id = incidents_incident.id ORDER BY version DESC LIMIT 1
), 0)"""  # noqa: S608 - made of constants


def _kept(column: str, found: str) -> str:
    return f"""
        UPDATE incidents_incident SET {column} = {found} {_OF} AND {column} <> {found};
        RETURN NULL;
    """  # noqa: S608 - made of constants


def _update_of(*columns: str) -> pgtrigger.UpdateOf:
    return pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call]


def keeps_clock() -> Guard:
    """On obligations: when the first of the incident's running clocks ends."""
    return Guard(
        name="keeps_clock",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete | _update_of("status", "due_at", "target_at"),
        func=_kept("nearest_clock_at", CLOCK),
    )


def keeps_severity() -> Guard:
    """On assessments: the level of the newest."""
    return Guard(
        name="keeps_severity",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete | _update_of("level"),
        func=_kept("severity", SEVERITY),
    )
