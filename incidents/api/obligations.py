"""Obligations and decisions by API."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.response import Response

from accounts.models import User
from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act, reading
from incidents.models import Can, Incident, Obligation
from incidents.permissions import incident_for


def _opened(user: User, reference: str, pk: int, can: Can) -> tuple[Incident, Obligation]:
    incident = incident_for(user, reference, can)
    return incident, queries.obligation_for(incident, pk)


def _told(incident: Incident, pk: int) -> Response:
    return Response(shapes.ObligationDetailOut(queries.obligation_for(incident, pk)).data)


@reading("obligations_list", tells=shapes.ObligationOut(many=True))
def obligations(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference)
    found = incident.obligations.defer("rule", "duty", "trace")
    return Response(shapes.ObligationOut(found, many=True).data)


@reading("obligations_read", tells=shapes.ObligationDetailOut)
def obligation(request: ApiRequest, reference: str, pk: int) -> Response:
    """One obligation with its trace, its rule as assessed, and all decisions."""
    _, found = _opened(request.user, reference, pk, Can.VIEW)
    return Response(shapes.ObligationDetailOut(found).data)


@act("obligations_decide_required", takes=shapes.ReasonIn, tells=shapes.ObligationDetailOut)
def decide_required(request: ApiRequest, reference: str, pk: int) -> Response:
    incident, found = _opened(request.user, reference, pk, Can.DECIDE)
    data = shapes.given(shapes.ReasonIn, request)
    commands.decide_required(found, by=request.user, now=timezone.now(), **data)
    return _told(incident, pk)


@act("obligations_propose_not_required", takes=shapes.ReasonIn, tells=shapes.ObligationDetailOut)
def propose_not_required(request: ApiRequest, reference: str, pk: int) -> Response:
    """Counts once a second person has signed."""
    incident, found = _opened(request.user, reference, pk, Can.DECIDE)
    data = shapes.given(shapes.ReasonIn, request)
    commands.propose_not_required(found, by=request.user, now=timezone.now(), **data)
    return _told(incident, pk)


@act("obligations_sign_not_required", takes=None, tells=shapes.ObligationDetailOut)
def sign_not_required(request: ApiRequest, reference: str, pk: int) -> Response:
    """Sign as the second person."""
    incident, found = _opened(request.user, reference, pk, Can.SIGN)
    commands.sign_not_required(queries.standing_decision(found), by=request.user, now=timezone.now())
    return _told(incident, pk)


@act("obligations_withdraw_decision", takes=shapes.ReasonIn, tells=shapes.ObligationDetailOut)
def withdraw_decision(request: ApiRequest, reference: str, pk: int) -> Response:
    incident, found = _opened(request.user, reference, pk, Can.DECIDE)
    data = shapes.given(shapes.ReasonIn, request)
    commands.withdraw_decision(queries.standing_decision(found), by=request.user, now=timezone.now(), **data)
    return _told(incident, pk)


@act("obligations_meet", takes=shapes.MetIn, tells=shapes.ObligationDetailOut)
def meet_obligation(request: ApiRequest, reference: str, pk: int) -> Response:
    """Record that it was done outside this product."""
    incident, found = _opened(request.user, reference, pk, Can.FILE)
    data = shapes.given(shapes.MetIn, request)
    commands.meet_obligation(found, by=request.user, now=timezone.now(), **data)
    return _told(incident, pk)


@act("obligations_give_late_reason", takes=shapes.ReasonIn, tells=shapes.ObligationDetailOut)
def give_late_reason(request: ApiRequest, reference: str, pk: int) -> Response:
    incident, found = _opened(request.user, reference, pk, Can.DECIDE)
    data = shapes.given(shapes.ReasonIn, request)
    commands.give_late_reason(found, by=request.user, now=timezone.now(), **data)
    return _told(incident, pk)
