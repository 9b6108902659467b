"""How an incident belongs with others, told only of those that the person may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404

from accounts.models import User
from incidents.models import Incident, IncidentLink
from incidents.models.joining import OTHER_WAY, LinkKind
from incidents.permissions import visible_to


@dataclass(frozen=True)
class Related:
    """One link, read from this incident."""

    link: IncidentLink
    other: Incident
    words: str

    @property
    def may_end(self) -> bool:
        return self.link.kind != LinkKind.SPLIT


def related(incident: Incident, user: User) -> list[Related]:
    """Links to incidents that this person sees too, newest first."""
    seen = visible_to(user).values("pk")
    found = (
        IncidentLink.objects.filter(ended_at=None)
        .filter(Q(incident=incident, other__in=seen) | Q(other=incident, incident__in=seen))
        .select_related("incident", "other", "by")
    )
    return [
        Related(link, link.other, str(LinkKind(link.kind).label))
        if link.incident_id == incident.pk
        else Related(link, link.incident, OTHER_WAY[LinkKind(link.kind)])
        for link in found
    ]


def taken_in(incident: Incident, user: User) -> list[Incident]:
    """Incidents that were merged into this one, of those the person sees."""
    return list(visible_to(user).filter(merged_into=incident).order_by("-closed_at"))


def link_for(incident: Incident, user: User, pk: int) -> IncidentLink:
    """A link of this incident to one that the person sees; else it does not exist."""
    for one in related(incident, user):
        if one.link.pk == pk:
            return one.link
    raise Http404("No such link.")
