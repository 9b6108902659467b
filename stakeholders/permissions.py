"""The door to people and inquiries: through the incident; inquiries without one belong to the desk."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import Role, User
from incidents.models import Can, Incident
from incidents.permissions import held, incident_for, visible_to
from stakeholders.models import AffectedParty, Inquiry, Roster, RosterImport

DESK_ROLES: Final = frozenset({Role.SUPPORT, Role.LEAD, Role.PRIVACY_OFFICER})


def may_use_desk(user: User) -> bool:
    """Whether inquiries that belong to no incident yet are open to this person."""
    return user.is_active and bool(user.roles & DESK_ROLES)


def has_desk(user: User) -> bool:
    """Whether there is a desk for this person: by role, or by an incident on which he answers."""
    return may_use_desk(user) or visible_to(user, Can.ANSWER).exists()


def inquiries_visible_to(user: User, can: Can = Can.VIEW) -> QuerySet[Inquiry]:
    """Inquiries through visible incidents; those without one for the desk's roles."""
    mine = Q(incident__in=visible_to(user, can).values("pk"))
    return Inquiry.objects.filter(mine | Q(incident=None) if may_use_desk(user) else mine)


def inquiry_for(user: User, reference: str, can: Can = Can.ANSWER) -> Inquiry:
    """The inquiry, or 404 when it is not known to `user`, or 403 when `can` is not held on its incident."""
    inquiry = (
        inquiries_visible_to(user)
        .select_related("incident", "sealed_under", "logged_by")
        .filter(reference=reference)
        .first()
    )
    if inquiry is None:
        raise Http404("No such inquiry.")
    if inquiry.incident is not None:
        inquiry.incident.held = held(user, inquiry.incident)  # type: ignore[attr-defined]
        if can not in inquiry.incident.held:  # type: ignore[attr-defined]
            raise PermissionDenied(f"You may see this incident, but not: {can.label.lower()}.")
    return inquiry


def roster_for(user: User, reference: str, can: Can = Can.VIEW) -> Roster:
    """The roster of an incident; 404 as long as there is none."""
    incident = incident_for(user, reference, can)
    roster = Roster.objects.filter(incident=incident).first()
    if roster is None:
        raise Http404("No people were imported yet.")
    roster.incident = incident  # keeps what the person holds
    return roster


def party_for(user: User, reference: str, number: int, can: Can = Can.VIEW) -> AffectedParty:
    roster = roster_for(user, reference, can)
    party = AffectedParty.objects.of(roster).filter(id=number).first()
    if party is None:
        raise Http404("No such person on this roster.")
    party.roster = roster
    return party


def import_for(user: User, reference: str, number: int, can: Can = Can.WRITE) -> RosterImport:
    roster = roster_for(user, reference, can)
    job = RosterImport.objects.select_related("by").filter(roster=roster, pk=number).first()
    if job is None:
        raise Http404("No such import.")
    job.roster = roster
    return job


def incident_to_link(user: User, reference: str) -> Incident:
    """The incident an inquiry is moved to: one on which the person answers."""
    return incident_for(user, reference, Can.ANSWER)
