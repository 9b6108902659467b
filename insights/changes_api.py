"""What others changed, by API; for programs that keep a page of their own."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers, status
from rest_framework.response import Response

from accounts.requests import ApiRequest
from audit.queries import newest_mark
from incidents.api.endpoints import reading
from incidents.api.shapes import Shape
from insights import queries
from insights.queries.changes import PLACES

SINCE = OpenApiParameter(
    "since", int, description="`position` of the answer before; from the beginning when left out."
)


class ChangeOut(Shape):
    at = serializers.DateTimeField()
    who = serializers.CharField()
    words = serializers.CharField()


class ChangesOut(Shape):
    position = serializers.IntegerField(help_text="Ask with it the next time.")
    number = serializers.IntegerField(help_text="How many acts of others there were.")
    acts = ChangeOut(many=True, help_text="The newest 20, newest first.")


class PlaceMovedOut(Shape):
    kind = serializers.CharField(source="one")
    number = serializers.IntegerField()


class PlaceChangesOut(Shape):
    position = serializers.IntegerField(help_text="Ask with it the next time.")
    moved = PlaceMovedOut(many=True)


def _since(request: ApiRequest) -> int:
    return queries.read_position(request.query_params.get("since", ""))


def _answer(request: ApiRequest, position: int, told: Any) -> Response:
    """304 when the caller has it already."""
    etag = f'"{position}"'
    if request.headers.get("If-None-Match") == etag:
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
    return Response(told, headers={"ETag": etag})


@reading("incidents_changes", tells=ChangesOut, parameters=[SINCE])
def incident_changes(request: ApiRequest, reference: str) -> Response:
    """What others did on one incident since a position."""
    found = queries.incident_changes(request.user, reference, since=_since(request))
    return _answer(request, found.position, ChangesOut(found).data)


@reading(
    "changes",
    tells=PlaceChangesOut,
    parameters=[SINCE, OpenApiParameter("place", str, OpenApiParameter.PATH, enum=sorted(PLACES))],
)
def place_changes(request: ApiRequest, place: str) -> Response:
    """How many things of a list others changed since a position."""
    position = newest_mark()
    moved = queries.place_changes(request.user, place, since=_since(request))
    return _answer(request, position, PlaceChangesOut({"position": position, "moved": moved}).data)
