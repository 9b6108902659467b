"""The same acts on filings as the pages, through the same commands and the same door."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.api.shapes.base import Instant
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.queries import obligation_for
from notifications import filing_tasks
from notifications.commands import filing as commands
from notifications.filings import door, files
from notifications.filings.lifecycle import FilingStage, Route
from notifications.filings.questions import ANSWER_LIMIT
from notifications.models import Filing
from notifications.queries import filing as queries


class FilingSerializer(serializers.ModelSerializer[Filing]):
    incident = serializers.CharField(source="incident.reference", read_only=True)
    obligation = serializers.IntegerField(source="obligation_id", read_only=True)
    follows = serializers.CharField(source="follows.reference", read_only=True, default=None)
    declared_by = serializers.CharField(source="declared_by.name", read_only=True, default=None)
    answers = serializers.DictField(child=serializers.CharField(), read_only=True)
    outdated = serializers.SerializerMethodField()

    class Meta:
        model = Filing
        fields = [
            "reference", "incident", "obligation", "recipient_kind", "authority_id", "recipient_name", "stage",
            "follows", "status", "answers", "started_at", "edited_at", "declared_by", "declared_at",
            "snapshot_sha256", "pdf_sha256", "pdf_bytes", "drawn_at", "error", "submitted_at", "route", "receipt",
            "receipt_sha256", "withdrawn_at", "outdated",
        ]  # fmt: skip
        read_only_fields = fields

    def get_outdated(self, filing: Filing) -> bool:
        return queries.outdated(filing)


class FilingStartSerializer(serializers.Serializer[Any]):
    obligation = serializers.IntegerField(min_value=1)
    stage = serializers.ChoiceField(choices=FilingStage.choices, default=FilingStage.INITIAL)


class FilingAnswersSerializer(serializers.Serializer[Any]):
    answers = serializers.DictField(child=serializers.CharField(max_length=ANSWER_LIMIT, allow_blank=True))


class FilingSubmissionSerializer(serializers.Serializer[Any]):
    at = Instant()
    route = serializers.ChoiceField(choices=Route.choices)
    receipt = serializers.CharField(max_length=100, default="", allow_blank=True)
    late_reason = serializers.CharField(max_length=5000, default="", allow_blank=True)


class FilingWithdrawalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=5000)


def _read(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _found(request: ApiRequest, reference: str, filing_reference: str, can: Can = Can.FILE) -> Filing:
    return queries.filing_for(incident_for(request.user, reference, can), filing_reference)


class Filings(APIView):
    @extend_schema(operation_id="incident_filings_list", responses=FilingSerializer(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Filings of an incident, newest first."""
        incident = incident_for(request.user, reference, Can.VIEW)
        return Response(FilingSerializer(queries.filings_of(incident), many=True).data)

    @extend_schema(request=FilingStartSerializer, responses={201: FilingSerializer})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Start a filing on one obligation."""
        incident = incident_for(request.user, reference, Can.FILE)
        given = _read(FilingStartSerializer, request)
        duty = obligation_for(incident, given["obligation"])
        filing = commands.start_filing(duty, stage=given["stage"], by=request.user, now=timezone.now())
        return Response(FilingSerializer(filing).data, status=status.HTTP_201_CREATED)


class OneFiling(APIView):
    @extend_schema(responses=FilingSerializer)
    def get(self, request: ApiRequest, reference: str, filing_reference: str) -> Response:
        """One filing."""
        return Response(FilingSerializer(_found(request, reference, filing_reference, Can.VIEW)).data)

    @extend_schema(request=FilingAnswersSerializer, responses=FilingSerializer)
    def patch(self, request: ApiRequest, reference: str, filing_reference: str) -> Response:
        """Change answers of a draft."""
        found = _found(request, reference, filing_reference)
        given = _read(FilingAnswersSerializer, request)
        filing = commands.edit_answers(found, by=request.user, now=timezone.now(), **given)
        return Response(FilingSerializer(filing).data)


class Declare(APIView):
    @extend_schema(request=None, responses=FilingSerializer)
    def post(self, request: ApiRequest, reference: str, filing_reference: str) -> Response:
        """Declare a filing: its snapshot is frozen and the PDF is drawn."""
        incident = door.declaring_incident(request.user, reference)
        found = queries.filing_for(incident, filing_reference)
        filing = commands.freeze_filing(found, by=request.user, now=timezone.now())
        filing_tasks.nudge()
        return Response(FilingSerializer(filing).data)


class DrawAgain(APIView):
    @extend_schema(request=None, responses=FilingSerializer)
    def post(self, request: ApiRequest, reference: str, filing_reference: str) -> Response:
        """Draw the PDF again after it failed."""
        found = _found(request, reference, filing_reference)
        filing = commands.draw_again(found, by=request.user, now=timezone.now())
        filing_tasks.nudge()
        return Response(FilingSerializer(filing).data)


class Submit(APIView):
    @extend_schema(request=FilingSubmissionSerializer, responses=FilingSerializer)
    def post(self, request: ApiRequest, reference: str, filing_reference: str) -> Response:
        """Keep when and how a filing was submitted."""
        found = _found(request, reference, filing_reference)
        given = _read(FilingSubmissionSerializer, request)
        receipt = commands.Receipt(number=given.pop("receipt"))
        filing = commands.mark_submitted(found, receipt=receipt, by=request.user, now=timezone.now(), **given)
        return Response(FilingSerializer(filing).data)


class Withdraw(APIView):
    @extend_schema(request=FilingWithdrawalSerializer, responses=FilingSerializer)
    def post(self, request: ApiRequest, reference: str, filing_reference: str) -> Response:
        """Withdraw a filing that was not submitted."""
        found = _found(request, reference, filing_reference)
        given = _read(FilingWithdrawalSerializer, request)
        filing = commands.withdraw_filing(found, by=request.user, now=timezone.now(), **given)
        return Response(FilingSerializer(filing).data)


class Pdf(APIView):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: ApiRequest, reference: str, filing_reference: str) -> HttpResponse:
        """The PDF of a filing, checked against its hash."""
        incident = door.files_incident(request.user, reference)
        found = queries.filing_for(incident, filing_reference)
        answer = files.pdf_of(found)
        commands.take_file(found, what="pdf", by=request.user)
        return answer
