"""Lists of reports and incidents; each starts at what the person may see."""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from django.db import models
from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from incidents.lifecycle import RUNNING, Status
from incidents.models import AffectedCount, Assessment, Incident, Obligation
from incidents.permissions import visible_to
from incidents.queries.facts import total_affected

PAGE: Final = 25
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
SETTLED: Final = (Status.CLOSED, Status.DISMISSED)


class IncidentView(models.TextChoices):
    """Saved views of the list; each is an address of its own."""

    NEEDS = "needs", "Needs action"
    MINE = "mine", "I lead"
    ALL = "all", "All"
    CLOSED = "closed", "Closed"
    HISTORIC = "historic", "Historic"


@dataclass
class IncidentRow:
    """One line of the list."""

    incident: Incident
    level: str
    people: int | None = None
    confirmed: bool = False
    next: Obligation | None = None


@dataclass
class IncidentPage:
    """One page of the list and where the next one starts."""

    rows: list[IncidentRow] = field(default_factory=list)
    next_cursor: str = ""


def incident_list(
    user: User, *, view: str, words: str = "", after: str = "", size: int = PAGE
) -> IncidentPage:
    """A page of incidents: those that need action by the nearest deadline, the others newest first."""
    found = _of_view(visible_to(user), user, view)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(reference__icontains=words))
    by_clock = view == IncidentView.NEEDS
    ordered = _by_clock(found, after) if by_clock else _newest_first(found, after)
    latest = Assessment.objects.filter(incident=OuterRef("pk")).order_by("-version").values("level")[:1]
    page = list(ordered.select_related("lead").annotate(level=Subquery(latest))[: size + 1])
    rows = [IncidentRow(incident, incident.level or "") for incident in page[:size]]
    _complete(rows)
    more = len(page) > size
    return IncidentPage(rows, _cursor(rows[-1].incident, by_clock=by_clock) if more else "")


def _of_view(found: QuerySet[Incident], user: User, view: str) -> QuerySet[Incident]:
    if view == IncidentView.HISTORIC:
        return found.filter(historic=True)
    found = found.filter(historic=False, merged_into=None)
    if view == IncidentView.CLOSED:
        return found.filter(status__in=SETTLED)
    if view == IncidentView.MINE:
        return found.filter(lead=user)
    if view == IncidentView.NEEDS:
        return found.exclude(status__in=SETTLED)
    return found


def _by_clock(found: QuerySet[Incident], after: str) -> QuerySet[Incident]:
    running = Obligation.objects.filter(incident=OuterRef("pk"), status__in=RUNNING).values("incident")
    nearest = running.annotate(nearest=models.Min(Coalesce("due_at", "target_at"))).values("nearest")
    found = found.annotate(clock=Coalesce(Subquery(nearest), Value(NEVER), output_field=DateTimeField()))
    if place := _read_cursor(after):
        at, pk = place
        found = found.filter(Q(clock__gt=at) | Q(clock=at, pk__gt=pk))
    return found.order_by("clock", "pk")


def _newest_first(found: QuerySet[Incident], after: str) -> QuerySet[Incident]:
    if place := _read_cursor(after):
        at, pk = place
        found = found.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=pk))
    return found.order_by("-opened_at", "-pk")


def _cursor(incident: Incident, *, by_clock: bool) -> str:
    at: datetime = incident.clock if by_clock else incident.opened_at  # type: ignore[attr-defined]
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{incident.pk}".encode()).decode()


def _read_cursor(text: str) -> tuple[datetime, int] | None:
    """Where a page starts; a cursor that nobody gave out starts at the beginning."""
    try:
        at, _, pk = base64.urlsafe_b64decode(text.encode()).decode().partition("|")
        instant = datetime.fromisoformat(at)
        return (instant, int(pk)) if instant.tzinfo and 0 < int(pk) < 2**63 else None
    except (ValueError, binascii.Error):
        return None


def _complete(rows: list[IncidentRow]) -> None:
    """People and next obligation of all rows, in one query each."""
    incidents = [row.incident for row in rows]
    people = people_affected(incidents)
    clocks = next_obligations(incidents)
    for row in rows:
        row.people, row.confirmed = people.get(row.incident.pk, (None, False))
        row.next = clocks.get(row.incident.pk)


def people_affected(incidents: Iterable[Incident]) -> dict[int, tuple[int | None, bool]]:
    """Number of people of each incident that has counts, and whether it is confirmed."""
    counts: dict[int, list[AffectedCount]] = defaultdict(list)
    for count in AffectedCount.objects.filter(incident__in=list(incidents), superseded_at=None):
        counts[count.incident_id].append(count)
    return {pk: total_affected(rows) for pk, rows in counts.items()}


def next_obligations(incidents: Iterable[Incident]) -> dict[int, Obligation]:
    """Of each incident the running obligation whose clock ends first."""
    running = (
        Obligation.objects.running()
        .filter(incident__in=list(incidents))
        .exclude(due_at=None, target_at=None)
        .order_by("incident_id", Coalesce(F("due_at"), F("target_at")), "key")
        .distinct("incident_id")
        .defer("rule", "duty", "trace")
    )
    return {obligation.incident_id: obligation for obligation in running}
