"""What the pages of notices show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from incidents.models import Incident, Obligation
from notifications import segments
from notifications.lifecycle import HELD, Fate
from notifications.models import Delivery, Notice
from stakeholders.models import AffectedParty
from stakeholders.sealing import Details, RosterKeys, mask

PAGE = 50


@dataclass(frozen=True)
class FateCount:
    """How many deliveries of a notice are in one state."""

    state: str
    label: str
    number: int


@dataclass(frozen=True)
class Row:
    """One person of a notice, masked, and what became of the mail."""

    delivery: Delivery
    who: Details
    place: str


def notices_of(incident: Incident) -> QuerySet[Notice]:
    return Notice.objects.filter(incident=incident).select_related("author", "approved_by")


def served_by_notices(incident: Incident) -> QuerySet[Obligation]:
    """The duties that a notice to people can meet."""
    return Obligation.objects.filter(incident=incident, recipient_kind="individuals")


def fates(notice: Notice) -> list[FateCount]:
    """Deliveries by state, in the order of the way."""
    counted = dict(
        Delivery.objects.filter(notice=notice).order_by().values_list("state").annotate(number=Count("pk"))
    )
    return [FateCount(fate.value, str(fate.label), counted[fate]) for fate in Fate if counted.get(fate)]


def rows(notice: Notice, *, state: str = "", after: int = 0) -> list[Row]:
    """One page of a notice's people after a delivery's id, masked; one row more tells that there is a next page."""
    chosen = Delivery.objects.filter(notice=notice, pk__gt=after).order_by("pk")
    if state == "waits":
        chosen = chosen.filter(state__in=HELD)
    elif state:
        chosen = chosen.filter(state=state)
    deliveries = list(chosen[: PAGE + 1])
    roster = segments.roster_of(notice.incident)
    if roster is None:
        return [Row(one, Details(), "") for one in deliveries]
    keys = RosterKeys.open(roster)
    people = {
        party.id: party
        for party in AffectedParty.objects.filter(
            roster_id=roster.pk, id__in=[one.party_id for one in deliveries]
        )
    }
    found = []
    for one in deliveries:
        party = people.get(one.party_id)
        details = keys.details(party) if party else Details()
        found.append(Row(one, mask(details), party.place if party else ""))
    return found
