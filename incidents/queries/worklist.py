"""The list of incidents: what it is narrowed to, in which order, page by page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models
from django.db.models import F, Q, QuerySet, Subquery, Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from incidents.lifecycle import Status
from incidents.models import AffectedCount, Can, Incident, Obligation
from incidents.models.incident import SETTLED, Priority, ViolationType
from incidents.models.standing import LEVELS, NEVER
from incidents.permissions import granted, visible_to
from incidents.queries.clocks import next_obligations, people_affected
from incidents.queries.narrowing import Narrowing

PAGE: Final = 50
MOST: Final = 100
MOST_EXPORTED: Final = 10_000
NOT_ASSESSED: Final = "none"
YES_NO: Final = {"yes": True, "no": False}
DUE: Final = {
    "overdue": "Overdue",
    "day": "In 24 hours",
    "week": "In 7 days",
    "month": "In 30 days",
    "none": "No clock runs",
}
SPANS: Final = {
    "overdue": timedelta(0),
    "day": timedelta(hours=24),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
ORDERS: Final = {
    "deadline": "Nearest deadline",
    "newest": "Newest",
    "severity": "Gravest",
    "priority": "Most urgent",
}
# Both columns run the same way, so that a page begins where the index says; priorities stand in the order of letters.
COLUMNS: Final = {
    "deadline": ("nearest_clock_at", "pk"),
    "newest": ("-opened_at", "-pk"),
    "severity": ("-severity", "-pk"),
    "priority": ("-priority", "-pk"),
}


class IncidentView(models.TextChoices):
    """The views that everybody has; each is an address of its own."""

    NEEDS = "needs", "Needs action"
    MINE = "mine", "I lead"
    ALL = "all", "All"
    CLOSED = "closed", "Closed"
    HISTORIC = "historic", "Historic"


OFFERED: Final[Mapping[str, Iterable[str]]] = {
    "view": IncidentView.values,
    "status": Status.values,
    "violation": ViolationType.values,
    "severity": (*LEVELS, NOT_ASSESSED),
    "priority": Priority.values,
    "due": DUE,
    "restricted": YES_NO,
    "drill": YES_NO,
    "order": ORDERS,
}


@dataclass(frozen=True)
class Narrowed(Narrowing):
    """What the list of incidents is narrowed to. The fields are the parameters of its address."""

    offered = OFFERED
    frame = frozenset({"view", "order"})

    view: str = ""
    words: str = ""
    status: str = ""
    violation: str = ""
    severity: str = ""
    priority: str = ""
    lead: str = ""  # e-mail address, "me" or "none"
    place: str = ""
    due: str = ""
    restricted: str = ""
    drill: str = ""
    order: str = ""

    @classmethod
    def folded(cls, found: dict[str, str]) -> dict[str, str]:
        return {**found, "place": found["place"].upper()}

    @property
    def sorting(self) -> str:
        return self.order or ("deadline" if self.view == IncidentView.NEEDS else "newest")


def page_size(given: Mapping[str, str]) -> int:
    """Rows a page, from a query string."""
    asked = given.get("size", "")
    return min(max(int(asked), 1), MOST) if asked.isascii() and asked.isdigit() and len(asked) < 6 else PAGE


@dataclass
class IncidentRow:
    """One line of the list."""

    incident: Incident
    people: int | None = None
    confirmed: bool = False
    next: Obligation | None = None

    @property
    def level(self) -> str:
        return self.incident.level


@dataclass
class IncidentPage:
    """One page of the list and where the next one starts."""

    rows: list[IncidentRow] = field(default_factory=list)
    next_cursor: str = ""


def incident_list(user: User, wanted: Narrowed, *, after: str = "", size: int = PAGE) -> IncidentPage:
    """A page of what the person may see and asked for. A cursor that nobody gave out starts at the beginning."""
    # Walking the list in its order finds a page soon, unless what is left out hides what the person may see.
    selective = bool(wanted.filters) or wanted.sorting not in ("newest", "deadline")
    found = narrowed(visible_to(user, whole=selective), user, wanted, now=timezone.now())
    first, second = COLUMNS[wanted.sorting]
    if place := _read_cursor(after, wanted.sorting):
        columns = (F(first.lstrip("-")), F("pk"))
        beyond = TupleLessThan if first.startswith("-") else TupleGreaterThan
        found = found.filter(beyond(columns, tuple(Value(one) for one in place)))
    page = list(found.order_by(first, second).select_related("lead").defer("summary")[: size + 1])
    rows = _told(page[:size])
    return IncidentPage(rows, _cursor(rows[-1].incident, wanted.sorting) if len(page) > size else "")


def export_rows(user: User, wanted: Narrowed, *, now: datetime) -> list[IncidentRow]:
    """All that was asked for and that the person may export, in the order of the list, up to `MOST_EXPORTED`."""
    mine = Incident.objects.filter(granted(user, Can.VIEW, whole=True), granted(user, Can.EXPORT, whole=True))
    found = narrowed(mine, user, wanted, now=now).order_by(*COLUMNS[wanted.sorting])
    return _told(list(found.select_related("lead").defer("summary")[:MOST_EXPORTED]))


def narrowed(found: QuerySet[Incident], user: User, wanted: Narrowed, *, now: datetime) -> QuerySet[Incident]:
    """Of these incidents the ones that were asked for."""
    found = _of_view(found, user, wanted.view)
    exact = {name: getattr(wanted, name) for name in ("status", "violation", "priority")}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    for name in ("restricted", "drill"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: YES_NO[value]})
    if wanted.severity:
        found = found.filter(
            severity=0 if wanted.severity == NOT_ASSESSED else 1 + LEVELS.index(wanted.severity)
        )
    if wanted.place:
        here = AffectedCount.objects.filter(place=wanted.place, superseded_at=None)
        found = found.filter(pk__in=here.values("incident"))
    if wanted.lead:
        found = found.filter(_led_by(user, wanted.lead))
    if wanted.due:
        found = found.filter(_due(wanted.due, now))
    for word in wanted.words.split():
        found = found.filter(Q(title__icontains=word) | Q(reference__icontains=word))
    return found


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


def _led_by(user: User, lead: str) -> Q:
    if lead == "none":
        return Q(lead=None)
    # By key, so that the index of leads is used.
    return (
        Q(lead=user)
        if lead == "me"
        else Q(lead=Subquery(User.objects.filter(email=lead.lower()).values("pk")))
    )


def _due(due: str, now: datetime) -> Q:
    return Q(nearest_clock_at=NEVER) if due == "none" else Q(nearest_clock_at__lte=now + SPANS[due])


def _cursor(incident: Incident, order: str) -> str:
    value = getattr(incident, COLUMNS[order][0].lstrip("-"))
    place = [value.isoformat() if isinstance(value, datetime) else value, incident.pk]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _read_cursor(text: str, order: str) -> tuple[Any, int] | None:
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(text.encode()))
        kind = {"severity": int, "priority": str}.get(order, datetime)
        value = parse_datetime(value) if kind is datetime else value
    except (ValueError, TypeError, binascii.Error):
        return None
    fits = isinstance(value, kind) and isinstance(pk, int) and 0 < pk < 2**63
    if (isinstance(value, datetime) and value.tzinfo is None) or (
        isinstance(value, int) and not 0 <= value <= len(LEVELS)
    ):
        return None
    return (value, pk) if fits and "\x00" not in str(value) else None


def _told(incidents: list[Incident]) -> list[IncidentRow]:
    """People and next obligation of all rows, in one query each."""
    people = people_affected(incidents)
    clocks = next_obligations(incidents)
    return [IncidentRow(one, *people.get(one.pk, (None, False)), clocks.get(one.pk)) for one in incidents]
