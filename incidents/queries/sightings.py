"""Where it can be seen."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from incidents.models import Incident, Sighting


def sightings(incident: Incident) -> QuerySet[Sighting]:
    """Places that stand, those still up first."""
    return incident.sightings.filter(struck_at=None).select_related("by")


def sighting_for(incident: Incident, pk: int) -> Sighting:
    """One place of an incident that the person came to through the door."""
    found = incident.sightings.select_related("incident", "by").filter(pk=pk).first()
    if found is None:
        raise Http404("No such place.")
    return found
