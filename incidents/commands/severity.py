"""How bad is it for people: the score by ENISA's method. It informs the findings of law and makes none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents.commands.opening import touch
from incidents.events import IncidentEvent
from incidents.models import Assessment, Incident
from incidents.models.assessment import Level
from incidents.rules import check_not_settled, check_reason
from law import severity


@transaction.atomic
def assess_severity(
    incident: Incident,
    *,
    factors: Mapping[str, Any],
    by: User,
    now: datetime,
    level: str | None = None,
    override_reason: str = "",
) -> Assessment:
    """Score the severity by ENISA's method; another `level` than the computed one needs its reason."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    try:
        found = severity.severity(factors)
    except severity.FactorsError as error:
        raise ValidationError(str(error), code="bad_factors") from error
    stated = level or found.level
    if stated not in Level.values:
        raise ValidationError("A level is low, medium, high or very high.", code="unknown_level")
    if stated != found.level:
        override_reason = check_reason(override_reason)
    last = incident.assessments.order_by("-version").values_list("version", flat=True).first() or 0
    assessment = Assessment.objects.create(
        incident=incident,
        version=last + 1,
        factors=dict(factors),
        dpc=found.dpc,
        ei=found.ei,
        cb=found.cb,
        score=found.se,
        computed=found.level,
        level=stated,
        override_reason=override_reason if stated != found.level else "",
        reasons=list(found.reasons),
        flags=list(found.flags),
        by=by,
        at=now,
    )
    record(
        IncidentEvent.OVERRIDDEN if stated != found.level else IncidentEvent.ASSESSED,
        assessment,
        by=by,
        stream=incident.stream,
        details={"version": assessment.version, "score": found.se, "computed": found.level, "level": stated},
        reason=assessment.override_reason,
    )
    touch(incident)
    return assessment
