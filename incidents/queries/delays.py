"""What law enforcement asked to wait with, and which clocks stand still for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404

from incidents.models import DelayRequest, Incident, Obligation
from incidents.models.delay import RequestForm
from law.vocabulary import RECIPIENT_KINDS

IN_WRITING: Final = {RequestForm.WRITTEN: True, RequestForm.ORAL: False}


@dataclass(frozen=True)
class Waiting:
    """One request, whom it is about in words, and the obligations that wait for it."""

    request: DelayRequest
    scope: str
    stops: list[Obligation]


def delay_requests(incident: Incident) -> list[DelayRequest]:
    """All of an incident, the latest first."""
    return list(incident.delay_requests.select_related("by", "lifted_by", "struck_by"))


def delay_request_for(incident: Incident, pk: int) -> DelayRequest:
    """One request of an incident that has come through its door."""
    found = incident.delay_requests.filter(pk=pk).first()
    if found is None:
        raise Http404("No such request.")
    return found


def waiting(requests: list[DelayRequest], obligations: list[Obligation]) -> list[Waiting]:
    """What each request stops now, among these obligations."""
    held_up = [one for one in obligations if one.runs and one.duty.get("delay")]
    return [
        Waiting(
            request,
            ", ".join(RECIPIENT_KINDS[kind].lower() for kind in request.scope) or "everybody",
            [
                one
                for one in held_up
                if request.lifted_at is None
                and request.struck_at is None
                and (not request.scope or one.recipient_kind in request.scope)
            ],
        )
        for request in requests
    ]


def law_holds(incident: Incident) -> list[dict[str, Any]]:
    """The requests as rules read them, without those that were struck out."""
    return [
        {
            "requested_at": one.requested_at.isoformat(),
            "agency": one.agency,
            "person": "",  # of no account to a rule, and copied onto obligations
            "written": IN_WRITING.get(RequestForm(one.form)),
            "until": one.until.isoformat() if one.until else None,
            "cleared_at": one.lifted_at.isoformat() if one.lifted_at else None,
            "scope": one.scope,
        }
        for one in incident.delay_requests.filter(struck_at=None)
    ]
