"""What happened, as lines that a person reads: instants of the breach, notes, and every act on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import BigIntegerField, Case, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast

from accounts.events import AccountEvent
from audit.models import AuditEvent
from incidents.events import (
    EvidenceEvent,
    IncidentEvent,
    MatterEvent,
    ObligationEvent,
    ReportEvent,
    WorkEvent,
)
from incidents.models import ActionItem, EventTime, Note
from incidents.queries.record import verb_words
from insights.acts import about
from law.vocabulary import EVENT_KINDS
from notifications.events import FilingEvent, NoticeEvent
from stakeholders.events import InquiryEvent, RosterEvent

ONE_SITTING: Final = timedelta(minutes=10)
# What follows from other acts by itself: shown when asked for.
BY_THEMSELVES: Final = frozenset(
    {ObligationEvent.ASSESSED, MatterEvent.OPENED, MatterEvent.SETTLED, WorkEvent.REMINDED}
)
TIMES: Final = "times"
ITEM: Final = ActionItem._meta.label_lower
NOTES: Final = "notes"
NOTED: Final = frozenset({IncidentEvent.NOTE_ADDED, IncidentEvent.ENTRY_CORRECTED})
LEGAL_TIMES: Final = frozenset({"detected", "aware", "confirmed", "determined", "classified", "contained"})
KEY_ACTS: Final = frozenset(
    {
        IncidentEvent.BREACH_CONFIRMED,
        IncidentEvent.CLOSED,
        IncidentEvent.DISMISSED,
        NoticeEvent.SENDING,
        FilingEvent.SUBMITTED,
    }
)
KINDS: Final = (
    (TIMES, "Times of the breach", ()),
    (NOTES, "Notes and events", ()),
    ("case", "Finding and facts", (IncidentEvent, ReportEvent)),
    ("law", "Obligations", (ObligationEvent,)),
    ("evidence", "Evidence", (EvidenceEvent,)),
    ("work", "Work", (WorkEvent,)),
    ("people", "People affected", (RosterEvent,)),
    ("notices", "Notices", (NoticeEvent,)),
    ("filings", "Filings", (FilingEvent,)),
    ("inquiries", "Inquiries", (InquiryEvent,)),
    ("open", "What opened and settled", (MatterEvent, AccountEvent)),
)
WORDS: Final = {event.value: str(event.label) for _, _, enums in KINDS for enum in enums for event in enum}
KIND_OF: Final = {event.value: key for key, _, enums in KINDS for enum in enums for event in enum}


@dataclass(frozen=True)
class Correction:
    """Who set an entry right, and where that stands."""

    name: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Entry:
    """One line: an instant of the breach, a note, or an act of ours."""

    at: datetime
    kind: str
    title: str
    name: str = ""  # by which others point at it
    words: str = ""  # what somebody did, behind their name
    about: tuple[str, ...] = ()  # what it was about; the same act again and again is told once
    then: tuple[Entry, ...] = ()  # what the same person did next, in the same sitting
    who: str = ""
    text: str = ""
    zone: str = ""
    precision: str = "minute"
    legal: bool = False
    privileged: bool = False
    recorded_at: datetime | None = None  # when it was written down, where that is another time
    source: str = ""
    replaced: bool = False  # a time that was stated anew
    corrects: str = ""  # the name of the entry that it sets right
    corrected: tuple[Correction, ...] = ()
    gap: timedelta | None = None  # nothing happened for so long beside it


def sittings(acts: Iterable[AuditEvent]) -> list[Entry]:
    """Acts, newest first, as lines of who did what in one sitting; newest first."""
    return joined(entry_of_act(act) for act in reversed(list(acts)))[::-1]


def joined(entries: Iterable[Entry]) -> list[Entry]:
    """What one person did in one sitting on one subject becomes one line; key acts stand alone."""
    lines: list[Entry] = []
    for entry in entries:
        if lines and (joined := _together(lines[-1], entry)):
            lines[-1] = joined
        else:
            lines.append(entry)
    return lines


def _together(line: Entry, entry: Entry) -> Entry | None:
    """The line with this act on it; nothing when they do not belong together."""
    alone = any(one.legal or one.corrected or one.kind in (TIMES, NOTES) for one in (line, entry))
    if alone or (line.who, line.kind) != (entry.who, entry.kind) or entry.at - line.at >= ONE_SITTING:
        return None
    last = line.then[-1] if line.then else line
    if (last.words, last.text) == (entry.words, entry.text):
        if not (last.about and entry.about):
            return None
        grown = replace(last, about=(*last.about, *entry.about))
        return replace(line, then=(*line.then[:-1], grown)) if line.then else replace(grown, then=())
    return replace(line, then=(*line.then, entry))


def with_items(acts: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Acts with what the action item is called that they were on: the record holds its id alone."""
    title = ActionItem.objects.filter(pk=Cast(OuterRef("subject_id"), BigIntegerField())).values("title")
    return acts.annotate(item_title=Case(When(subject_type=ITEM, then=Subquery(title)), default=Value("")))


def entry_of_act(act: AuditEvent) -> Entry:
    told = getattr(act, "item_title", "") or about(act.verb, act.details)
    words = WORDS.get(act.verb) or verb_words().get(act.verb) or act.verb.replace("_", " ")
    return Entry(
        at=act.at,
        kind=KIND_OF.get(act.verb, "open"),
        title=words[:1].upper() + words[1:],
        name=f"act-{act.sequence}",
        words=words,
        about=(told,) if told else (),
        who=act.actor_label,
        text=act.reason.text if act.reason else "",
        legal=act.verb in KEY_ACTS,
    )


def entry_of_time(time: EventTime) -> Entry:
    return Entry(
        at=time.at,
        kind=TIMES,
        title=EVENT_KINDS.get(time.kind, time.kind),
        name=f"time-{time.pk}",
        who=str(time.signed_by or ""),
        text=time.reasoning,
        zone=time.zone,
        precision=time.precision,
        legal=time.kind in LEGAL_TIMES and time.superseded_at is None,
        recorded_at=time.signed_at,
        source=time.source,
        replaced=time.superseded_at is not None,
    )


def entry_of_note(note: Note) -> Entry:
    return Entry(
        at=note.happened_at or note.at,
        kind=NOTES,
        title="Correction" if note.corrects else "Note",
        name=f"note-{note.pk}",
        who=str(note.by),
        text=note.text,
        privileged=note.privileged,
        recorded_at=note.at if note.happened_at else None,
        corrects=note.corrects,
    )
