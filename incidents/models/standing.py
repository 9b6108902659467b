"""What lists are ordered by, kept on the incident by the database itself so that it can never be stale."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pgtrigger

from audit.guards import Guard
from incidents.lifecycle import RUNNING, ObligationStatus

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)  # where no clock runs
LEVELS: Final = ("low", "medium", "high", "very_high")  # severity 1 to 4; 0 is not assessed

_ONE = "coalesce(NEW.incident_id, OLD.incident_id)"
_NEVER = f"'{NEVER:%Y-%m-%d %H:%M:%S}+00'"
_RUNNING = ", ".join(f"'{status}'" for status in sorted(RUNNING))
_LEVELS = ", ".join(f"'{level}'" for level in LEVELS)
_NEAREST = f"coalesce(min(coalesce(due_at, target_at)), {_NEVER})"
_UNCLEAR = f"""min(coalesce(due_at, target_at, {_NEVER})) FILTER (
    WHERE status = '{ObligationStatus.UNDECIDED}' AND started_at IS NULL
)"""
_OF_RUNNING = f"FROM incidents_obligation WHERE status IN ({_RUNNING}) AND incident_id = "
CLOCK: Final = f"(SELECT {_NEAREST} {_OF_RUNNING} incidents_incident.id)"
UNCLEAR: Final = f"(SELECT {_UNCLEAR} {_OF_RUNNING} incidents_incident.id)"
SEVERITY: Final = f"""coalesce((
    SELECT array_position(ARRAY[{_LEVELS}]::varchar[], level) FROM incidents_assessment
    WHERE incident_id = incidents_incident.id ORDER BY version DESC LIMIT 1
), 0)"""  # noqa: S608 - made of constants

_KEEP_CLOCKS = f"""
        UPDATE incidents_incident SET nearest_clock_at = found.nearest, unclear_at = found.unclear
        FROM (SELECT {_NEAREST} AS nearest, {_UNCLEAR} AS unclear {_OF_RUNNING} {_ONE}) AS found
        WHERE id = {_ONE} AND (nearest_clock_at, unclear_at) IS DISTINCT FROM (found.nearest, found.unclear);
        RETURN NULL;
    """  # noqa: S608 - made of constants
_KEEP_SEVERITY = f"""
        UPDATE incidents_incident SET severity = {SEVERITY} WHERE id = {_ONE} AND severity <> {SEVERITY};
        RETURN NULL;
    """  # noqa: S608 - made of constants


def _update_of(*columns: str) -> pgtrigger.UpdateOf:
    return pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call]


def keeps_clock() -> Guard:
    """On obligations: when the first of the incident's running clocks ends, and the first of those nobody can tell yet."""
    return Guard(
        name="keeps_clock",
        when=pgtrigger.After,
        operation=pgtrigger.Insert
        | pgtrigger.Delete
        | _update_of("status", "started_at", "due_at", "target_at"),
        func=_KEEP_CLOCKS,
    )


def keeps_severity() -> Guard:
    """On assessments: the level of the newest."""
    return Guard(
        name="keeps_severity",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete | _update_of("level"),
        func=_KEEP_SEVERITY,
    )
