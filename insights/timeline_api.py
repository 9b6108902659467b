"""The timeline of an incident by API."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from accounts.requests import ApiRequest
from incidents.api.endpoints import reading
from incidents.api.shapes import Shape
from incidents.permissions import incident_for
from insights import queries
from insights.queries.timeline import KINDS

FILTERS = [
    OpenApiParameter("kind", str, enum=[key for key, _, _ in KINDS]),
    OpenApiParameter("person", int, description="Id of a person; 0 for what nobody with an account did."),
    OpenApiParameter("order", str, enum=["oldest", "newest"]),
    OpenApiParameter("after", str, description="`next_cursor` of the page before."),
]


class CorrectionOut(Shape):
    name = serializers.CharField()
    by = serializers.CharField(source="who")
    at = serializers.DateTimeField()


class TimelineActOut(Shape):
    name = serializers.CharField()
    at = serializers.DateTimeField()
    words = serializers.CharField()
    about = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()


class TimelineEntryOut(TimelineActOut):
    kind = serializers.CharField()
    title = serializers.CharField()
    by = serializers.CharField(source="who")
    recorded_at = serializers.DateTimeField(allow_null=True, help_text="When another time than `at`.")
    zone = serializers.CharField()
    precision = serializers.CharField()
    legal = serializers.BooleanField(help_text="Whether clocks of the law may run from it.")
    privileged = serializers.BooleanField()
    source = serializers.CharField()  # type: ignore[assignment]
    replaced = serializers.BooleanField(help_text="Whether this time was stated anew since.")
    corrects = serializers.CharField(help_text="Name of the entry that this sets right.")
    corrected = CorrectionOut(many=True)
    then = TimelineActOut(many=True, help_text="What the same person did next, in the same sitting.")


class TimelineOut(Shape):
    entries = TimelineEntryOut(many=True)
    next_cursor = serializers.CharField(source="next")


@reading("incidents_timeline", tells=TimelineOut, parameters=FILTERS)
def timeline(request: ApiRequest, reference: str) -> Response:
    """Times, notes and acts by when they happened, a page of up to 50."""
    asked = queries.Asked.read({**request.query_params.dict(), "show": ""})
    return Response(TimelineOut(queries.timeline(incident_for(request.user, reference), asked)).data)
