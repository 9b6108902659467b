"""What is said about a report, by API."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act
from incidents.api.shapes.base import Shape, text
from incidents.models import Said


class SaidOut(Shape):
    kind = serializers.CharField(
        help_text="in: by the reporter; out: to the reporter; note: for staff alone."
    )
    text = serializers.CharField()
    by = serializers.CharField(source="by.name", default=None)
    at = serializers.DateTimeField()
    mail_state = serializers.CharField()


class SayIn(Shape):
    kind = serializers.ChoiceField([(Said.OUT.value, Said.OUT.label), (Said.NOTE.value, Said.NOTE.label)])
    text = text()


class WordsIn(Shape):
    text = text()


class Messages(APIView):
    @extend_schema(operation_id="reports_messages", responses=SaidOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Everything said about a report, notes too."""
        report = queries.report_for(request.user, reference)
        return Response(SaidOut(report.messages.select_related("by"), many=True).data)

    @extend_schema(operation_id="reports_say", request=SayIn, responses={201: SaidOut})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Answer the reporter, or keep a note for staff."""
        report = queries.report_for(request.user, reference)
        data = shapes.given(SayIn, request)
        say = commands.answer_reporter if data["kind"] == Said.OUT else commands.add_report_note
        said = say(report, text=data["text"], by=request.user, now=timezone.now())
        return Response(SaidOut(said).data, status=status.HTTP_201_CREATED)


@act("reports_need_no_answer", takes=None, tells=shapes.ReportOut)
def needs_no_answer(request: ApiRequest, reference: str) -> Response:
    report = queries.report_for(request.user, reference)
    report = commands.needs_no_answer(report, by=request.user, now=timezone.now())
    return Response(shapes.ReportOut(report).data)


class MyReport(APIView):
    """One's own report, without what staff alone may read."""

    @extend_schema(operation_id="my_report_messages", responses=SaidOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """What was said with you."""
        report = get_object_or_404(queries.my_reports(request.user), reference=reference)
        said = report.messages.exclude(kind=Said.NOTE)
        return Response(SaidOut(said, many=True).data)

    @extend_schema(operation_id="my_report_write_again", request=WordsIn, responses={201: SaidOut})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Add to it."""
        report = get_object_or_404(queries.my_reports(request.user), reference=reference)
        data = shapes.given(WordsIn, request)
        said = commands.write_again(report, by=request.user, now=timezone.now(), **data)
        return Response(SaidOut(said).data, status=status.HTTP_201_CREATED)
