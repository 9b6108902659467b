"""That somebody looks at an incident. It changes nothing of the incident and is no act of the record."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from accounts.models import User
from incidents.models import DayRead, Incident, LastLook
from incidents.permissions import visible_to

SITTING: Final = timedelta(minutes=30)  # after so long away, a look is a new one
OFTEN: Final = timedelta(minutes=1)


def look(incident: Incident, *, position: int, by: User, now: datetime) -> LastLook:
    """Keep that `by` looks now; within a sitting what is new stays new. Writes at most once a minute.

    Whoever looks for the first time has nothing to catch up with.
    """
    kept = LastLook.objects.filter(incident=incident, user=by).first()
    if kept is None:
        kept = LastLook(incident=incident, user=by, at=now, position=position, since=position, since_at=now)
        LastLook.objects.bulk_create([kept], ignore_conflicts=True)
        return kept
    away = now - kept.at
    if away <= OFTEN:
        return kept
    before = kept.at
    if away > SITTING:
        kept.since, kept.since_at = kept.position, kept.at
    kept.at, kept.position = now, position
    # Two pages opened at once: the first one is the look.
    LastLook.objects.filter(incident=incident, user=by, at=before).update(
        at=now, position=position, since=kept.since, since_at=kept.since_at
    )
    return kept


def mark_seen(incident: Incident, *, position: int, by: User, now: datetime) -> LastLook:
    """Say that all up to here is no longer new."""
    kept, _ = LastLook.objects.update_or_create(
        incident=incident,
        user=by,
        defaults={"at": now, "position": position, "since": position, "since_at": now},
    )
    return kept


def note_day(reference: str, *, by: User, on: date) -> None:
    """Keep that `by` read of this incident on this day; repeating it is harmless."""
    found = visible_to(by).filter(reference=reference).values_list("pk", flat=True)
    DayRead.objects.bulk_create(
        [DayRead(incident_id=incident, user=by, on=on) for incident in found], ignore_conflicts=True
    )
