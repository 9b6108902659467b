"""Legal holds: a duty to keep, placed and released with a reason."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents.commands.opening import touch
from incidents.events import EvidenceEvent
from incidents.models import Evidence, Incident, LegalHold
from incidents.rules import check_reason


@transaction.atomic
def place_hold(
    incident: Incident,
    *,
    evidence: Evidence | None = None,
    reason: str,
    until: datetime | None = None,
    by: User,
    now: datetime,
) -> LegalHold:
    """Keep one file, or all evidence of the incident: also what comes later. Ends at `until`, or when released."""
    incident = Incident.objects.locked(incident)
    if evidence is not None and Evidence.objects.locked(evidence).deleted_at is not None:
        raise ValidationError("This file was deleted: nothing is left to hold.", code="wrong_status")
    if until is not None and until <= now:
        raise ValidationError("The hold would be over already. Choose a later day.", code="past_time")
    hold = LegalHold.objects.create(
        incident=incident, evidence=evidence, reason=check_reason(reason), until=until, by=by, at=now
    )
    _record(EvidenceEvent.HELD, hold, incident, by=by, reason=reason)
    return hold


@transaction.atomic
def release_hold(hold: LegalHold, *, reason: str, by: User, now: datetime) -> LegalHold:
    """End a hold: what is under no other can be deleted again."""
    incident = Incident.objects.locked(Incident(pk=hold.incident_id))
    hold = LegalHold.objects.select_for_update(of=("self",)).select_related("evidence").get(pk=hold.pk)
    if hold.released_at is not None:
        raise ValidationError("This hold was released already.", code="already_settled")
    hold.released_at, hold.released_by, hold.released_reason = now, by, check_reason(reason)
    hold.save(update_fields=["released_at", "released_by", "released_reason"])
    _record(EvidenceEvent.RELEASED, hold, incident, by=by, reason=reason)
    return hold


def _record(verb: EvidenceEvent, hold: LegalHold, incident: Incident, *, by: User, reason: str) -> None:
    """On the file it holds, or on the incident."""
    evidence, details = hold.evidence, {"hold": hold.pk, "until": hold.until}
    if evidence is None:
        record(verb, incident, by=by, stream=incident.stream, details=details, reason=reason)
    else:
        record(verb, evidence, by=by, stream=evidence.stream, details=details, reason=reason)
    if evidence is None or not evidence.privileged:
        touch(incident)
