"""The timeline of an incident, page by page: times, notes and acts by when they happened."""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from audit.models import AuditEvent
from incidents.events import IncidentEvent
from incidents.models import Can, EventTime, Incident
from insights.queries.timeline import (
    BY_THEMSELVES,
    KIND_OF,
    KINDS,
    NOTED,
    NOTES,
    TIMES,
    Correction,
    Entry,
    entry_of_act,
    entry_of_note,
    entry_of_time,
    joined,
    with_items,
)

PAGE: Final = 50
MOST: Final = 5_000  # on one page, for print
GAP: Final = timedelta(hours=24)
LONGEST: Final = 18  # digits of a key
TICK: Final = timedelta(microseconds=1)
# A time stands as itself, with when it was stated; a note likewise.
AS_THEMSELVES: Final = NOTED | {IncidentEvent.EVENT_TIME_SET}


class Place(NamedTuple):
    """Where an entry stands in the order: its instant, its source, its key there."""

    at: datetime
    rank: int
    key: int


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of it."""

    kind: str = ""
    person: str = ""
    newest: bool = False
    whole: bool = False  # for print
    after: str = ""  # the cursor of the page before
    show: str = ""  # begin at the entry of this name

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Asked:
        """From the address; what nobody offers is left out."""
        kind = query.get("kind", "")
        return cls(
            kind=kind if kind in {key for key, _, _ in KINDS} else "",
            person=query.get("person", "")[:LONGEST],
            newest=query.get("order") == "newest",
            whole="whole" in query,
            after=query.get("after", "")[:200],
            show=query.get("show", "")[:30],
        )

    @property
    def address(self) -> str:
        """The part of the address that says the same again, without a place in it."""
        told = {"kind": self.kind, "person": self.person, "order": "newest" if self.newest else ""}
        return urlencode({name: value for name, value in told.items() if value})


@dataclass(frozen=True)
class Timeline:
    """The lines that were asked for, and what can be asked for."""

    entries: list[Entry]
    kinds: list[tuple[str, str]]
    people: list[tuple[str, str]]
    asked: Asked
    next: str = ""  # cursor of the next page


@dataclass(frozen=True)
class Source:
    """Rows of one table as entries; the rank settles ties of instants."""

    rank: int
    rows: QuerySet[Any]
    at: str
    key: str
    entry: Callable[[Any], Entry]

    def page(self, start: Place | None, size: int, *, newest: bool) -> list[tuple[Place, Entry]]:
        """The next rows in the order wanted."""
        rows = self.rows
        if start is not None:
            side = "lt" if newest else "gt"
            beyond = Q(**{f"{self.at}__{side}": start.at})
            tied = Q(**{self.at: start.at})
            if self.rank == start.rank:
                tied &= Q(**{f"{self.key}__{side}": start.key})
                beyond |= tied
            elif (self.rank < start.rank) == newest:
                beyond |= tied
            rows = rows.filter(beyond)
        sign = "-" if newest else ""
        found = rows.order_by(f"{sign}{self.at}", f"{sign}{self.key}")[:size]
        return [
            (Place(getattr(row, self.at), self.rank, getattr(row, self.key)), self.entry(row))
            for row in found
        ]


def timeline(incident: Incident, asked: Asked) -> Timeline:
    """Times, notes and acts in the order in which they happened; what is privileged for counsel alone."""
    size = MOST if asked.whole else PAGE
    sources = _sources(incident, asked)
    start = _read(asked.after)
    found = _merged(sources, start, size + 1, newest=asked.newest)
    if asked.show and asked.show not in {entry.name for _, entry in found}:
        start = _start_at(incident, asked)
        found = _merged(sources, start, size + 1, newest=asked.newest)
    page = found[:size]
    entries = _corrected(incident, [entry for _, entry in page])
    more = len(found) > size
    before = start.at if start and asked.after else None
    kinds, people = _choices(incident, asked)
    return Timeline(
        _with_gaps(_lines(entries, newest=asked.newest), before),
        kinds,
        people,
        asked,
        _cursor(page[-1][0]) if more else "",
    )


def _merged(
    sources: Iterable[Source], start: Place | None, size: int, *, newest: bool
) -> list[tuple[Place, Entry]]:
    """The rows of all sources in one order; more than `size` where several have them."""
    rows = (row for source in sources for row in source.page(start, size, newest=newest))
    return sorted(rows, key=lambda row: row[0], reverse=newest)


def _lines(entries: list[Entry], *, newest: bool) -> list[Entry]:
    return joined(reversed(entries))[::-1] if newest else joined(entries)


def _counsel(incident: Incident) -> bool:
    return Can.PRIVILEGED in getattr(incident, "held", frozenset())


def _notes(incident: Incident) -> QuerySet[Any]:
    notes = incident.notes.select_related("by").annotate(told_at=Coalesce("happened_at", "at"))
    return notes if _counsel(incident) else notes.filter(privileged=False)


def _acts(incident: Incident) -> QuerySet[AuditEvent]:
    acts = AuditEvent.objects.filter(stream=incident.stream).exclude(verb__in=AS_THEMSELVES)
    return acts if _counsel(incident) else acts.exclude(details__contains='"privileged":true')


def _sources(incident: Incident, asked: Asked) -> list[Source]:
    """The tables that hold what was asked for, narrowed to it."""
    person = int(asked.person) if _is_number(asked.person) else None
    times: QuerySet[EventTime] = incident.event_times.select_related("signed_by")
    notes, acts = _notes(incident), with_items(_acts(incident).select_related("reason"))
    if asked.person:
        # Number nought: what Forthright and the public did.
        times, notes = times.filter(signed_by=person or None), notes.filter(by=person)
        acts = acts.filter(actor_id=person or None)
    acts = _of_kind(acts, asked.kind)
    sources = {
        TIMES: Source(0, times, "at", "pk", entry_of_time),
        NOTES: Source(1, notes, "told_at", "pk", entry_of_note),
        "acts": Source(2, acts, "at", "sequence", entry_of_act),
    }
    if not asked.kind:
        return list(sources.values())
    return [sources[asked.kind if asked.kind in (TIMES, NOTES) else "acts"]]


def _of_kind(acts: QuerySet[AuditEvent], kind: str) -> QuerySet[AuditEvent]:
    if not kind:
        return acts.exclude(verb__in=BY_THEMSELVES)
    known = [verb for verb, of in KIND_OF.items() if of == kind]
    # What no kind claims stands with what opened and settled.
    return acts.exclude(verb__in=set(KIND_OF) - set(known)) if kind == "open" else acts.filter(verb__in=known)


def _choices(incident: Incident, asked: Asked) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The kinds and people that occur."""
    acts = _acts(incident).order_by().values_list("verb", "actor_id", "actor_label").distinct()
    present, people = {TIMES, NOTES, "open", asked.kind}, set()
    for verb, actor, label in acts:
        present.add(KIND_OF.get(verb, "open"))
        people.add((str(actor or 0), label))
    for by, name in _notes(incident).order_by().values_list("by", "by__name").distinct():
        people.add((str(by), name))
    kinds = [(key, label) for key, label, _ in KINDS if key in present]
    return kinds, sorted(dict(sorted(people)).items(), key=lambda one: one[1])


def _corrected(incident: Incident, entries: list[Entry]) -> list[Entry]:
    """With what sets them right, wherever that stands."""
    names = [entry.name for entry in entries]
    found: dict[str, list[Correction]] = defaultdict(list)
    for note in _notes(incident).filter(corrects__in=names).order_by("at"):
        found[note.corrects].append(Correction(f"note-{note.pk}", str(note.by), note.at))
    return [
        replace(entry, corrected=tuple(found[entry.name])) if entry.name in found else entry
        for entry in entries
    ]


def _with_gaps(entries: Iterable[Entry], before: datetime | None) -> list[Entry]:
    """Mark where nothing happened for more than a day."""
    marked: list[Entry] = []
    for entry in entries:
        gap = abs(entry.at - before) if before else timedelta(0)
        marked.append(replace(entry, gap=gap if gap > GAP else None))
        before = entry.at
    return marked


def _start_at(incident: Incident, asked: Asked) -> Place | None:
    """Just before the entry that was asked for by its name."""
    kind, _, key = asked.show.partition("-")
    if not _is_number(key):
        return None
    at: datetime | None = None
    if kind == "note":
        at = _notes(incident).filter(pk=key).values_list("told_at", flat=True).first()
    elif kind == "time":
        at = incident.event_times.filter(pk=key).values_list("at", flat=True).first()
    elif kind == "act":
        at = _acts(incident).filter(sequence=key).values_list("at", flat=True).first()
    return Place(at + TICK if asked.newest else at - TICK, 1, 0) if at else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(f"{place.at.isoformat()}|{place.rank}|{place.key}".encode()).decode()


def _read(text: str) -> Place | None:
    """Where a page starts; a cursor that nobody gave out starts at the beginning."""
    try:
        at, rank, key = base64.urlsafe_b64decode(text.encode()).decode().split("|")
        place = Place(datetime.fromisoformat(at), int(rank), int(key))
    except (ValueError, binascii.Error):
        return None
    return place if place.at.tzinfo and 0 <= place.key < 2**63 else None
