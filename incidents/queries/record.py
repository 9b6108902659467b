"""The record of one incident as a page shows it, and its notes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from django.apps import apps
from django.db.models import QuerySet, TextChoices

from audit.models import AuditEvent
from audit.queries import events_of
from incidents.models import Can, Incident, Note

PAGE: Final = 50


@dataclass(frozen=True)
class Entry:
    """One event, with its verb in words."""

    event: AuditEvent
    words: str
    reason: str
    details: Mapping[str, Any]

    @property
    def hash(self) -> str:
        return bytes(self.event.hash).hex()


@lru_cache(maxsize=1)
def verb_words() -> dict[str, str]:
    """What each verb of the record means, from the `events` of every app; read by name, so nothing looks upward."""
    words: dict[str, str] = {}
    for app in apps.get_app_configs():
        if not find_spec(f"{app.name}.events"):
            continue
        for thing in vars(import_module(f"{app.name}.events")).values():
            if isinstance(thing, type) and issubclass(thing, TextChoices):
                words |= {str(value): str(label) for value, label in thing.choices}
    return words


def record_page(
    incident: Incident, *, before: int | None = None, size: int = PAGE
) -> tuple[list[Entry], int | None]:
    """Events newest first and where the next page starts.

    Whether a note is privileged is told to those alone who may read it.
    """
    events = AuditEvent.objects.filter(stream=incident.stream).select_related("reason").order_by("-sequence")
    if before is not None:
        events = events.filter(sequence__lt=before)
    found = list(events[: size + 1])
    held: frozenset[Can] = getattr(incident, "held", frozenset())
    entries = [_entry(event, counsel=Can.PRIVILEGED in held) for event in found[:size]]
    return entries, (entries[-1].event.sequence if len(found) > size else None)


def _entry(event: AuditEvent, *, counsel: bool) -> Entry:
    details = json.loads(event.details)
    if not counsel:
        details.pop("privileged", None)
    reason = event.reason.text if event.reason else ""
    if event.reason and event.reason.erased_at:
        reason = "(erased)"
    return Entry(event, verb_words().get(event.verb, event.verb.replace("_", " ")), reason, details)


def notes(incident: Incident) -> QuerySet[Note]:
    """Notes that the person who came through the door may read; privileged ones exist for counsel alone."""
    found = incident.notes.select_related("by")
    held: frozenset[Can] = getattr(incident, "held", frozenset())
    return found if Can.PRIVILEGED in held else found.filter(privileged=False)


def record_lines(stream: str) -> Iterator[str]:
    """A whole stream as JSON lines, with the fields that the hashes were made of."""
    return (json.dumps(event, ensure_ascii=False, sort_keys=True) + "\n" for event in events_of(stream))
