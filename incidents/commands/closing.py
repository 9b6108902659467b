"""Close with a review, and reopen."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.editing import NOTHING_SEEN, Seen
from accounts.models import User
from audit.commands import record
from incidents.commands.assessing import assess_obligations
from incidents.commands.opening import touch
from incidents.events import IncidentEvent
from incidents.lifecycle import Status, check_move
from incidents.models import Incident, PostIncidentReview
from incidents.models.incident import CauseKind
from incidents.rules import check_reason, close_blockers, refuse, reviewed


@transaction.atomic
def write_review(
    incident: Incident,
    *,
    by: User,
    cause: str,
    went_well: str,
    went_badly: str,
    improvements: str,
    check_on: date | None,
    cause_kind: str = "",
    now: datetime,
    seen: Seen = NOTHING_SEEN,
) -> PostIncidentReview:
    """Keep what was learnt; writing it again replaces the words until the incident is closed.

    Refused as stale where somebody wrote the same part since it was `seen`.
    """
    incident = Incident.objects.locked(incident)
    if incident.status == Status.CLOSED:
        raise ValidationError("This incident is closed. Reopen it first.", code="wrong_status")
    if not cause.strip() or not improvements.strip():
        raise ValidationError("Say what caused it and what will be better.", code="text_missing")
    if cause_kind and cause_kind not in CauseKind.values:
        raise ValidationError("No such kind of cause.", code="bad_choice")
    wanted = {
        "cause_kind": cause_kind,
        "cause": cause.strip(),
        "went_well": went_well.strip(),
        "went_badly": went_badly.strip(),
        "improvements": improvements.strip(),
        "check_on": check_on,
    }
    standing = reviewed(incident)
    if before := PostIncidentReview.objects.filter(incident=incident).first():
        wanted = seen.merged(wanted, standing=standing, subject=before, verbs=[IncidentEvent.REVIEWED])
    review, _ = PostIncidentReview.objects.update_or_create(
        incident=incident, defaults={**wanted, "by": by, "at": now}
    )
    record(
        IncidentEvent.REVIEWED,
        review,
        by=by,
        stream=incident.stream,
        details={"check_on": check_on, "cause": cause_kind},
    )
    touch(incident)
    return review


@transaction.atomic
def close_incident(incident: Incident, *, by: User, now: datetime) -> Incident:
    """Close; refused with the list of all that is open."""
    incident = Incident.objects.locked(incident)
    if incident.status == Status.CLOSED:  # somebody was quicker: no list of what is open would say so
        check_move(incident.status, Status.CLOSED)
    if blockers := close_blockers(incident):
        refuse(blockers, code="still_open")
    check_move(incident.status, Status.CLOSED)
    incident.status = Status.CLOSED
    incident.closed_at = now
    incident.save(update_fields=["status", "closed_at"])
    record(IncidentEvent.CLOSED, incident, by=by, stream=incident.stream)
    touch(incident)
    return incident


@transaction.atomic
def reopen_incident(incident: Incident, *, by: User, reason: str, now: datetime) -> Incident:
    """Take a closed or dismissed incident up again; an imported one gets its clocks from here on."""
    incident = Incident.objects.locked(incident)
    if incident.merged_into_id:
        raise ValidationError("It was merged into another incident. Undo that instead.", code="merged")
    target = Status.CONFIRMED if incident.status == Status.CLOSED else Status.ASSESSING
    check_move(incident.status, target)
    reason = check_reason(reason)
    incident.status = target
    incident.closed_at = None
    incident.historic = False
    incident.save(update_fields=["status", "closed_at", "historic"])
    record(IncidentEvent.REOPENED, incident, by=by, stream=incident.stream, reason=reason)
    assess_obligations(incident, by=by, now=now)
    touch(incident)
    return incident
