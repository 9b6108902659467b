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
from incidents.api.endpoints import act, reading
from incidents.commands.triage import Act, Settling
from incidents.models import Incident, Report
from incidents.permissions import check_triage, incident_for
from incidents.queries.inbox import INBOX_LIMIT


class Reports(APIView):
    """Anybody signed in may report; the inbox is for those who triage."""

    @extend_schema(operation_id="reports_inbox", responses=shapes.ReportOut(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Reports that wait, by the first deadline there could be, then how grave they sound, then age."""
        check_triage(request.user)
        waiting = queries.inbox(request.user).select_related("incident", "duplicate_of", "settled_by")[
            :INBOX_LIMIT
        ]
        return Response(shapes.ReportOut(waiting, many=True).data)

    @extend_schema(operation_id="reports_file", request=shapes.ReportIn, responses={201: shapes.FiledOut})
    def post(self, request: ApiRequest) -> Response:
        """Tell what you saw."""
        data = shapes.given(shapes.ReportIn, request)
        report, code = commands.file_report(reporter=request.user, now=timezone.now(), **data)
        told = shapes.FiledOut({"reference": report.reference, "code": code})
        return Response(told.data, status=status.HTTP_201_CREATED)


class OneReport(APIView):
    @extend_schema(operation_id="reports_read", responses=shapes.ReportOut)
    def get(self, request: ApiRequest, reference: str) -> Response:
        return Response(shapes.ReportOut(queries.report_for(request.user, reference)).data)


@act("reports_dismiss", takes=shapes.DismissIn, tells=shapes.ReportOut)
def dismiss_report(request: ApiRequest, reference: str) -> Response:
    report = queries.report_for(request.user, reference)
    data = shapes.given(shapes.DismissIn, request)
    report = commands.dismiss_report(report, by=request.user, now=timezone.now(), **data)
    return Response(shapes.ReportOut(report).data)


@act("reports_put_off", takes=shapes.PutOffIn, tells=shapes.ReportOut)
def put_off_report(request: ApiRequest, reference: str) -> Response:
    """It leaves the inbox until then."""
    report = queries.report_for(request.user, reference)
    data = shapes.given(shapes.PutOffIn, request)
    report = commands.put_off_report(report, by=request.user, now=timezone.now(), **data)
    return Response(shapes.ReportOut(report).data)


@reading("reports_alike", tells=shapes.AlikeOut(many=True))
def look_alikes(request: ApiRequest, reference: str) -> Response:
    """Reports and incidents that may tell of the same, and what they share."""
    report = queries.report_for(request.user, reference)
    return Response(shapes.AlikeOut(queries.look_alikes(request.user, report), many=True).data)


@act("reports_settle_several", takes=shapes.SeveralIn, tells=shapes.ReportOut(many=True))
def settle_several(request: ApiRequest) -> Response:
    """The same act on several reports: on all, or on none when one refuses."""
    check_triage(request.user)
    data = shapes.given(shapes.SeveralIn, request)
    found = _all_of(request, data["reports"])
    of = _meant(request, data["of"]) if data["of"] else None
    given = Settling(Act(data["act"]), data["reason"], until=data["until"], after=data["after"], of=of)
    settled = commands.settle_reports(found, given, by=request.user, now=timezone.now())
    return Response(shapes.ReportOut(settled, many=True).data)


@act("reports_undo", takes=shapes.UndoIn, tells=shapes.ReportOut(many=True))
def undo_triage(request: ApiRequest) -> Response:
    """Take back your own act of the last minute."""
    check_triage(request.user)
    data = shapes.given(shapes.UndoIn, request)
    undone = commands.undo_triage(_all_of(request, data["reports"]), by=request.user, now=timezone.now())
    return Response(shapes.ReportOut(undone, many=True).data)


def _all_of(request: ApiRequest, references: list[str]) -> list[Report]:
    found = queries.reports_for(request.user, references)
    if len(found) < len(set(references)):
        raise ValidationError(
            "Some of these reports you may not see, or they do not exist.", code="unknown_reference"
        )
    return found


def _meant(request: ApiRequest, reference: str) -> Report | Incident:
    found = queries.same_as(request.user, reference.strip().upper())
    if found is None:
        raise ValidationError(
            "No report or incident that you may triage has this reference.", code="unknown_reference"
        )
    return found


@act("reports_mark_duplicate", takes=shapes.DuplicateIn, tells=shapes.ReportOut)
def mark_duplicate(request: ApiRequest, reference: str) -> Response:
    report = queries.report_for(request.user, reference)
    data = shapes.given(shapes.DuplicateIn, request)
    of = _meant(request, data["of"])
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
