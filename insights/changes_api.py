"""What others changed, by API; for programs that keep a page of their own."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from audit.queries import newest_mark
from incidents.api.endpoints import reading
from incidents.api.shapes import Shape, given
from incidents.commands import looking
from incidents.models import Can, LastLook
from incidents.permissions import incident_for
from insights import queries
from insights.queries.changes import PLACES
from insights.queries.news import last_look, news

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


class NewsLineOut(Shape):
    at = serializers.DateTimeField()
    who = serializers.CharField()
    words = serializers.CharField()
    about = serializers.ListField(child=serializers.CharField())


class NewsOut(Shape):
    position = serializers.IntegerField(help_text="Send it back to say that all this was seen.")
    since_at = serializers.DateTimeField()
    number = serializers.IntegerField()
    lines = NewsLineOut(many=True)


class SeenIn(Shape):
    position = serializers.IntegerField(min_value=0)


class News(APIView):
    @extend_schema(operation_id="incidents_news", responses=NewsOut)
    def get(self, request: ApiRequest, reference: str) -> Response:
        """What others did since you last looked at the incident's page; asking is no look."""
        incident = incident_for(request.user, reference)
        held: frozenset[Can] = incident.held  # type: ignore[attr-defined]
        now = timezone.now()
        position: int = incident.position  # type: ignore[attr-defined]
        never = LastLook(incident=incident, user=request.user, since=position, since_at=now)
        look = last_look(incident, request.user) or never
        return Response(NewsOut(news(incident, look, request.user, held=held)).data)

    @extend_schema(operation_id="incidents_mark_seen", request=SeenIn, responses={204: None})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Say that what came up to a position is no longer new to you."""
        incident = incident_for(request.user, reference)
        upto = min(given(SeenIn, request)["position"], incident.position)  # type: ignore[attr-defined]
        looking.mark_seen(incident, position=upto, by=request.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
