"""Reports by API: tell, read the inbox, triage."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act
from incidents.models import Door
from incidents.permissions import check_triage, incident_for
from incidents.queries.lists import INBOX_LIMIT


class Reports(APIView):
    """Anybody signed in may report; the inbox is for those who triage."""

    @extend_schema(operation_id="reports_inbox", responses=shapes.ReportOut(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Reports that wait, oldest first."""
        check_triage(request.user)
        waiting = queries.inbox(request.user).select_related("incident", "duplicate_of", "settled_by")[
            :INBOX_LIMIT
        ]
        return Response(shapes.ReportOut(waiting, many=True).data)

    @extend_schema(operation_id="reports_file", request=shapes.ReportIn, responses={201: shapes.FiledOut})
    def post(self, request: ApiRequest) -> Response:
        """Tell what you saw."""
        data = shapes.given(shapes.ReportIn, request)
        report, code = commands.file_report(door=Door.API, reporter=request.user, now=timezone.now(), **data)
        told = shapes.FiledOut({"reference": report.reference, "code": code})
        return Response(told.data, status=status.HTTP_201_CREATED)


class OneReport(APIView):
    @extend_schema(operation_id="reports_read", responses=shapes.ReportOut)
    def get(self, request: ApiRequest, reference: str) -> Response:
        return Response(shapes.ReportOut(queries.report_for(request.user, reference)).data)


@act("reports_dismiss", takes=shapes.ReasonIn, tells=shapes.ReportOut)
def dismiss_report(request: ApiRequest, reference: str) -> Response:
    report = queries.report_for(request.user, reference)
    data = shapes.given(shapes.ReasonIn, request)
    report = commands.dismiss_report(report, by=request.user, now=timezone.now(), **data)
    return Response(shapes.ReportOut(report).data)


@act("reports_mark_duplicate", takes=shapes.DuplicateIn, tells=shapes.ReportOut)
def mark_duplicate(request: ApiRequest, reference: str) -> Response:
    report = queries.report_for(request.user, reference)
    data = shapes.given(shapes.DuplicateIn, request)
    of = queries.same_as(request.user, data["of"].strip().upper())
    if of is None:
        raise ValidationError("No report that you may see has this reference.", code="unknown_reference")
    report = commands.mark_duplicate(
        report, of=of, by=request.user, reason=data["reason"], now=timezone.now()
    )
    return Response(shapes.ReportOut(report).data)


@act("reports_return", takes=shapes.ReasonIn, tells=shapes.ReportOut)
def return_report(request: ApiRequest, reference: str) -> Response:
    report = queries.report_for(request.user, reference)
    data = shapes.given(shapes.ReasonIn, request)
    report = commands.return_report(report, by=request.user, now=timezone.now(), **data)
    return Response(shapes.ReportOut(report).data)


@act("reports_promote", takes=shapes.PromoteIn, tells=shapes.IncidentOut)
def promote_report(request: ApiRequest, reference: str) -> Response:
    report = queries.report_for(request.user, reference)
    data = shapes.given(shapes.PromoteIn, request)
    incident = commands.promote_report(report, by=request.user, now=timezone.now(), **data)
    return Response(shapes.IncidentOut(incident_for(request.user, incident.reference)).data)


@act("reports_contact", takes=None, tells=shapes.ContactOut)
def reporter_contact(request: ApiRequest, reference: str) -> Response:
    """How the reporter can be reached; asking for it is recorded."""
    report = queries.report_for(request.user, reference)
    contact = commands.read_reporter_contact(report, by=request.user, now=timezone.now())
    return Response(shapes.ContactOut({"contact": contact}).data)
