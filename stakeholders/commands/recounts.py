"""The nightly check of the kept counts, and setting them right when a person says so."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from audit.commands import Acting, record
from incidents.models import Incident
from incidents.rules import check_reason
from stakeholders import recounting
from stakeholders.commands.counts import hand_down
from stakeholders.events import RosterEvent
from stakeholders.models import Roster
from stakeholders.recounting import Recount
from stakeholders.rules import check_not_erased


@transaction.atomic
def recount_roster(roster: Roster, *, by: Acting, now: datetime) -> Recount:
    """Count the people anew beside the counts that are kept. A difference is told, never written over."""
    found = recounting.recount(roster)  # before the lock, so that an import never waits for it
    roster = Roster.objects.locked(roster)
    before, roster.recounted_at, roster.miscounted = roster.miscounted, now, found.off
    roster.save(update_fields=["recounted_at", "miscounted"])
    if found.off != before:
        event = RosterEvent.COUNTS_DIFFER if found.off else RosterEvent.COUNTS_AGREE
        record(event, roster, by=by, stream=roster.incident.stream, details=_told(found))
    return found


@transaction.atomic
def correct_counts(roster: Roster, *, by: Acting, reason: str, now: datetime) -> Recount:
    """Put the counts of the people in place of those that were kept, and ask the law again."""
    reason = check_reason(reason)
    incident = Incident.objects.locked(roster.incident)
    roster = Roster.objects.locked(roster)
    check_not_erased(roster)
    found = recounting.recount(roster)
    if not found.off:
        raise ValidationError("The counts are those of the people on the list.", code="nothing_to_do")
    recounting.write_counts(roster)
    roster.people, roster.mailable, roster.exempt = found.counted
    roster.recounted_at, roster.miscounted, roster.version = now, 0, roster.version + 1
    roster.save(update_fields=["people", "mailable", "exempt", "recounted_at", "miscounted", "version"])
    record(
        RosterEvent.COUNTS_CORRECTED,
        roster,
        by=by,
        stream=incident.stream,
        details=_told(found),
        reason=reason,
    )
    if not incident.is_settled:
        hand_down(roster, incident, by=by, source=roster.reference, now=now)
    return found


def _told(found: Recount) -> dict[str, int]:
    names = ("people", "mailable", "exempt")
    kept = {f"kept_{name}": number for name, number in zip(names, found.kept, strict=True)}
    counted = {f"counted_{name}": number for name, number in zip(names, found.counted, strict=True)}
    return {"groups_off": found.groups_off, **kept, **counted}
