"""What happened, in order, and how we know: instants of the breach and every act on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from accounts.events import AccountEvent
from audit.models import AuditEvent
from incidents import queries as cases
from incidents.events import EvidenceEvent, IncidentEvent, MatterEvent, ObligationEvent, ReportEvent
from incidents.models import EventTime, Incident
from insights.acts import about
from law.vocabulary import EVENT_KINDS
from notifications.events import FilingEvent, NoticeEvent
from stakeholders.events import InquiryEvent, RosterEvent

MOST: Final = 2_000
ONE_SITTING: Final = timedelta(minutes=10)
# What follows from other acts by itself: shown when asked for.
BY_THEMSELVES: Final = frozenset({ObligationEvent.ASSESSED, MatterEvent.OPENED, MatterEvent.SETTLED})
GAP: Final = timedelta(hours=24)
TIMES: Final = "times"
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
    ("case", "Finding and facts", (IncidentEvent, ReportEvent)),
    ("law", "Obligations", (ObligationEvent,)),
    ("evidence", "Evidence", (EvidenceEvent,)),
    ("people", "People affected", (RosterEvent,)),
    ("notices", "Notices", (NoticeEvent,)),
    ("filings", "Filings", (FilingEvent,)),
    ("inquiries", "Inquiries", (InquiryEvent,)),
    ("open", "What opened and settled", (MatterEvent, AccountEvent)),
)
WORDS: Final = {event.value: str(event.label) for _, _, enums in KINDS for enum in enums for event in enum}
KIND_OF: Final = {event.value: key for key, _, enums in KINDS for enum in enums for event in enum}


@dataclass(frozen=True)
class Entry:
    """One line: an instant of the breach, or an act of ours."""

    at: datetime
    kind: str
    title: str
    words: str = ""  # what somebody did, behind their name
    about: tuple[str, ...] = ()  # what it was about; the same act again and again is told once
    then: tuple[Entry, ...] = ()  # what the same person did next, in the same sitting
    who: str = ""
    text: str = ""
    zone: str = ""
    precision: str = "minute"
    legal: bool = False
    recorded_at: datetime | None = None
    source: str = ""
    gap: timedelta | None = None  # nothing happened for so long before it


@dataclass(frozen=True)
class Timeline:
    """The lines that were asked for, and what can be asked for."""

    entries: list[Entry]
    kinds: list[tuple[str, str]]
    people: list[tuple[str, str]]
    cut: bool = False
    chosen: dict[str, str] = field(default_factory=dict)


def timeline(incident: Incident, *, kind: str = "", person: str = "") -> Timeline:
    """Times and acts in order, oldest first; `kind` and `person` narrow them."""
    acts = list(_acts(incident)[: MOST + 1])
    cut, acts = len(acts) > MOST, acts[:MOST]
    if not kind:
        acts = [act for act in acts if act.verb not in BY_THEMSELVES]
    people = sorted({(str(act.actor_id or 0), act.actor_label) for act in acts}, key=lambda one: one[1])
    entries = _joined(_act(act) for act in reversed(acts) if not person or str(act.actor_id or 0) == person)
    if not person:
        entries += [_time(time) for time in cases.current_times(incident)]
    present = {entry.kind for entry in entries} | {"open"}
    entries = sorted((one for one in entries if not kind or one.kind == kind), key=lambda one: one.at)
    kinds = [(key, label) for key, label, _ in KINDS if key in present or key == kind]
    return Timeline(_with_gaps(entries), kinds, people, cut, {"kind": kind, "person": person})


def _acts(incident: Incident) -> QuerySet[AuditEvent]:
    """The record, newest first, but for times: they stand as themselves, with when they were stated."""
    acts = AuditEvent.objects.filter(stream=incident.stream).exclude(verb=IncidentEvent.EVENT_TIME_SET)
    return acts.select_related("reason").order_by("-sequence")


def sittings(acts: Iterable[AuditEvent]) -> list[Entry]:
    """Acts, newest first, as lines of who did what in one sitting; newest first."""
    return _joined(_act(act) for act in reversed(list(acts)))[::-1]


def _joined(entries: Iterable[Entry]) -> list[Entry]:
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
    if line.legal or entry.legal or entry.at - line.at >= ONE_SITTING:
        return None
    if (line.who, line.kind) != (entry.who, entry.kind):
        return None
    last = line.then[-1] if line.then else line
    if (last.words, last.text) == (entry.words, entry.text):
        if not (last.about and entry.about):
            return None
        grown = replace(last, about=(*last.about, *entry.about))
        return replace(line, then=(*line.then[:-1], grown)) if line.then else replace(grown, then=())
    return replace(line, then=(*line.then, entry))


def _act(act: AuditEvent) -> Entry:
    words = WORDS.get(act.verb, act.verb.replace("_", " "))
    return Entry(
        at=act.at,
        kind=KIND_OF.get(act.verb, "open"),
        title=words[:1].upper() + words[1:],
        words=words,
        about=(told,) if (told := about(act.verb, act.details)) else (),
        who=act.actor_label,
        text=act.reason.text if act.reason else "",
        legal=act.verb in KEY_ACTS,
    )


def _time(time: EventTime) -> Entry:
    return Entry(
        at=time.at,
        kind=TIMES,
        title=EVENT_KINDS.get(time.kind, time.kind),
        who=str(time.signed_by or ""),
        text=time.reasoning,
        zone=time.zone,
        precision=time.precision,
        legal=time.kind in LEGAL_TIMES,
        recorded_at=time.signed_at,
        source=time.source,
    )


def _with_gaps(entries: list[Entry]) -> list[Entry]:
    """Mark where nothing happened for more than a day."""
    marked: list[Entry] = []
    before: datetime | None = None
    for entry in entries:
        gap = entry.at - before if before and entry.at - before > GAP else None
        marked.append(replace(entry, gap=gap))
        before = entry.at
    return marked
