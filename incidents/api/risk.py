"""Guided assessments of risk by API."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from rest_framework.response import Response

from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act, reading
from incidents.models import Can, Incident
from incidents.permissions import incident_for


def _known(request: ApiRequest, reference: str, method: str, can: Can) -> Incident:
    incident = incident_for(request.user, reference, can)
    if queries.risk_of(incident, method) is None:
        raise Http404("There is no such test.")
    return incident


def _told(incident: Incident, method: str) -> Response:
    return Response(shapes.RiskOut(queries.risk_of(incident, method)).data)


@reading("risk_list", tells=shapes.RiskOut(many=True))
def risks(request: ApiRequest, reference: str) -> Response:
    """Every test that is held, first those that a law asked here looks at."""
    incident = incident_for(request.user, reference)
    return Response(shapes.RiskOut(queries.risk_methods(incident), many=True).data)


@reading("risk_read", tells=shapes.RiskOut)
def risk(request: ApiRequest, reference: str, method: str) -> Response:
    return _told(_known(request, reference, method, Can.VIEW), method)


@act("risk_answer", takes=shapes.RiskAnswersIn, tells=shapes.RiskOut)
def answer_risk_questions(request: ApiRequest, reference: str, method: str) -> Response:
    """Answer some of the questions; the others stay as they are."""
    incident = _known(request, reference, method, Can.ASSESS)
    data = shapes.given(shapes.RiskAnswersIn, request)
    answers = {one.pop("question"): one for one in data["answers"]}
    commands.answer_risk_questions(
        incident, method=method, answers=answers, by=request.user, now=timezone.now()
    )
    return _told(incident, method)


@act("risk_sign", takes=shapes.RiskFindingIn, tells=shapes.RiskOut)
def sign_risk_finding(request: ApiRequest, reference: str, method: str) -> Response:
    """Sign a finding; one by which somebody is not told waits for a second person."""
    incident = _known(request, reference, method, Can.DECIDE)
    data = shapes.given(shapes.RiskFindingIn, request)
    commands.sign_risk_finding(incident, method=method, by=request.user, now=timezone.now(), **data)
    return _told(incident, method)


@act("risk_countersign", takes=shapes.NothingIn, tells=shapes.RiskOut)
def countersign_risk_finding(request: ApiRequest, reference: str, method: str) -> Response:
    incident = _known(request, reference, method, Can.SIGN)
    commands.countersign_risk_finding(incident, method=method, by=request.user, now=timezone.now())
    return _told(incident, method)


@act("risk_withdraw", takes=shapes.ReasonIn, tells=shapes.RiskOut)
def withdraw_risk_finding(request: ApiRequest, reference: str, method: str) -> Response:
    incident = _known(request, reference, method, Can.DECIDE)
    data = shapes.given(shapes.ReasonIn, request)
    commands.withdraw_risk_finding(incident, method=method, by=request.user, now=timezone.now(), **data)
    return _told(incident, method)
