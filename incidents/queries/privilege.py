"""What became privileged after others could read it: who may have, as far as it is known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db.models import QuerySet
from django.http import Http404
from django.utils.timezone import localdate

from accounts.models import User
from audit.models import AuditEvent
from incidents.events import IncidentEvent
from incidents.models import Can, Evidence, Incident, Note
from incidents.queries.record import notes
from incidents.queries.reminders import people_who_can

SHOWN: Final = 8


def note_for(incident: Incident, pk: int) -> Note:
    """One note of an incident that has come through its door."""
    note = notes(incident).filter(pk=pk).first()
    if note is None:
        raise Http404("No such note.")
    note.incident = incident  # with what the person holds
    return note


def may_have_known(what: Note | Evidence, *, now: datetime) -> QuerySet[User]:
    """People beside counsel who opened the incident since this was in it.

    Readings are kept by day, so whoever looked earlier on the same day is among them.
    """
    days = what.incident.days_read.filter(on__gte=localdate(what.at, timezone=UTC)).values("user")
    counsel = people_who_can(what.incident, Can.PRIVILEGED, now=now)
    return User.objects.filter(pk__in=days).exclude(pk__in=counsel.values("pk")).order_by("name")


def known_words(people: Iterable[User]) -> str:
    """Who may have read it, in a sentence, and that nothing takes it back."""
    names = [str(one) for one in people]
    if not names:
        return "Nobody beside counsel has opened this incident since."
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (
        f"Opened this incident since, and may have read it: {', '.join(names[:SHOWN])}{more}. "
        "Nothing takes that back: tell them to keep it to themselves."
    )


@dataclass(frozen=True)
class MadePrivileged:
    """When a note became privileged after it was written."""

    by: str
    at: datetime
    reason: str
    known: str


def with_privilege(shown: Iterable[Note]) -> list[Note]:
    """The notes, for counsel: each that became privileged after it was written has `made`."""
    found = list(shown)
    made = _made_privileged([str(note.pk) for note in found if note.privileged])
    for note in found:
        note.made = made.get(str(note.pk))  # type: ignore[attr-defined]
    return found


def _made_privileged(notes: list[str]) -> dict[str, MadePrivileged]:
    if not notes:
        return {}
    acts = list(
        AuditEvent.objects.filter(
            subject_type=Note._meta.label_lower, subject_id__in=notes, verb=IncidentEvent.NOTE_PRIVILEGED
        )
        .select_related("reason")
        .order_by("at", "pk")
    )
    known = {act.subject_id: json.loads(act.details).get("known_to", []) for act in acts}
    people = User.objects.in_bulk({pk for pks in known.values() for pk in pks})
    return {
        act.subject_id: MadePrivileged(
            act.actor_label,
            act.at,
            act.reason.text if act.reason and not act.reason.erased_at else "(erased)",
            known_words(people[pk] for pk in known[act.subject_id] if pk in people),
        )
        for act in acts
    }
