"""Who can see an incident and who has looked; across incidents, what about access wants looking at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, F, Max, Q

from accounts.models import Role, User
from accounts.queries import LimitReached, limits_reached
from audit.models import AuditEvent
from incidents.events import EvidenceEvent, IncidentEvent, ReportEvent
from incidents.models import DayRead, Incident, IncidentGroupGrant, IncidentUserGrant
from incidents.permissions import access_mark, visible_to
from notifications.events import FilingEvent
from stakeholders.events import InquiryEvent, RosterEvent

# Reading that names people, and taking something out: each is an act in the record.
TAKEN_OUT: Final = (
    RosterEvent.PARTY_REVEALED, RosterEvent.REJECTS_DOWNLOADED, RosterEvent.LIST_EXPORTED, InquiryEvent.CONTACT_REVEALED,
    EvidenceEvent.OPENED, EvidenceEvent.DOWNLOADED, EvidenceEvent.EXPORTED, FilingEvent.TAKEN,
    IncidentEvent.RECORD_EXPORTED,
)  # fmt: skip
WORDS: Final = {str(verb): verb.label for verb in (*TAKEN_OUT, ReportEvent.FILED)}
MOST_PEOPLE: Final = 200
MOST_TAKEN: Final = 30
MOST_ROWS: Final = 50
SOON: Final = timedelta(days=14)
UNUSED_AFTER: Final = timedelta(days=7)
MANY: Final = 5


@dataclass
class Reader:
    """One person who can see an incident."""

    user: User
    why: list[str] = field(default_factory=list)
    ends_at: datetime | None = None  # None: no end, by some way in
    last_read_on: date | None = None
    days_read: int = 0
    taken_out: int = 0


@dataclass(frozen=True)
class AccessReview:
    """All that a review of one incident's access looks at."""

    readers: list[Reader]
    more: int
    left: list[str]  # people who read it and can no longer
    taken: list[AuditEvent]
    reviewed: AuditEvent | None
    mark: int


def access_review(incident: Incident, *, now: datetime) -> AccessReview:
    """People by name, each with every way in; at most 200."""
    readers = _readers(incident, now)
    days = DayRead.objects.filter(incident=incident).values("user").annotate(last=Max("on"), days=Count("pk"))
    former = []
    for row in days:
        if (reader := readers.get(row["user"])) is not None:
            reader.last_read_on, reader.days_read = row["last"], row["days"]
        else:
            former.append(row["user"])
    events = AuditEvent.objects.filter(stream=incident.stream).order_by("-sequence")
    taken = events.filter(verb__in=WORDS)
    counts = Counter(taken.values_list("actor_id", flat=True))
    for pk, reader in readers.items():
        reader.taken_out = counts[pk]
    found = sorted(readers.values(), key=lambda one: one.user.name)
    return AccessReview(
        readers=found[:MOST_PEOPLE],
        more=max(0, len(found) - MOST_PEOPLE),
        left=[str(one) for one in User.objects.filter(pk__in=former)],
        taken=list(taken[:MOST_TAKEN]),
        reviewed=events.filter(verb=IncidentEvent.ACCESS_REVIEWED).first(),
        mark=access_mark(incident, now=now),
    )


def _readers(incident: Incident, now: datetime) -> dict[int, Reader]:
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    groups = IncidentGroupGrant.objects.filter(lasting, content_object=incident, group__user__is_active=True)
    ways: list[tuple[int, str, datetime | None]] = [
        (user, str(Role(group).label) if group in Role.values else f"Team {group}", ends_at)
        for user, group, ends_at in groups.values_list("group__user", "group__name", "ends_at").distinct()
    ]
    own = IncidentUserGrant.objects.filter(lasting, content_object=incident, user__is_active=True)
    for user, by, name, ends_at in own.values_list(
        "user", "granted_by", "granted_by__name", "ends_at"
    ).distinct():
        ways.append((user, "Opened the incident" if by == user else f"Let in by {name}", ends_at))
    people = User.objects.in_bulk({user for user, *_ in ways})
    readers = {pk: Reader(person, ends_at=now) for pk, person in people.items()}
    for user, why, ends_at in sorted(ways, key=lambda way: way[:2]):
        reader = readers[user]
        if why not in reader.why:
            reader.why.append(why)
        if reader.ends_at is not None:
            reader.ends_at = None if ends_at is None else max(reader.ends_at, ends_at)
    return readers


@dataclass(frozen=True)
class Grant:
    """What one person or team holds by name on one incident."""

    person: str
    incident: Incident
    ends_at: datetime | None
    granted_at: datetime


@dataclass(frozen=True)
class AccessOverview:
    """What about access wants looking at, among the incidents that the reader may see."""

    ending: list[Grant]
    ended: list[Grant]
    unused: list[Grant]
    many: list[tuple[str, int]]
    unreviewed: list[Incident]
    limits: list[LimitReached]  # in the last 14 days


def access_overview(user: User, *, now: datetime) -> AccessOverview:
    """Grants that end within 14 days, ended in the last 14, or were never used; people let into many incidents.

    Teams stand among what ends.
    """
    seen = visible_to(user)
    grants = (
        IncidentUserGrant.objects.filter(content_object__in=seen.values("pk"), user__is_active=True)
        .exclude(granted_by=F("user"))  # whoever opened it was not let in
        .values("user", "user__name", "content_object")
        .annotate(end=Max("ends_at"), endless=Count("pk", filter=Q(ends_at=None)), since=Max("granted_at"))
    )
    used = set(
        DayRead.objects.filter(incident__in=seen.values("pk")).values_list("user", "incident").distinct()
    )
    of_teams = (
        IncidentGroupGrant.objects.filter(content_object__in=seen.values("pk"), group__team__isnull=False)
        .exclude(ends_at=None)
        .values("group__name", "content_object")
        .annotate(end=Max("ends_at"), since=Max("granted_at"))
    )
    incidents = seen.defer("summary").in_bulk({row["content_object"] for row in (*grants, *of_teams)})
    teams = [
        Grant(f"Team {row['group__name']}", incidents[row["content_object"]], row["end"], row["since"])
        for row in of_teams
    ]
    held = [
        (
            row["user"],
            Grant(
                row["user__name"],
                incidents[row["content_object"]],
                None if row["endless"] else row["end"],
                row["since"],
            ),
        )
        for row in grants
    ]
    lasting = [(pk, one) for pk, one in held if one.ends_at is None or one.ends_at > now]
    counts = Counter(one.person for _, one in lasting)
    ends = [*(one for _, one in held), *teams]
    return AccessOverview(
        ending=_by_end(one for one in ends if one.ends_at and now < one.ends_at <= now + SOON),
        ended=_by_end(one for one in ends if one.ends_at and now - SOON < one.ends_at <= now),
        unused=[
            one
            for pk, one in lasting
            if one.granted_at < now - UNUSED_AFTER and (pk, one.incident.pk) not in used
        ][:MOST_ROWS],
        many=[(name, number) for name, number in counts.most_common(10) if number >= MANY],
        unreviewed=_unreviewed(seen.filter(closed_at=None).order_by("opened_at")[:500]),
        limits=limits_reached(since=now - SOON)[:MOST_ROWS],
    )


def _by_end(grants: Iterable[Grant]) -> list[Grant]:
    return sorted(grants, key=lambda one: str(one.ends_at))[:MOST_ROWS]


def _unreviewed(incidents: Iterable[Incident]) -> list[Incident]:
    """Open incidents whose list nobody looked through yet."""
    found = list(incidents)
    reviewed = set(
        AuditEvent.objects.filter(
            stream__in=[one.stream for one in found], verb=IncidentEvent.ACCESS_REVIEWED
        ).values_list("stream", flat=True)
    )
    return [one for one in found if one.stream not in reviewed][:MOST_ROWS]
