"""What a later text of the law would change, by API."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.response import Response

from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act, reading
from incidents.models import Can
from incidents.permissions import incident_for


@reading("differences_list", tells=shapes.DifferenceOut(many=True))
def differences(request: ApiRequest, reference: str) -> Response:
    """What later texts of rules would change here; those without an outcome wait for an answer."""
    incident = incident_for(request.user, reference)
    return Response(shapes.DifferenceOut(queries.differences(incident), many=True).data)


@act("differences_accept", takes=shapes.ReasonIn, tells=shapes.DifferenceOut)
def accept_difference(request: ApiRequest, reference: str, pk: int) -> Response:
    """Let the duty follow the later text of its rule."""
    difference = queries.difference_for(incident_for(request.user, reference, Can.DECIDE), pk)
    data = shapes.given(shapes.ReasonIn, request)
    settled = commands.accept_difference(difference, by=request.user, now=timezone.now(), **data)
    return Response(shapes.DifferenceOut(settled).data)


@act("differences_keep", takes=shapes.ReasonIn, tells=shapes.DifferenceOut)
def keep_difference(request: ApiRequest, reference: str, pk: int) -> Response:
    """Leave the duty under the text it was assessed by."""
    difference = queries.difference_for(incident_for(request.user, reference, Can.DECIDE), pk)
    data = shapes.given(shapes.ReasonIn, request)
    settled = commands.keep_difference(difference, by=request.user, now=timezone.now(), **data)
    return Response(shapes.DifferenceOut(settled).data)
