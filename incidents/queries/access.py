"""Who can see an incident, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts.models import Role, Team, User
from incidents.models import Can, Incident, IncidentGroupGrant, IncidentUserGrant
from incidents.queries.teams import people_of, teams_with_people


@dataclass(frozen=True)
class Holder:
    """A person, a team or a role group with what it may do here."""

    name: str
    why: str
    cans: list[Can]
    ends_at: datetime | None
    user: User | None = None
    team: Team | None = None

    @property
    def words(self) -> str:
        return ", ".join(str(can.label) for can in self.cans)


def holders(incident: Incident, *, now: datetime, seen_by: User) -> list[Holder]:
    """Role groups, teams, then people; grants that have ended are left out. Guests are told of themselves alone."""
    people = _people(incident, now)
    if not seen_by.roles:
        return [one for one in people if one.user == seen_by]
    return _groups(incident, now) + _teams(incident, now) + people


def _ordered(cans: set[str]) -> list[Can]:
    return [can for can in Can if can.value in cans]


def _groups(incident: Incident, now: datetime) -> list[Holder]:
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    grants = (
        IncidentGroupGrant.objects.filter(lasting, content_object=incident, group__name__in=Role.values)
        .annotate(members=Count("group__user", filter=Q(group__user__is_active=True)))
        .values_list("group__name", "members", "permission__codename", "ends_at")
    )
    cans: dict[tuple[str, int, datetime | None], set[str]] = defaultdict(set)
    for name, members, codename, ends_at in grants:
        cans[name, members, ends_at].add(codename)
    return [
        Holder(
            str(Role(name).label),
            f"Role group, {members} {'person' if members == 1 else 'people'}",
            _ordered(held),
            ends_at,
        )
        for (name, members, ends_at), held in sorted(cans.items(), key=lambda item: item[0][0])
    ]


def _teams(incident: Incident, now: datetime) -> list[Holder]:
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    grants = IncidentGroupGrant.objects.filter(lasting, content_object=incident).exclude(
        group__name__in=Role.values
    )
    cans: dict[tuple[int, datetime | None], set[str]] = defaultdict(set)
    for pk, codename, ends_at in grants.values_list("group", "permission__codename", "ends_at"):
        cans[pk, ends_at].add(codename)
    found = teams_with_people().in_bulk({pk for pk, _ in cans})
    holders = [
        Holder(team.name, f"Team: {people_of(team)}", _ordered(held), ends_at, team=team)
        for (pk, ends_at), held in cans.items()
        if (team := found.get(pk)) is not None
    ]
    return sorted(holders, key=lambda one: one.name)


def _people(incident: Incident, now: datetime) -> list[Holder]:
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    grants = (
        IncidentUserGrant.objects.filter(lasting, content_object=incident)
        .select_related("user", "granted_by", "permission")
        .order_by("user__name", "user_id")
    )
    cans: dict[tuple[int, datetime | None], set[str]] = defaultdict(set)
    told: dict[tuple[int, datetime | None], IncidentUserGrant] = {}
    for one in grants:
        cans[one.user_id, one.ends_at].add(one.permission.codename)
        told[one.user_id, one.ends_at] = one
    return [
        Holder(str(one.user), _why(one), _ordered(cans[key]), one.ends_at, one.user)
        for key, one in told.items()
    ]


def _why(one: IncidentUserGrant) -> str:
    if one.granted_by_id == one.user_id:
        return "Opened the incident"
    return f"Granted by {one.granted_by}" if one.granted_by else "Granted"


def colleagues(incident: Incident) -> QuerySet[User]:
    """People to whom access can be granted."""
    return User.objects.filter(is_active=True).order_by("name")
