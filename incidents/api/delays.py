"""Requests of law enforcement to wait, by API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act
from incidents.models import Can
from incidents.permissions import incident_for


class DelayRequests(APIView):
    @extend_schema(operation_id="delay_requests_list", responses=shapes.DelayRequestOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """What law enforcement asked to wait with, the latest first."""
        incident = incident_for(request.user, reference)
        return Response(shapes.DelayRequestOut(queries.delay_requests(incident), many=True).data)

    @extend_schema(
        operation_id="delay_requests_record",
        request=shapes.DelayRequestIn,
        responses={201: shapes.DelayRequestOut},
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Keep a request; each law says for itself whether its clock stands still."""
        incident = incident_for(request.user, reference, Can.DECIDE)
        data = shapes.given(shapes.DelayRequestIn, request)
        made = commands.record_delay_request(incident, by=request.user, now=timezone.now(), **data)
        return Response(shapes.DelayRequestOut(made).data, status=status.HTTP_201_CREATED)


@act("delay_requests_lift", takes=shapes.LiftDelayIn, tells=shapes.DelayRequestOut)
def lift_delay_request(request: ApiRequest, reference: str, pk: int) -> Response:
    """Keep when the request ended."""
    asked = queries.delay_request_for(incident_for(request.user, reference, Can.DECIDE), pk)
    data = shapes.given(shapes.LiftDelayIn, request)
    lifted = commands.lift_delay_request(asked, by=request.user, now=timezone.now(), **data)
    return Response(shapes.DelayRequestOut(lifted).data)


@act("delay_requests_strike", takes=shapes.ReasonIn, tells=shapes.DelayRequestOut)
def strike_delay_request(request: ApiRequest, reference: str, pk: int) -> Response:
    """Strike out a request that was entered by mistake; it stops nothing any more."""
    asked = queries.delay_request_for(incident_for(request.user, reference, Can.DECIDE), pk)
    data = shapes.given(shapes.ReasonIn, request)
    struck = commands.strike_delay_request(asked, by=request.user, now=timezone.now(), **data)
    return Response(shapes.DelayRequestOut(struck).data)
