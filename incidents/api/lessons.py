"""Improvements, whether they held, and how the team saw the work, by API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.api import shapes
from incidents.api.cases import person_of
from incidents.api.endpoints import act
from incidents.api.shapes.lessons import (
    CheckIn,
    CheckOut,
    FeedbackIn,
    FeedbackOut,
    FinishIn,
    ImprovementIn,
    ImprovementOut,
)
from incidents.commands import lessons as commands
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.queries.lessons import improvement_for, improvements, team_view


class Improvements(APIView):
    @extend_schema(operation_id="improvements_list", responses=ImprovementOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """What will be better, the nearest day first."""
        found = improvements(incident_for(request.user, reference))
        return Response(ImprovementOut(found, many=True).data)

    @extend_schema(operation_id="improvements_add", request=ImprovementIn, responses={201: ImprovementOut})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Say what will be better, who sees to it and by when."""
        incident = incident_for(request.user, reference, Can.WRITE)
        data = shapes.given(ImprovementIn, request)
        data["owner"] = person_of(data["owner"])
        made = commands.add_improvement(incident, by=request.user, now=timezone.now(), **data)
        return Response(ImprovementOut(made).data, status=status.HTTP_201_CREATED)


@act("improvements_finish", takes=FinishIn, tells=ImprovementOut)
def finish_improvement(request: ApiRequest, reference: str, pk: int) -> Response:
    """Say that it is done, or why it will not be."""
    improvement = improvement_for(incident_for(request.user, reference, Can.WRITE), pk)
    data = shapes.given(FinishIn, request)
    settled = commands.finish_improvement(improvement, by=request.user, now=timezone.now(), **data)
    return Response(ImprovementOut(settled).data)


@act("review_check", takes=CheckIn, tells=CheckOut)
def answer_check(request: ApiRequest, reference: str) -> Response:
    """Say whether the improvements held."""
    incident = incident_for(request.user, reference, Can.WRITE)
    data = shapes.given(CheckIn, request)
    made = commands.answer_check(incident, by=request.user, now=timezone.now(), **data)
    return Response(CheckOut(made).data)


class Feedback(APIView):
    @extend_schema(operation_id="feedback_read", responses=FeedbackOut)
    def get(self, request: ApiRequest, reference: str) -> Response:
        """How the team saw it, without names; empty until three have answered."""
        return Response(FeedbackOut(team_view(incident_for(request.user, reference))).data)

    @extend_schema(operation_id="feedback_give", request=FeedbackIn, responses=FeedbackOut)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Say how it went for you; again replaces what you said."""
        incident = incident_for(request.user, reference)
        data = shapes.given(FeedbackIn, request)
        commands.give_feedback(incident, by=request.user, now=timezone.now(), **data)
        return Response(FeedbackOut(team_view(incident)).data)
