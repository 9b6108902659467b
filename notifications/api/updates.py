"""Updates of a notice's public page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.models import Can
from notifications import commands
from notifications.api.notices import read
from notifications.models import NoticeUpdate
from notifications.permissions import notice_for


class UpdateShape(serializers.ModelSerializer[NoticeUpdate]):
    class Meta:
        model = NoticeUpdate
        fields = ("text", "written_by", "written_at", "published_by", "published_at")
        read_only_fields = ("written_by", "written_at", "published_by", "published_at")


class UpdateWords(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=5_000, help_text="Markdown, in the language of the notice.")


class SeenUpdate(serializers.Serializer[Any]):
    seen = serializers.DateTimeField(help_text="`written_at` of the update that was read.")


class Updates(APIView):
    @extend_schema(operation_id="incident_notice_updates_list", responses=UpdateShape(many=True))
    def get(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """What was added to the public page, and what waits for a second person."""
        found = notice_for(request.user, reference, notice)
        return Response(UpdateShape(found.updates.all(), many=True).data)

    @extend_schema(request=UpdateWords, responses={201: UpdateShape})
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Write an update, in place of one that waits; a second person publishes it."""
        found = notice_for(request.user, reference, notice, Can.WRITE)
        made = commands.write_update(found, by=request.user, now=timezone.now(), **read(UpdateWords, request))
        return Response(UpdateShape(made).data, status=status.HTTP_201_CREATED)


class PublishUpdate(APIView):
    @extend_schema(request=SeenUpdate, responses=UpdateShape)
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Put the waiting update on the public page."""
        found = notice_for(request.user, reference, notice, Can.APPROVE)
        seen = read(SeenUpdate, request)["seen"]
        done = commands.publish_update(found, seen=seen, by=request.user, now=timezone.now())
        return Response(UpdateShape(done).data)


class DropUpdate(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Take the waiting update back."""
        found = notice_for(request.user, reference, notice, Can.WRITE)
        commands.drop_update(found, by=request.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
