"""How we reach an authority, and what is on its way to it."""

from __future__ import annotations

from accounts.models import User
from incidents.permissions import visible_to
from insights.models import AuthorityContact
from notifications.filings.lifecycle import ON_ITS_WAY
from notifications.models import Filing


def contact_of(authority_id: str) -> AuthorityContact | None:
    return AuthorityContact.objects.select_related("by").filter(authority_id=authority_id).first()


def filings_on_their_way(authority_id: str, user: User) -> list[Filing]:
    """Filings to an authority that are not submitted yet, of incidents that this person may see."""
    return list(
        Filing.objects.filter(
            authority_id=authority_id, status__in=ON_ITS_WAY, incident__in=visible_to(user).values("pk")
        )
        .select_related("incident", "obligation")
        .defer("snapshot", "incident__summary", "obligation__rule", "obligation__trace")
        .order_by("obligation__due_at", "pk")
    )


def contact_or_blank(authority_id: str) -> AuthorityContact:
    return contact_of(authority_id) or AuthorityContact(authority_id=authority_id)
