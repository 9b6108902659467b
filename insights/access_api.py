"""Access, looked through, by API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents import commands
from incidents.api.shapes import Shape
from incidents.models import Can
from incidents.permissions import incident_for
from insights import permissions
from insights.queries import access as queries


class ReaderOut(Shape):
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    why = serializers.ListField(child=serializers.CharField())
    ends_at = serializers.DateTimeField(allow_null=True)
    last_read_on = serializers.DateField(allow_null=True, help_text="A day of UTC.")
    days_read = serializers.IntegerField()
    taken_out = serializers.IntegerField(help_text="Times they revealed, downloaded or exported.")


class AccessReviewOut(Shape):
    readers = ReaderOut(many=True, help_text="At most 200, by name.")
    more = serializers.IntegerField()
    reviewed_at = serializers.DateTimeField(source="reviewed.at", default=None, allow_null=True)
    reviewed_by = serializers.CharField(source="reviewed.actor_label", default=None, allow_null=True)
    mark = serializers.IntegerField(help_text="Send it back to say that this list was looked through.")


class AccessReviewIn(Shape):
    mark = serializers.IntegerField(min_value=0, max_value=2**32)


class Review(APIView):
    @extend_schema(operation_id="access_review", responses=AccessReviewOut)
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Who can see this incident, why, until when, and who has looked."""
        incident = incident_for(request.user, reference, Can.GRANT)
        return Response(AccessReviewOut(queries.access_review(incident, now=timezone.now())).data)

    @extend_schema(operation_id="access_reviewed", request=AccessReviewIn, responses={204: None})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Say that you have looked through the list; refused when it has changed."""
        incident = incident_for(request.user, reference, Can.GRANT)
        given = AccessReviewIn(data=request.data)
        given.is_valid(raise_exception=True)
        seen = given.validated_data["mark"]
        commands.review_access(incident, by=request.user, seen=seen, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class GrantOut(Shape):
    person = serializers.CharField()
    incident = serializers.CharField(source="incident.reference")
    ends_at = serializers.DateTimeField(allow_null=True)
    granted_at = serializers.DateTimeField()


class LimitOut(Shape):
    person = serializers.CharField()
    at = serializers.DateTimeField()
    words = serializers.CharField()


class AccessOverviewOut(Shape):
    ending = GrantOut(many=True, help_text="Within 14 days.")
    ended = GrantOut(many=True, help_text="In the last 14 days.")
    unused = GrantOut(many=True, help_text="Older than a week and never used.")
    let_into_many = serializers.SerializerMethodField(
        help_text="People let into five incidents or more, with the number."
    )
    limits = LimitOut(
        many=True, help_text="Limits of exports, look-ups or searches reached in the last 14 days."
    )
    unreviewed = serializers.SerializerMethodField(help_text="Open incidents nobody has looked through.")

    def get_let_into_many(self, found: Any) -> dict[str, int]:
        return dict(found.many)

    def get_unreviewed(self, found: Any) -> list[str]:
        return [one.reference for one in found.unreviewed]


class Overview(APIView):
    @extend_schema(operation_id="access_overview", responses=AccessOverviewOut)
    def get(self, request: ApiRequest) -> Response:
        """What about access wants looking at, among the incidents you may see."""
        permissions.check_read_record_state(request.user)
        return Response(AccessOverviewOut(queries.access_overview(request.user, now=timezone.now())).data)
