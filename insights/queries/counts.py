"""The numbers beside the navigation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from incidents import queries as cases
from incidents.lifecycle import Status
from incidents.models import Can, Obligation
from incidents.permissions import may_triage, visible_to
from insights.queries.scope import current
from stakeholders.models import Inquiry

MOST: Final = 1_000
SOON: Final = timedelta(hours=24)
SETTLED: Final = (Status.CLOSED, Status.DISMISSED)


def waiting_counts(user: User, *, now: datetime) -> dict[str, int]:
    """What waits, by kind: reports, open incidents, deadlines of the next 24 hours, open inquiries; each up to `MOST`.

    Above that nobody counts on: the page says "1,000+".
    """
    mine = current(user, whole=True)
    pressing = mine.filter(nearest_clock_at__lte=now + SOON)
    answered = visible_to(user, Can.ANSWER, whole=True)
    asked: dict[str, QuerySet[Any]] = {
        "visible": visible_to(user)[:1],
        "incidents": mine.exclude(status__in=SETTLED),
        "deadlines": Obligation.objects.running().filter(
            incident__in=pressing.values("pk"), due_at__lte=now + SOON
        ),
        "inquiries": Inquiry.objects.waiting().filter(incident__in=answered.values("pk")),
    }
    if may_triage(user):
        asked["reports"] = cases.inbox(user, now=now)
    return {"reports": 0} | counted(asked)


def counted(asked: Mapping[str, QuerySet[Any]], *, most: int = MOST) -> dict[str, int]:
    """How many each finds, but no more than one above `most`; in one query."""
    parts: list[str] = []
    params: list[Any] = []
    for name, found in asked.items():
        rows = found.order_by().values("pk")[: most + 1] if not found.query.is_sliced else found.values("pk")
        try:
            sql, given = rows.query.sql_with_params()
        except EmptyResultSet:  # somebody who may see nothing at all
            continue
        parts.append(f"SELECT %s, count(*) FROM ({sql}) AS found")  # noqa: S608 - of our own queries
        params += [name, *given]
    if not parts:
        return dict.fromkeys(asked, 0)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return dict.fromkeys(asked, 0) | dict(cursor.fetchall())
