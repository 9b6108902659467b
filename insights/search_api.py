"""Search by API: the same finds as the page, through the same door."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from accounts.requests import ApiRequest
from incidents.api.endpoints import reading
from incidents.api.shapes import Shape
from insights import queries
from insights.models import EntryKind


class HitOut(Shape):
    kind = serializers.CharField(source="entry.kind")
    reference = serializers.CharField(source="entry.reference")
    title = serializers.CharField()
    incident = serializers.CharField(source="entry.incident.reference", default=None)
    at = serializers.DateTimeField(source="entry.at")
    page = serializers.CharField(source="url", help_text="Address of its page here.")


class FoundOut(Shape):
    hits = HitOut(many=True)
    more = serializers.BooleanField(help_text="There is more than fits; add a word.")


FILTERS = [
    OpenApiParameter("q", str, description="Words or a reference; two letters at least."),
    OpenApiParameter("kind", str, enum=EntryKind.values),
]


@reading("search", tells=FoundOut, parameters=FILTERS)
def search(request: ApiRequest) -> Response:
    asked = request.query_params
    return Response(
        FoundOut(queries.search(request.user, asked.get("q", ""), kind=asked.get("kind", ""))).data
    )
