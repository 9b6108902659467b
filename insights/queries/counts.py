"""The numbers beside the navigation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from incidents.lifecycle import RUNNING, ReportStatus
from incidents.models import Can
from incidents.models.incident import SETTLED
from incidents.permissions import granted_sql, may_triage
from stakeholders.lifecycle import InquiryStatus

MOST: Final = 1_000
SOON: Final = timedelta(hours=24)


def _listed(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


# SQL, for every page asks it, and composing it from querysets took as long as all else of the navigation. Each part
# ends with the condition of the door; a test keeps them the same as the lists that they count.
VISIBLE: Final = "SELECT 1 FROM incidents_incident WHERE "
INCIDENTS: Final = f"""SELECT 1 FROM incidents_incident WHERE NOT historic AND NOT drill AND merged_into_id IS NULL
    AND NOT (status IN ({_listed(SETTLED)})) AND """  # noqa: S608
DEADLINES: Final = f"""SELECT 1 FROM incidents_obligation JOIN incidents_incident ON incidents_incident.id = incident_id
    WHERE incidents_obligation.status IN ({_listed(RUNNING)}) AND due_at <= %s AND nearest_clock_at <= %s
    AND NOT historic AND NOT drill AND merged_into_id IS NULL AND """  # noqa: S608
INQUIRIES: Final = f"SELECT 1 FROM stakeholders_inquiry WHERE status = '{InquiryStatus.OPEN}' AND "  # noqa: S608
REPORTS: Final = f"""SELECT 1 FROM incidents_report WHERE status = '{ReportStatus.NEW}'
    AND (returns_at IS NULL OR returns_at <= %s) AND """  # noqa: S608


def waiting_counts(user: User, *, now: datetime) -> dict[str, int]:
    """What waits, by kind: reports, open incidents, deadlines of the next 24 hours, open inquiries; each up to `MOST`.

    Above that nobody counts on: the page says "1,000+". `visible` is whether there is any incident at all for them.
    """
    counts = dict.fromkeys(("visible", "incidents", "deadlines", "inquiries", "reports"), 0)
    if not user.is_authenticated or not user.is_active:
        return counts
    one = "incidents_incident.id"
    seen, held = granted_sql(user, Can.VIEW, key=one, now=now)
    viewed, viewing = granted_sql(user, Can.VIEW, key=one, whole=True, now=now)
    answered, answering = granted_sql(user, Can.ANSWER, key="incident_id", whole=True, now=now)
    parts = [
        (VISIBLE + seen, held, 1),
        (INCIDENTS + viewed, viewing, MOST + 1),
        (DEADLINES + viewed, (now + SOON, now + SOON, *viewing), MOST + 1),
        (INQUIRIES + answered, answering, MOST + 1),
    ]
    if may_triage(user):
        told, telling = granted_sql(user, Can.VIEW, key="incident_id", now=now)
        parts.append((f"{REPORTS}(incident_id IS NULL OR {told})", (now, *telling), MOST + 1))
    asked = (
        f"SELECT '{kind}', count(*) FROM ({rows} LIMIT {most}) f"  # noqa: S608
        for kind, (rows, _, most) in zip(counts, parts, strict=False)
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked), [value for _, given, _ in parts for value in given])
        return counts | dict(cursor.fetchall())


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
