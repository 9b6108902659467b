"""Whose mail or letter reached nobody, why, and what can be done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Prefetch, Q, QuerySet

from incidents.models import Incident
from notifications import segments
from notifications.lifecycle import Fate
from notifications.models import Bounce, BounceKind, Delivery
from stakeholders.models import AffectedParty
from stakeholders.sealing import BIT, Details, RosterKeys, mask

PAGE: Final = 50
ADDRESS: Final = BIT["address1"] | BIT["postcode"] | BIT["town"]
# What the list can be narrowed to.
GROUPS: Final = {
    "": "All",
    "address": "Have a postal address",
    "nothing": "Have no other way to be reached",
    "soft": "Tried again by itself",
    "letter": "The letter came back",
    "complaint": "Marked as unwanted",
    "given_up": "Given up",
}
_PRESENT: Final = """coalesce((SELECT p.present & %s FROM stakeholders_affectedparty p
    WHERE p.roster_id = notifications_delivery.roster_id AND p.id = notifications_delivery.party_id), 0)"""
_CODE: Final = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
# RFC 3463, in words; the longest beginning that fits.
REASONS: Final[Mapping[str, str]] = {
    "5.1.1": "There is no such mailbox.",
    "5.1.2": "The address names a mail domain that does not exist.",
    "5.1.10": "The address takes no mail at all.",
    "5.1.3": "The address is not written as addresses are.",
    "5.1.6": "The mailbox has moved and nobody knows where to.",
    "5.1": "The address is not right.",
    "5.2.1": "The mailbox is switched off.",
    "5.2.2": "The mailbox is full.",
    "4.2.2": "The mailbox is full.",
    "5.2.3": "The mailbox does not take a mail this long.",
    "4.2": "The mailbox takes nothing for now.",
    "5.2": "The mailbox takes nothing.",
    "4.4.7": "The other server did not answer for days.",
    "5.4.4": "The mail domain cannot be found.",
    "4.4": "The other server cannot be reached.",
    "5.4": "The other server cannot be reached.",
    "4.7": "The other server does not take our mail for now.",
    "5.7": "The other server refuses our mail.",
    "5.6": "The other server cannot read the mail.",
    "5.3": "The other server has trouble of its own.",
    "4.3": "The other server has trouble of its own.",
}


@dataclass(frozen=True)
class Returned:
    """One person whose notice reached nobody, masked."""

    delivery: Delivery
    who: Details
    place: str
    why: str
    has_mail: bool
    has_address: bool
    bounces: tuple[Bounce, ...]

    @property
    def may_be_sent(self) -> bool:
        return self.delivery.state in (Fate.BOUNCED, Fate.FAILED, Fate.RETURNED, Fate.GIVEN_UP)


def why(code: str, words: str = "") -> str:
    """A reason in words for an RFC 3463 status, or for a server's answer that begins with one."""
    found = _CODE.search(code) or _CODE.search(words)
    status = found.group(1) if found else ""
    fitting = [key for key in REASONS if status == key or status.startswith(f"{key}.")]
    if fitting:
        return REASONS[max(fitting, key=len)]
    if status.startswith("4"):
        return "It could not be delivered for now."
    return "The other server did not say why." if not words else "The other server refused it."


def returned(incident: Incident, *, group: str = "", after: int = 0) -> list[Returned]:
    """One page after a delivery's id; one row more tells that there is a next page."""
    chosen = _in(group, incident).filter(pk__gt=after).order_by("pk")
    shown = Prefetch("bounces", queryset=Bounce.objects.order_by("-pk"))
    deliveries = list(chosen.select_related("notice").prefetch_related(shown)[: PAGE + 1])
    roster = segments.roster_of(incident)
    if roster is None:
        return [_row(one, None, None) for one in deliveries]
    keys = RosterKeys.open(roster)
    wanted = [one.party_id for one in deliveries]
    people = {one.id: one for one in AffectedParty.objects.filter(roster_id=roster.pk, id__in=wanted)}
    return [_row(one, people.get(one.party_id), keys) for one in deliveries]


def _row(delivery: Delivery, party: AffectedParty | None, keys: RosterKeys | None) -> Returned:
    bounces = tuple(delivery.bounces.all())
    present = party.present if party else 0
    return Returned(
        delivery,
        mask(keys.details(party)) if party and keys else Details(),
        party.place if party else "",
        _why(delivery, bounces),
        bool(present & BIT["email"]),
        bool(present & ADDRESS),
        bounces,
    )


def _why(delivery: Delivery, bounces: tuple[Bounce, ...]) -> str:
    if delivery.state == Fate.RETURNED:
        return "The letter came back."
    told = next((one for one in bounces if one.kind in (BounceKind.HARD, BounceKind.SOFT)), None)
    if told is not None:
        return why(told.status_code, told.words)
    if any(one.kind == BounceKind.COMPLAINT for one in bounces):
        return "The person's mail provider says they marked it as unwanted."
    return why("", delivery.reply_text)


def _in(group: str, incident: Incident) -> QuerySet[Delivery]:
    everybody = Delivery.objects.filter(notice__incident=incident)
    if group == "soft":
        return everybody.filter(state=Fate.DEFERRED, bounces__kind=BounceKind.SOFT).distinct()
    if group == "complaint":
        return everybody.filter(bounces__kind=BounceKind.COMPLAINT).distinct()
    if group == "letter":
        return everybody.filter(state=Fate.RETURNED)
    if group == "given_up":
        return everybody.filter(state=Fate.GIVEN_UP)
    came_back = everybody.filter(state__in=(Fate.BOUNCED, Fate.FAILED, Fate.RETURNED))
    if group not in ("address", "nothing"):
        return came_back
    # The roster's rows have no key of ours, so they are asked in SQL.
    if group == "address":
        return came_back.extra(where=[f"{_PRESENT} <> 0"], params=[ADDRESS])  # noqa: S610 - a constant
    return came_back.extra(where=[f"{_PRESENT} = 0"], params=[ADDRESS])  # noqa: S610 - a constant


def came_back(incident: Incident) -> Mapping[str, int]:
    """How many are on the list, and how many said something else."""
    states = Delivery.objects.filter(notice__incident=incident).order_by()
    counted = states.aggregate(
        returned=Count("pk", filter=Q(state__in=(Fate.BOUNCED, Fate.FAILED, Fate.RETURNED))),
        given_up=Count("pk", filter=Q(state=Fate.GIVEN_UP)),
        letters=Count("pk", filter=Q(state=Fate.LETTER)),
    )
    kinds = (
        Bounce.objects.filter(delivery__notice__incident=incident).values_list("kind").annotate(n=Count("pk"))
    )
    return {**counted, **dict(kinds)}
