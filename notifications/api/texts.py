"""Notice templates and shared blocks: the same acts as the pages, through the same commands."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from notifications import commands, queries
from notifications.api.notices import read
from notifications.api.shapes import LANGUAGES, ReasonShape, StatementShape
from notifications.models import Channel, NoticeTemplate, Purpose, TemplateVersion
from notifications.permissions import (
    check_template_approver,
    check_template_reader,
    check_template_writer,
)


class VersionShape(serializers.ModelSerializer[TemplateVersion]):
    approved_by = serializers.CharField(source="approved_by.name", read_only=True, default=None)
    cleared_by = serializers.CharField(source="cleared_by.name", read_only=True, default=None)

    class Meta:
        model = TemplateVersion
        fields = [
            "id", "language", "channel", "number", "subject", "body", "remark", "status", "for_counsel", "cleared_by",
            "cleared_at", "cleared_reason", "at", "approved_by",
        ]  # fmt: skip
        read_only_fields = fields


class PieceShape(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["kept", "added", "removed"])
    text = serializers.CharField()


class ComparedShape(VersionShape):
    difference = PieceShape(many=True, help_text="Against the version named, or the one before.")

    class Meta(VersionShape.Meta):
        fields = [*VersionShape.Meta.fields, "difference"]
        read_only_fields = fields


class TemplateShape(serializers.ModelSerializer[NoticeTemplate]):
    versions = VersionShape(many=True, read_only=True)
    elements = serializers.ListField(child=serializers.CharField(), read_only=True)
    places = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = NoticeTemplate
        fields = [
            "id", "name", "purpose", "description", "citation", "block", "elements", "places", "order", "retired_at",
            "versions",
        ]  # fmt: skip
        read_only_fields = fields


class TemplateWords(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    description = serializers.CharField(max_length=300, required=False, allow_blank=True)
    citation = serializers.CharField(max_length=200, required=False, allow_blank=True)
    block = serializers.CharField(
        max_length=40, required=False, help_text="Of a shared block: the name by which texts insert it."
    )
    elements = serializers.ListField(child=serializers.CharField(max_length=48), required=False)
    places = serializers.ListField(child=serializers.CharField(max_length=6), required=False)
    order = serializers.IntegerField(min_value=1, max_value=999, required=False)

    def validate_name(self, name: str) -> str:
        if NoticeTemplate.objects.filter(name=name.strip()).exists():
            raise serializers.ValidationError("There is a template of this name.")
        return name

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["purpose"] == Purpose.BLOCK) != bool(attrs.get("block")):
            raise serializers.ValidationError(
                {"block": "A shared block has a name to insert it by; other templates have none."}
            )
        return attrs


class VersionWords(serializers.Serializer[Any]):
    language = serializers.ChoiceField(choices=LANGUAGES)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    subject = serializers.CharField(max_length=200, required=False, allow_blank=True)
    body = serializers.CharField(max_length=50_000, trim_whitespace=False)
    remark = serializers.CharField(max_length=200, required=False, allow_blank=True)
    statement = StatementShape(required=False)


class Templates(APIView):
    @extend_schema(operation_id="notice_templates_list", responses=TemplateShape(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Templates and shared blocks with their versions."""
        check_template_reader(request.user)
        return Response(TemplateShape(queries.templates(), many=True).data)

    @extend_schema(request=TemplateWords, responses={201: TemplateShape})
    def post(self, request: ApiRequest) -> Response:
        """Name a kind of notice, or a shared block."""
        check_template_writer(request.user)
        made = commands.create_template(by=request.user, now=timezone.now(), **read(TemplateWords, request))
        return Response(TemplateShape(made).data, status=status.HTTP_201_CREATED)


class Ready(APIView):
    @extend_schema(request=None, responses={201: TemplateShape(many=True)})
    def post(self, request: ApiRequest) -> Response:
        """Add what comes with the product, as drafts; the answer names what was not there yet."""
        check_template_writer(request.user)
        made = commands.add_ready_templates(by=request.user, now=timezone.now())
        return Response(TemplateShape(made, many=True).data, status=status.HTTP_201_CREATED)


class Retire(APIView):
    @extend_schema(request=ReasonShape, responses=TemplateShape)
    def post(self, request: ApiRequest, pk: int) -> Response:
        """Nothing starts from it or inserts it any more."""
        check_template_approver(request.user)
        found = get_object_or_404(NoticeTemplate, pk=pk)
        reason = read(ReasonShape, request)["reason"]
        return Response(
            TemplateShape(
                commands.retire_template(found, by=request.user, reason=reason, now=timezone.now())
            ).data
        )


class Versions(APIView):
    @extend_schema(request=VersionWords, responses={201: VersionShape})
    def post(self, request: ApiRequest, pk: int) -> Response:
        """Write the next version in one language for one channel."""
        check_template_writer(request.user)
        template = get_object_or_404(NoticeTemplate, pk=pk)
        made = commands.write_template(
            template, by=request.user, now=timezone.now(), **read(VersionWords, request)
        )
        return Response(VersionShape(made).data, status=status.HTTP_201_CREATED)


def _version(pk: int, version: int) -> TemplateVersion:
    return get_object_or_404(TemplateVersion, pk=version, template_id=pk)


class OneVersion(APIView):
    @extend_schema(parameters=[OpenApiParameter("against", int)], responses=ComparedShape)
    def get(self, request: ApiRequest, pk: int, version: int) -> Response:
        """One version, and word by word how it differs from another of the same text."""
        check_template_reader(request.user)
        found = _version(pk, version)
        others = queries.history(found)
        against = request.query_params.get("against", "")
        older = next((one for one in others if str(one.pk) == against), None) or next(
            (one for one in others if one.number < found.number), None
        )
        pieces = queries.difference(older.body, found.body) if older else []
        found.difference = pieces  # type: ignore[attr-defined]
        return Response(ComparedShape(found).data)


class ApproveVersion(APIView):
    @extend_schema(request=None, responses=VersionShape)
    def post(self, request: ApiRequest, pk: int, version: int) -> Response:
        """A second person's word that notices may start from it."""
        check_template_approver(request.user)
        done = commands.approve_template(_version(pk, version), by=request.user, now=timezone.now())
        return Response(VersionShape(done).data)


class ClearDraftMark(APIView):
    @extend_schema(request=ReasonShape, responses=VersionShape)
    def post(self, request: ApiRequest, pk: int, version: int) -> Response:
        """Take the mark "draft for counsel" off, with the reason."""
        check_template_approver(request.user)
        reason = read(ReasonShape, request)["reason"]
        done = commands.clear_draft_mark(
            _version(pk, version), by=request.user, reason=reason, now=timezone.now()
        )
        return Response(VersionShape(done).data)
