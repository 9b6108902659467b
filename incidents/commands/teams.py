"""Teams: people who are let into incidents together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.events import AccountEvent
from accounts.models import Role, Team, User
from audit.commands import record
from audit.events import ORGANISATION
from incidents.commands.opening import touch
from incidents.events import IncidentEvent
from incidents.models import Can, Incident, IncidentGroupGrant, IncidentUserGrant

OF_ROLES: Final = frozenset(word.lower() for role in Role for word in (role.value, str(role.label)))
MOST_MEMBERS: Final = 200


@transaction.atomic
def make_team(*, name: str, purpose: str = "", members: Iterable[User] = (), by: User, now: datetime) -> Team:
    """Name people who are let into incidents together; as such they see nothing yet."""
    team = Team(name=_checked(name), purpose=purpose.strip())
    team.save()
    team.user_set.set(_bounded(members))
    details = {"members": sorted(team.user_set.values_list("pk", flat=True))}
    record(AccountEvent.TEAM_MADE, team, by=by, stream=ORGANISATION, details=details)
    return team


@transaction.atomic
def change_team(
    team: Team, *, name: str, purpose: str = "", members: Iterable[User], by: User, now: datetime
) -> Team:
    """Say who is in it; at once they see what it was let into, and who was taken out no longer does.

    Each of those incidents has it in its record. Nobody adds themselves: being in a team opens incidents.
    """
    team = locked(team)
    team.name, team.purpose = _checked(name, but=team), purpose.strip()
    team.save(update_fields=["name", "purpose"])
    before, after = set(team.user_set.values_list("pk", flat=True)), {one.pk for one in _bounded(members)}
    added, removed = sorted(after - before), sorted(before - after)
    if by.pk in added:
        raise ValidationError(
            "Somebody else has to add you: being in a team opens incidents.", code="yourself"
        )
    team.user_set.add(*added)
    team.user_set.remove(*removed)
    details = {"added": added, "removed": removed}
    for incident in _let_into(team, now) if added or removed else []:
        if removed:
            check_somebody_grants(incident)
        told = {"team": team.pk, **details}
        record(IncidentEvent.TEAM_CHANGED, incident, by=by, stream=incident.stream, details=told)
        touch(incident)
    record(AccountEvent.TEAM_CHANGED, team, by=by, stream=ORGANISATION, details=details)
    return team


@transaction.atomic
def end_team(team: Team, *, by: User, now: datetime) -> None:
    """Take away at once all that it was granted; its people keep what they hold by role or by name."""
    team = locked(team)
    incidents = _let_into(team, now)
    IncidentGroupGrant.objects.filter(group=team).delete()
    for incident in incidents:
        check_somebody_grants(incident)
        record(IncidentEvent.GRANT_ENDED, incident, by=by, stream=incident.stream, details={"team": team.pk})
        touch(incident)
    record(AccountEvent.TEAM_ENDED, team, by=by, stream=ORGANISATION)
    team.delete()


def locked(team: Team) -> Team:
    """The same team under its lock: who is in it and what it is let into change one after the other."""
    return Team.objects.select_for_update(of=("self",)).get(pk=team.pk)


def check_somebody_grants(incident: Incident) -> None:
    """An incident that nobody can open to anybody would be lost."""
    codename = Can.GRANT.value
    own = IncidentUserGrant.objects.filter(
        content_object=incident, permission__codename=codename, ends_at=None
    )
    groups = IncidentGroupGrant.objects.filter(
        content_object=incident, permission__codename=codename, group__user__is_active=True, ends_at=None
    )
    if not own.filter(user__is_active=True).exists() and not groups.exists():
        raise ValidationError(
            "Nobody could grant access any more. Give that right to somebody else first.", code="last_grant"
        )


def _let_into(team: Team, now: datetime) -> list[Incident]:
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    granted = IncidentGroupGrant.objects.filter(lasting, group=team).values("content_object")
    return list(Incident.objects.select_for_update(of=("self",)).filter(pk__in=granted).order_by("pk"))


def _checked(name: str, *, but: Team | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise ValidationError("Give the team a name.", code="name_missing")
    if name.lower() in OF_ROLES:
        raise ValidationError("A role has this name. Choose another.", code="name_of_role")
    others = Team.objects.exclude(pk=but.pk) if but else Team.objects.all()
    if others.filter(name__iexact=name).exists():
        raise ValidationError("Another team has this name.", code="name_taken")
    return name


def _bounded(members: Iterable[User]) -> list[User]:
    found = [one for one in members if one.is_active]
    if len(found) > MOST_MEMBERS:
        raise ValidationError(f"A team has at most {MOST_MEMBERS} people.", code="too_many")
    return found
