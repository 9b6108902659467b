"""The check of a notice's text and its preview, as the pages show them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.models import Can
from notifications import commands, queries, rules, segments
from notifications.api.notices import read
from notifications.forms.notices import PreviewForm
from notifications.models import Notice
from notifications.permissions import notice_for
from notifications.sources import source_of


class FindingShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    text = serializers.CharField()
    todo = serializers.CharField()
    place = serializers.CharField(help_text="The field of the notice, or the page, where it is mended.")
    blocking = serializers.BooleanField(help_text="While it stands, approval is refused.")
    acceptable = serializers.BooleanField(help_text="Whether a person may let it stand, with a reason.")
    rules = serializers.ListField(child=serializers.CharField())


class ReadingShape(serializers.Serializer[Any]):
    ease = serializers.IntegerField(help_text="Flesch reading ease, 0 to 100.")
    grade = serializers.IntegerField(help_text="Years of school, by Kincaid.")
    words = serializers.CharField()


class AcceptedShape(serializers.Serializer[Any]):
    text = serializers.CharField()
    reason = serializers.CharField()
    name = serializers.CharField()
    at = serializers.DateTimeField()


class CheckShape(serializers.Serializer[Any]):
    findings = FindingShape(many=True)
    reading = ReadingShape(allow_null=True, help_text="Null: measured in English alone.")
    accepted = serializers.DictField(child=AcceptedShape(), help_text="By the key of the finding.")


class AcceptShape(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=2_000)


def _checked(notice: Notice) -> Response:
    source = source_of(notice)
    report = rules.check(notice, segments.profile(notice, source.places), source)
    shown = {"findings": report.findings, "reading": report.reading, "accepted": notice.accepted}
    return Response(CheckShape(shown).data)


class Findings(APIView):
    @extend_schema(responses=CheckShape)
    def get(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """What the check finds in the text as it stands."""
        return _checked(notice_for(request.user, reference, notice))

    @extend_schema(request=AcceptShape, responses=CheckShape)
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Let a finding that blocks stand, with a reason."""
        found = notice_for(request.user, reference, notice, Can.APPROVE)
        data = read(AcceptShape, request)
        return _checked(commands.accept_finding(found, by=request.user, now=timezone.now(), **data))


class PreviewShape(serializers.Serializer[Any]):
    subject = serializers.CharField()
    text = serializers.CharField()
    html = serializers.CharField()
    letter = serializers.CharField(help_text="HTML of the letter's body.")
    sms = serializers.CharField()
    sms_segments = serializers.IntegerField(source="sms_size.segments", default=0)


class Preview(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("who", str, enum=["rtl", "longest", "fewest", "first"]),
            OpenApiParameter("reference", str),
        ],
        responses=PreviewShape,
    )
    def get(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """As a made-up person reads it, or somebody of the roster, masked; its link opens nobody's page."""
        found = notice_for(request.user, reference, notice)
        asked = {
            "who": request.query_params.get("who", ""),
            "reference": request.query_params.get("reference", ""),
        }
        form = PreviewForm(asked)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors.get_json_data())
        shown = queries.preview(found, source=source_of(found), **form.cleaned_data)
        if shown is None:
            raise NotFound("Nobody in this segment is found like that.")
        return Response(PreviewShape(shown).data)
