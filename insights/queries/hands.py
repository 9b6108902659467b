"""Who does what on an incident: the lead, and owners of deadlines and action items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from incidents.models import ActionItem, Incident, Obligation


@dataclass
class Hand:
    """One person and what is in their hands."""

    user: User
    leads: bool = False
    duties: list[Obligation] = field(default_factory=list)
    items: list[ActionItem] = field(default_factory=list)

    @property
    def next_at(self) -> datetime | None:
        times = [one.clock_at for one in self.duties] + [one.due_at for one in self.items]
        return min((at for at in times if at), default=None)


def hands(incident: Incident, obligations: Iterable[Obligation]) -> list[Hand]:
    """The lead first, then by name; what has no owner is the lead's."""
    running = [one for one in obligations if one.runs]
    items = list(incident.items.open().filter(owner__isnull=False).only("incident", "owner", "due_at"))
    held = [*(one.owner_id for one in running), *(item.owner_id for item in items)]
    owners = {key for key in held if key is not None}
    people = {user.pk: Hand(user) for user in User.objects.filter(pk__in=owners)} if owners else {}
    if incident.lead is not None:
        people.setdefault(incident.lead.pk, Hand(incident.lead)).leads = True
    for one in running:
        holder = one.owner_id or incident.lead_id
        if holder in people:
            people[holder].duties.append(one)
    for item in items:
        if item.owner_id in people:
            people[item.owner_id].items.append(item)
    return sorted(people.values(), key=lambda hand: (not hand.leads, str(hand.user)))
