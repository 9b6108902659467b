"""How many people the list has, handed down to the incident; numbers that somebody typed are never written over unasked."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import Acting, record
from incidents import commands as incidents
from incidents.commands import CountInput
from incidents.models import Incident
from incidents.models.facts import Basis
from incidents.rules import check_not_settled, check_reason
from stakeholders import queries
from stakeholders.events import RosterEvent
from stakeholders.models import Roster
from stakeholders.rules import check_not_erased


def offer_counts(roster: Roster, incident: Incident, *, by: Acting, source: str, now: datetime) -> None:
    """Hand the numbers down, or ask first where others were typed as confirmed. The caller holds the incident's lock."""
    roster = Roster.objects.locked(roster)
    if queries.typed_counts(roster).exists() and not queries.counts_agree(roster):
        roster.counts_differ_since = roster.counts_differ_since or now
        roster.save(update_fields=["counts_differ_since"])
        _tell_contactability(roster, incident, by=by, source=source, now=now)
        return
    hand_down(roster, incident, by=by, source=source, now=now)


def hand_down(roster: Roster, incident: Incident, *, by: Acting, source: str, now: datetime) -> None:
    """Tell the incident how many people there are, by place and data, and whether they can be reached."""
    listed = queries.counts_of_list(roster)
    counts = [CountInput(place, elements, people) for (place, elements), people in listed.items()]
    incidents.record_counts(incident, counts=counts, basis=Basis.CONFIRMED, source=source, by=by, now=now)
    roster.handed_down_at, roster.counts_differ_since = now, None
    roster.save(update_fields=["handed_down_at", "counts_differ_since"])
    _tell_contactability(roster, incident, by=by, source=source, now=now)


def _tell_contactability(
    roster: Roster, incident: Incident, *, by: Acting, source: str, now: datetime
) -> None:
    incidents.record_contactability(
        incident, insufficient=queries.unreachable_parties(roster).exists(), source=source, by=by, now=now
    )


@transaction.atomic
def decide_counts(roster: Roster, *, take: bool, reason: str, by: User, now: datetime) -> Roster:
    """Say which confirmed numbers hold: those of the list, or those that were typed."""
    reason = check_reason(reason)
    incident = Incident.objects.locked(roster.incident)
    check_not_settled(incident)
    roster = Roster.objects.locked(roster)
    check_not_erased(roster)
    if roster.counts_differ_since is None:
        raise ValidationError("There are no other numbers to choose from.", code="nothing_to_do")
    typed = queries.typed_people(roster)
    if take:
        hand_down(roster, incident, by=by, source=roster.reference, now=now)
    else:
        roster.counts_differ_since = None
        roster.save(update_fields=["counts_differ_since"])
    record(
        RosterEvent.COUNTS_TAKEN if take else RosterEvent.COUNTS_LEFT, roster, by=by, stream=incident.stream,
        details={"on_list": roster.people, "typed": typed}, reason=reason,
    )  # fmt: skip
    return roster
