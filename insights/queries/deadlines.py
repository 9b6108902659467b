"""All clocks across incidents: by time, by incident or by place, what is overdue first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_datetime

from accounts.models import User
from incidents.models import Obligation
from incidents.models.obligation import UNCLEAR
from incidents.models.standing import NEVER
from incidents.permissions import visible_of
from insights.queries.counts import counted
from insights.queries.law_places import name_of
from insights.queries.scope import current
from law.pack import load_pack

PAGE: Final = 50
COUNTED: Final = 99  # beyond that a figure says "99+"
UNCLEAR_SHOWN: Final = 20
LONGEST: Final = 18  # digits of a key
DAY: Final = timedelta(hours=24)
WEEK: Final = timedelta(days=7)
# Stretches of time, the most pressing first, and the words of each.
STRETCHES: Final = {
    "overdue": "Overdue",
    "day": "In the next 24 hours",
    "week": "In the next 7 days",
    "later": "Later",
    "undated": "Without a due time",
}
NOT_CLEAR: Final = "unclear"
# How one page of them may be grouped, and the words of each choice.
SORTS: Final = {"time": "urgency", "incident": "incident", "place": "place"}


@dataclass(frozen=True)
class Unclear:
    """How many duties of one incident hang on facts that nobody knows yet."""

    reference: str
    title: str
    duties: int
    nearest: datetime | None  # our own target of the first of them


@dataclass(frozen=True)
class Span:
    """Clocks that end in one stretch of time, or belong to one incident or place."""

    key: str
    label: str
    obligations: list[Obligation]


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see; what nobody offers counts as not given."""

    due: str = ""  # one of the stretches; empty: all, the nearest first
    sort: str = "time"
    after: str = ""  # cursor of the page before

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        due, sort = given.get("due", ""), given.get("sort", "")
        return cls(
            due if due in STRETCHES or due == NOT_CLEAR else "",
            sort if sort in SORTS else "time",
            given.get("after", "")[:100],
        )

    def address(self, **other: str) -> str:
        """The query of its address, with something else in it; a cursor only where one is given."""
        told = {"due": self.due, "sort": self.sort, "after": "", **other}
        return urlencode(
            {name: text for name, text in told.items() if text and (name, text) != ("sort", "time")}
        )


@dataclass(frozen=True)
class Deadlines:
    """One page of deadlines, and how many there are of each stretch, up to one above `COUNTED`."""

    asked: Asked
    spans: list[Span]
    unclear: list[Unclear]
    counts: Mapping[str, int]
    next: str = ""  # cursor of the next page

    @property
    def more_unclear(self) -> bool:
        return self.counts[NOT_CLEAR] > len(self.unclear)


def clocks(user: User) -> QuerySet[Any]:
    """Running obligations of current incidents this person may see, by the end of their clock; undated ones last."""
    found: QuerySet[Any] = (
        visible_of(Obligation.objects.running(), user)
        .filter(incident__historic=False, incident__drill=False, incident__merged_into=None)
        .annotate(ends=Coalesce("due_at", "target_at"))
        .select_related("incident__lead", "owner")
        .defer("rule", "trace", "undecided_by", "last_change", "incident__summary")
        .order_by(F("ends").asc(nulls_last=True), "pk")
    )
    return found


def dated_clocks(user: User) -> QuerySet[Any]:
    """What the page of deadlines shows with a time, for a calendar."""
    return (
        clocks(user)
        .exclude(UNCLEAR)
        .filter(ends__isnull=False)
        .defer("rule", "trace", "duty", "undecided_by", "last_change", "incident__summary")
    )


def unclear(user: User, *, most: int = UNCLEAR_SHOWN) -> list[Unclear]:
    """One row an incident for all duties that nobody can tell yet, instead of a flood of clocks."""
    first = list(
        current(user)
        .exclude(unclear_at=None)
        .order_by("unclear_at", "pk")
        .values_list("pk", "reference", "title", "unclear_at")[:most]
    )
    hazy = Obligation.objects.filter(UNCLEAR, incident__in=[pk for pk, *_ in first]).order_by()
    duties = dict(hazy.values_list("incident").annotate(number=Count("pk"))) if first else {}
    return [
        Unclear(reference, title, duties.get(pk, 0), None if nearest == NEVER else nearest)
        for pk, reference, title, nearest in first
    ]


def deadlines(user: User, asked: Asked, *, now: datetime) -> Deadlines:
    """A page of clocks in their groups; duties that nobody can tell yet are one row an incident, behind the last."""
    found = clocks(user).exclude(UNCLEAR)
    hazy = unclear(user, most=UNCLEAR_SHOWN + 1)
    counts = counted({key: _in(found, key, now) for key in STRETCHES}, most=COUNTED) | {NOT_CLEAR: len(hazy)}
    if asked.due == NOT_CLEAR:
        return Deadlines(asked, [], hazy[:UNCLEAR_SHOWN], counts)
    rows = list(_after(_in(found, asked.due, now) if asked.due else found, asked.after)[: PAGE + 1])
    page, more = rows[:PAGE], len(rows) > PAGE
    if asked.sort == "time":
        spans = _grouped(page, lambda row: _stretch(row, now))
    else:
        spans = _grouped(page, _incident if asked.sort == "incident" else _place)
    last = [] if more or asked.due else hazy[:UNCLEAR_SHOWN]
    return Deadlines(asked, spans, last, counts, _cursor(page[-1]) if more else "")


def _in(found: QuerySet[Any], due: str, now: datetime) -> QuerySet[Any]:
    """Those that end in one stretch."""
    return found.filter(
        {
            "overdue": Q(ends__lte=now),
            "day": Q(ends__gt=now, ends__lte=now + DAY),
            "week": Q(ends__gt=now + DAY, ends__lte=now + WEEK),
            "later": Q(ends__gt=now + WEEK),
            "undated": Q(ends=None),
        }[due]
    )


def _stretch(row: Any, now: datetime) -> tuple[str, str]:
    if row.ends is None:
        key = "undated"
    elif row.ends <= now:
        key = "overdue"
    else:
        key = "day" if row.ends <= now + DAY else "week" if row.ends <= now + WEEK else "later"
    return key, STRETCHES[key]


def _cursor(row: Any) -> str:
    return f"{row.ends.isoformat() if row.ends else ''}|{row.pk}"


def _after(found: QuerySet[Any], cursor: str) -> QuerySet[Any]:
    """What comes behind a row; a cursor that nobody gave out starts at the beginning."""
    at, _, key = cursor.partition("|")
    if not (key.isascii() and key.isdecimal() and len(key) <= LONGEST):
        return found
    if not at:
        return found.filter(ends=None, pk__gt=key)
    try:
        ends = parse_datetime(at)
    except ValueError:
        return found
    if ends is None or ends.tzinfo is None:
        return found
    return found.filter(Q(ends__gt=ends) | Q(ends=ends, pk__gt=key) | Q(ends=None))


def _grouped(rows: list[Obligation], of: Callable[[Obligation], tuple[str, str]]) -> list[Span]:
    """Groups by key and label. Rows come nearest first, so the group with the nearest clock leads."""
    groups: dict[tuple[str, str], list[Obligation]] = {}
    for row in rows:
        groups.setdefault(of(row), []).append(row)
    return [Span(key, label, members) for (key, label), members in groups.items()]


def _incident(row: Obligation) -> tuple[str, str]:
    return row.incident.reference, row.incident.title


def _place(row: Obligation) -> tuple[str, str]:
    """The place a duty is about, else the country of the authority, else none."""
    authority = load_pack().authorities.get(row.authority_id)
    place = row.place or (authority.subdivision or authority.country if authority else "")
    return (place, name_of(place)) if place else ("none", "No one place")
