"""All clocks across incidents: by time, by incident or by place, what is overdue first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from incidents.lifecycle import ObligationStatus
from incidents.models import Obligation
from insights.queries.law_places import name_of
from insights.queries.scope import current
from law.pack import load_pack

SHOWN: Final = 200
COUNTED: Final = 1_000
DUTIES_OF_ONE: Final = 20  # about so many duties of one incident hang on unknown facts
SPANS: Final = (
    ("overdue", "Overdue", timedelta(0)),
    ("day", "In the next 24 hours", timedelta(hours=24)),
    ("week", "In the next 7 days", timedelta(days=7)),
    ("later", "Later", timedelta(days=365 * 100)),
)

# How the page may be sorted, and the words of each choice.
SORTS: Final = {"time": "By due time", "incident": "By incident", "place": "By place"}

# Nobody knows yet whether it applies, and no clock of the law has started.
UNCLEAR: Final = Q(status=ObligationStatus.UNDECIDED, started_at=None)


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
class Deadlines:
    """The page of deadlines."""

    sort: str
    spans: list[Span]
    unclear: list[Unclear]
    shown: int
    total: int


def clocks(user: User) -> QuerySet[Any]:
    """Running obligations of current incidents this person may see, by the end of their clock; undated ones last."""
    return (
        Obligation.objects.running()
        .filter(incident__in=current(user).values("pk"))
        .annotate(ends=Coalesce("due_at", "target_at"))
        .select_related("incident__lead", "owner")
        .defer("rule", "trace", "incident__summary")
        .order_by(F("ends").asc(nulls_last=True), "pk")
    )


def dated_clocks(user: User) -> QuerySet[Any]:
    """What the page of deadlines shows with a time, for a calendar."""
    return (
        clocks(user)
        .exclude(UNCLEAR)
        .filter(ends__isnull=False)
        .defer("rule", "trace", "duty", "undecided_by", "last_change", "incident__summary")
    )


def unclear(user: User, *, most: int = SHOWN) -> list[Unclear]:
    """One row an incident for all duties that nobody can tell yet, instead of a flood of clocks."""
    nearest = clocks(user).filter(UNCLEAR).values_list("incident_id", flat=True)[: most * DUTIES_OF_ONE]
    first = list(dict.fromkeys(nearest))[:most]
    found = (
        Obligation.objects.running()
        .filter(UNCLEAR, incident__in=first)
        .values("incident__reference", "incident__title")
        .annotate(duties=Count("pk"), nearest=Min(Coalesce("due_at", "target_at")))
        .order_by(F("nearest").asc(nulls_last=True), "incident__reference")
    )
    return [
        Unclear(row["incident__reference"], row["incident__title"], row["duties"], row["nearest"])
        for row in found
    ]


def deadlines(user: User, *, now: datetime, sort: str = "time") -> Deadlines:
    """All clocks in their groups, and unclear duties as one row an incident; a sort nobody offers is by time."""
    found = clocks(user).exclude(UNCLEAR)
    rows = list(found[: SHOWN + 1])
    total = found.order_by().values("pk")[: COUNTED + 1].count() if len(rows) > SHOWN else len(rows)
    rows = rows[:SHOWN]
    sort = sort if sort in SORTS else "time"
    if sort == "time":
        spans = _by_time(rows, now)
    else:
        spans = _grouped(rows, _incident if sort == "incident" else _place)
    return Deadlines(sort, spans, unclear(user), len(rows), total)


def _by_time(rows: list[Obligation], now: datetime) -> list[Span]:
    """Overdue, today, this week, later and undated."""
    spans, after = [], datetime.min.replace(tzinfo=now.tzinfo)
    for key, label, length in SPANS:
        until = now + length
        spans.append(Span(key, label, [row for row in rows if row.ends and after < row.ends <= until]))  # type: ignore[attr-defined]
        after = until
    spans.append(Span("undated", "Without a due time", [row for row in rows if row.ends is None]))  # type: ignore[attr-defined]
    return [span for span in spans if span.obligations]


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
