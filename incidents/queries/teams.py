"""Teams: who is in them, and what they were let into."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Team, User
from incidents.models import Incident, IncidentGroupGrant
from incidents.permissions import visible_to

NAMED: Final = 5
MOST_INCIDENTS: Final = 50


def teams_with_people() -> QuerySet[Team]:
    """Teams by name, each with `members`: whoever is in it and may sign in."""
    active = User.objects.filter(is_active=True).order_by("name")
    return Team.objects.prefetch_related(Prefetch("user_set", queryset=active, to_attr="members"))


def people_of(team: Team) -> str:
    """Who is in a team, in words; of more than five the rest is counted."""
    names = [str(one) for one in team.members]  # type: ignore[attr-defined]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more if names else "nobody in it yet"


def let_into(team: Team, *, seen_by: User, now: datetime) -> list[Incident]:
    """Incidents that the team was let into, among those that the reader may see; the newest fifty."""
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    granted = IncidentGroupGrant.objects.filter(lasting, group=team).values("content_object")
    return list(visible_to(seen_by).filter(pk__in=granted).order_by("-opened_at")[:MOST_INCIDENTS])
