"""Who may declare a filing and who may take its files out."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import PermissionDenied

from accounts.models import User
from incidents.models import Can, Incident
from incidents.permissions import incident_for

TAKE_OUT: Final = frozenset({Can.FILE, Can.EXPORT})


def declaring_incident(user: User, reference: str) -> Incident:
    """To declare is to file and to sign for it."""
    incident = incident_for(user, reference, Can.FILE)
    if Can.SIGN not in incident.held:  # type: ignore[attr-defined]
        raise PermissionDenied("Declaring a filing is signing for it, which you may not do here.")
    return incident


def files_incident(user: User, reference: str) -> Incident:
    """Files leave the house: for those who file or export."""
    incident = incident_for(user, reference, Can.VIEW)
    if not incident.held & TAKE_OUT:  # type: ignore[attr-defined]
        raise PermissionDenied("You may see this filing, but not take its files out.")
    return incident
