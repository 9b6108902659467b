"""Law enforcement asks to wait, and ends that; which clocks stand still is for the rules to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents.commands.assessing import assess_obligations
from incidents.events import IncidentEvent
from incidents.models import DelayRequest, Incident
from incidents.models.delay import RequestForm
from incidents.rules import check_not_settled, check_reason
from law.vocabulary import RECIPIENT_KINDS


@transaction.atomic
def record_delay_request(
    incident: Incident,
    *,
    agency: str,
    person: str = "",
    form: str,
    scope: Sequence[str] = (),
    requested_at: datetime,
    until: datetime | None = None,
    reason: str,
    by: User,
    now: datetime,
) -> DelayRequest:
    """Keep that law enforcement asked to wait; `scope` names kinds of recipient, none of them means all."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    agency, person = _line(agency), _line(person)
    if not agency:
        raise ValidationError("Say which body asked.", code="agency_missing")
    if form not in RequestForm.values:
        raise ValidationError("Say whether it was asked in writing or orally.", code="bad_form")
    if unknown := sorted(set(scope) - set(RECIPIENT_KINDS)):
        raise ValidationError(
            "These are no recipients: %(kinds)s.", code="bad_scope", params={"kinds": ", ".join(unknown)}
        )
    if requested_at > now:
        raise ValidationError("The request cannot lie in the future.", code="future_time")
    if until is not None and until <= requested_at:
        raise ValidationError("The request ends after it began.", code="ends_before_it_begins")
    made = DelayRequest.objects.create(
        incident=incident, agency=agency, person=person, form=form, scope=sorted(set(scope)),
        requested_at=requested_at, until=until, reason=check_reason(reason), by=by, at=now,
    )  # fmt: skip
    details = {
        "request": made.pk,
        "agency": agency,
        "form": form,
        "scope": made.scope,
        "requested_at": requested_at,
        "until": until,
    }
    record(IncidentEvent.DELAY_ASKED, incident, by=by, stream=incident.stream, details=details, reason=reason)
    assess_obligations(incident, by=by, now=now)
    return made


@transaction.atomic
def lift_delay_request(
    request: DelayRequest, *, lifted_at: datetime, reason: str, by: User, now: datetime
) -> DelayRequest:
    """Keep when the request ended; clocks run again from then, as each rule says."""
    incident = Incident.objects.locked(Incident(pk=request.incident_id))
    check_not_settled(incident)
    request = DelayRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.struck_at is not None:
        raise ValidationError("This request was struck out: it stops nothing.", code="already_settled")
    if request.lifted_at is not None:
        raise ValidationError("This request was lifted already.", code="already_settled")
    if lifted_at > now:
        raise ValidationError("It cannot have been lifted in the future.", code="future_time")
    if lifted_at <= request.requested_at:
        raise ValidationError("It was lifted after it was made.", code="ends_before_it_begins")
    request.lifted_at, request.lifted_reason, request.lifted_by = lifted_at, check_reason(reason), by
    request.save(update_fields=["lifted_at", "lifted_reason", "lifted_by"])
    details = {"request": request.pk, "agency": request.agency, "lifted_at": lifted_at}
    record(
        IncidentEvent.DELAY_LIFTED, incident, by=by, stream=incident.stream, details=details, reason=reason
    )
    assess_obligations(incident, by=by, now=now)
    return request


@transaction.atomic
def strike_delay_request(request: DelayRequest, *, reason: str, by: User, now: datetime) -> DelayRequest:
    """Strike out a request that was entered by mistake: it stays to be seen, and counts as never made."""
    incident = Incident.objects.locked(Incident(pk=request.incident_id))
    check_not_settled(incident)
    request = DelayRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.struck_at is not None:
        raise ValidationError("This request was struck out already.", code="already_settled")
    request.struck_at, request.struck_reason, request.struck_by = now, check_reason(reason), by
    request.save(update_fields=["struck_at", "struck_reason", "struck_by"])
    details = {"request": request.pk, "agency": request.agency}
    record(
        IncidentEvent.DELAY_STRUCK, incident, by=by, stream=incident.stream, details=details, reason=reason
    )
    assess_obligations(incident, by=by, now=now)
    return request


def _line(text: str) -> str:
    if "\x00" in text:
        raise ValidationError("This holds a character that no text has.", code="null_characters")
    text = " ".join(text.split())
    if len(text) > 200:
        raise ValidationError("At most 200 characters, please.", code="too_long")
    return text
