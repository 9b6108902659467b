"""Is it a breach of personal data? The finding, either way."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents.commands.assessing import assess_obligations
from incidents.commands.facts import record_event_time
from incidents.commands.opening import touch
from incidents.commands.running import start_fitting_playbook
from incidents.events import IncidentEvent
from incidents.lifecycle import Status, check_move
from incidents.models import Incident
from incidents.rules import check_reason, dismiss_blockers, refuse


@transaction.atomic
def start_assessment(incident: Incident, *, by: User, now: datetime) -> Incident:
    """Say that somebody looks into it: how long triage took is itself asked for later."""
    incident = Incident.objects.locked(incident)
    check_move(incident.status, Status.ASSESSING)
    incident.status = Status.ASSESSING
    incident.save(update_fields=["status"])
    record(IncidentEvent.ASSESSING, incident, by=by, stream=incident.stream)
    touch(incident)
    return incident


@transaction.atomic
def confirm_breach(
    incident: Incident,
    *,
    by: User,
    aware_at: datetime,
    zone: str,
    reasoning: str,
    playbook: bool = True,
    now: datetime,
) -> Incident:
    """Find that this is a personal data breach, and when we became aware; the playbook of its kind begins."""
    incident = Incident.objects.locked(incident)
    check_move(incident.status, Status.CONFIRMED)
    if aware_at > now:
        raise ValidationError("Awareness cannot lie in the future.", code="future_awareness")
    reasoning = check_reason(reasoning)
    incident.status = Status.CONFIRMED
    incident.confirmed_at = now
    incident.save(update_fields=["status", "confirmed_at"])
    record(
        IncidentEvent.BREACH_CONFIRMED,
        incident,
        by=by,
        stream=incident.stream,
        details={"aware_at": aware_at, "zone": zone},
        reason=reasoning,
    )
    record_event_time(incident, kind="aware", at=aware_at, zone=zone, by=by, now=now, reasoning=reasoning)
    record_event_time(incident, kind="confirmed", at=now, zone=zone, by=by, now=now, reasoning=reasoning)
    assess_obligations(incident, by=by, now=now)
    if playbook:
        start_fitting_playbook(incident, by=by, now=now)
    return incident


@transaction.atomic
def dismiss_incident(incident: Incident, *, by: User, reason: str, now: datetime) -> Incident:
    """Find that this is no breach of personal data; every running duty is decided first."""
    incident = Incident.objects.locked(incident)
    check_move(incident.status, Status.DISMISSED)
    reason = check_reason(reason)
    if blockers := dismiss_blockers(incident):
        refuse(blockers, code="still_open")
    incident.status = Status.DISMISSED
    incident.save(update_fields=["status"])
    record(IncidentEvent.DISMISSED, incident, by=by, stream=incident.stream, reason=reason)
    touch(incident)
    return incident
