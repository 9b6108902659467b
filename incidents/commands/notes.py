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
from incidents.queries import privilege as queries
from incidents.rules import check_reason

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


@transaction.atomic
def set_note_privileged(note: Note, *, privileged: bool, reason: str, by: User, now: datetime) -> Note:
    """Make a note exist for counsel alone, with all that sets it right, or release it to who sees the incident.

    Who may have read it before stands in counsel's record. The reason of a release is read by everybody.
    """
    incident = Incident.objects.locked(note.incident)
    note = incident.notes.select_for_update(of=("self",)).get(pk=note.pk)
    if note.privileged == privileged:
        raise ValidationError("It is so already.", code="already_settled")
    reason = check_reason(reason)
    if not privileged:
        _release(incident, note, by=by, reason=reason)
        return note
    for one in _with_corrections(incident, note):
        known_to = list(queries.may_have_known(one, now=now).values_list("pk", flat=True))
        one.privileged = True
        one.save(update_fields=["privileged"])
        details = {"privileged": True, "known_to": known_to}
        # A chain of counsel's own: that this note is privileged is nobody else's to know.
        stream = f"counsel:{incident.pk}"
        record(IncidentEvent.NOTE_PRIVILEGED, one, by=by, stream=stream, details=details, reason=reason)
    touch(incident)
    return incident.notes.get(pk=note.pk)


def _release(incident: Incident, note: Note, *, by: User, reason: str) -> None:
    kind, _, number = note.corrects.partition("-")
    if kind == "note" and incident.notes.filter(pk=int(number), privileged=True).exists():
        raise ValidationError(
            "It sets a privileged note right, which others cannot see. Release that one first.",
            code="corrects_privileged",
        )
    note.privileged = False
    note.save(update_fields=["privileged"])
    details = {"privileged": False}
    record(IncidentEvent.NOTE_RELEASED, note, by=by, stream=incident.stream, details=details, reason=reason)
    touch(incident)


def _with_corrections(incident: Incident, note: Note) -> list[Note]:
    """A note and, one after the other, what sets it right."""
    found = [note]
    for one in found:
        later = incident.notes.filter(corrects=f"note-{one.pk}", privileged=False)
        found += later.exclude(pk__in=[known.pk for known in found])
    return found


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
