"""Which incidents count as present work for a person."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from incidents.models import Can, Incident
from incidents.permissions import visible_to


def current(user: User, can: Can = Can.VIEW, *, whole: bool = False) -> QuerySet[Incident]:
    """What the person holds `can` on, without history, drills and what was merged away."""
    return visible_to(user, can, whole=whole).filter(historic=False, drill=False, merged_into=None)
