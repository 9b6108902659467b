"""Conditions that rules leave to a person, by API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.models import Can
from incidents.permissions import incident_for


class Judgements(APIView):
    @extend_schema(operation_id="judgements_list", responses=shapes.JudgementOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """What the laws asked here leave to a person, the open ones first."""
        incident = incident_for(request.user, reference)
        return Response(shapes.JudgementOut(queries.questions(incident), many=True).data)

    @extend_schema(
        operation_id="judgements_judge",
        request=shapes.JudgementIn,
        responses=shapes.JudgementOut(many=True),
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Keep whether a condition holds; null opens it again."""
        incident = incident_for(request.user, reference, Can.DECIDE)
        data = shapes.given(shapes.JudgementIn, request)
        commands.judge_condition(incident, by=request.user, now=timezone.now(), **data)
        return Response(shapes.JudgementOut(queries.questions(incident), many=True).data)
