"""Notes, events that somebody tells of, and corrections: nothing that was written is ever changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from audit.commands import record
from audit.models import AuditEvent
from incidents.commands.opening import touch
from incidents.events import IncidentEvent
from incidents.models import Incident, Note

LONGEST: Final = 18  # digits


@transaction.atomic
def add_note(
    incident: Incident,
    *,
    text: str,
    privileged: bool,
    by: User,
    now: datetime,
    happened_at: datetime | None = None,
    corrects: str = "",
) -> Note:
    """Keep a note; a privileged one exists for counsel alone, and its words are not in the record.

    With `happened_at` it tells of an event. With `corrects`, the name of an entry of the timeline, it sets that
    entry right, which stays as it is; what corrects a privileged note is privileged too.
    """
    if not text.strip():
        raise ValidationError("Write something first.", code="text_missing")
    if happened_at is not None and happened_at > now:
        raise ValidationError("What has happened cannot lie in the future.", code="future_event")
    incident = Incident.objects.locked(incident)
    if corrects:
        _check_entry(incident, corrects, privileged=privileged)
    note = Note.objects.create(
        incident=incident,
        text=text.strip(),
        privileged=privileged,
        by=by,
        at=now,
        happened_at=happened_at,
        corrects=corrects,
    )
    verb = IncidentEvent.ENTRY_CORRECTED if corrects else IncidentEvent.NOTE_ADDED
    details = {"privileged": privileged} | ({"corrects": corrects} if corrects else {})
    record(verb, note, by=by, stream=incident.stream, details=details)
    touch(incident)
    return note


def _check_entry(incident: Incident, name: str, *, privileged: bool) -> None:
    """Refuse what is no entry of this incident; a privileged note is none for words that all may read."""
    kind, _, number = name.partition("-")
    if number.isascii() and number.isdecimal() and len(number) <= LONGEST:
        rows: dict[str, QuerySet[Any]] = {
            "note": incident.notes.filter(Q(privileged=False) | Q(privileged=privileged), pk=int(number)),
            "time": incident.event_times.filter(pk=int(number)),
            "act": AuditEvent.objects.filter(stream=incident.stream, sequence=int(number)),
        }
        if kind in rows and rows[kind].exists():
            return
    raise ValidationError(
        "This incident has no such entry. What sets a privileged note right is privileged too.",
        code="unknown_entry",
    )
