"""Say whether a condition holds that a rule leaves to a person."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents import queries
from incidents.commands.assessing import assess_obligations
from incidents.events import IncidentEvent
from incidents.models import Incident, Judgement
from incidents.rules import check_not_settled, check_reason


@transaction.atomic
def judge_condition(
    incident: Incident, *, key: str, held: bool | None, reason: str, by: User, now: datetime
) -> Judgement:
    """Keep whether a condition holds, and why; None opens it again."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    asked = {one.key: one for one in queries.questions(incident)}
    if key not in asked:
        raise ValidationError("No law here asks for this judgement.", code="not_asked")
    reason, before = check_reason(reason), asked[key].held
    incident.judgements.filter(key=key, superseded_at=None).update(superseded_at=now)
    made = Judgement.objects.create(
        incident=incident, key=key, text=asked[key].text, held=held, reason=reason, by=by, at=now
    )
    details = {"condition": key, "text": made.text, "before": before, "after": held}
    record(IncidentEvent.JUDGED, incident, by=by, stream=incident.stream, details=details, reason=reason)
    assess_obligations(incident, by=by, now=now)
    return made
