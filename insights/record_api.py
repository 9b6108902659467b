"""The record as a whole, by API."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from audit.commands import check_record
from audit.models import Anchor, RecordCheck
from audit.queries import anchors_page
from audit.queries.anchors import line_of
from incidents.api.shapes import Shape
from insights import permissions


class RecordCheckOut(Shape):
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by_label")
    streams = serializers.IntegerField()
    events = serializers.IntegerField()
    seconds = serializers.FloatField()
    holds = serializers.BooleanField()
    problems = serializers.ListField(child=serializers.CharField())


class AnchorOut(Shape):
    number = serializers.IntegerField()
    at = serializers.CharField(help_text="UTC with microseconds, as it was hashed.")
    heads = serializers.IntegerField(help_text="Streams that moved since the anchor before.")
    previous_root = serializers.CharField()
    anchor_root = serializers.CharField(source="root", help_text="Hex of SHA-256.")


class RecordStateOut(Shape):
    check = RecordCheckOut(allow_null=True)
    anchors = AnchorOut(many=True, help_text="The newest 50, newest first.")


class RecordState(APIView):
    @extend_schema(operation_id="record_state", responses=RecordStateOut)
    def get(self, request: ApiRequest) -> Response:
        """The last check of the whole record and the newest anchors."""
        permissions.check_read_record_state(request.user)
        last = RecordCheck.objects.first()
        anchors: list[Anchor] = anchors_page()[0]
        told: dict[str, Any] = {"check": last, "anchors": [line_of(anchor) for anchor in anchors]}
        return Response(RecordStateOut(told).data)

    @extend_schema(operation_id="record_check", request=None, responses={201: RecordCheckOut})
    def post(self, request: ApiRequest) -> Response:
        """Check all of it just now."""
        permissions.check_read_record_state(request.user)
        found = check_record(by=request.user, copy=settings.ANCHOR_FILE, now=timezone.now())
        return Response(RecordCheckOut(found).data, status=status.HTTP_201_CREATED)
