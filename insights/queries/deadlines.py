"""All clocks across incidents, the nearest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from incidents.lifecycle import ObligationStatus
from incidents.models import Obligation
from insights.queries.scope import current

SHOWN: Final = 200
SPANS: Final = (
    ("overdue", "Overdue", timedelta(0)),
    ("day", "In the next 24 hours", timedelta(hours=24)),
    ("week", "In the next 7 days", timedelta(days=7)),
    ("later", "Later", timedelta(days=365 * 100)),
)


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
    """Clocks that end in one stretch of time."""

    key: str
    label: str
    obligations: list[Obligation]


@dataclass(frozen=True)
class Deadlines:
    """The page of deadlines."""

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
        .select_related("incident")
        .defer("rule", "trace", "incident__summary")
        .order_by(F("ends").asc(nulls_last=True), "pk")
    )


def unclear(user: User) -> list[Unclear]:
    """One row an incident for all duties that nobody can tell yet, instead of a flood of clocks."""
    found = (
        clocks(user)
        .filter(UNCLEAR)
        .order_by()
        .values("incident__reference", "incident__title")
        .annotate(duties=Count("pk"), nearest=Min(Coalesce("due_at", "target_at")))
        .order_by(F("nearest").asc(nulls_last=True), "incident__reference")
    )
    return [
        Unclear(row["incident__reference"], row["incident__title"], row["duties"], row["nearest"])
        for row in found[:SHOWN]
    ]


def deadlines(user: User, *, now: datetime) -> Deadlines:
    """All clocks, cut into overdue, today, this week, later and undated; unclear duties as one row an incident."""
    found = clocks(user).exclude(UNCLEAR)
    rows = list(found[: SHOWN + 1])
    total = found.count() if len(rows) > SHOWN else len(rows)
    rows = rows[:SHOWN]
    spans, after = [], datetime.min.replace(tzinfo=now.tzinfo)
    for key, label, length in SPANS:
        until = now + length
        spans.append(Span(key, label, [row for row in rows if row.ends and after < row.ends <= until]))
        after = until
    spans.append(Span("undated", "Without a due time", [row for row in rows if row.ends is None]))
    return Deadlines([span for span in spans if span.obligations], unclear(user), len(rows), total)
