"""Evidence by API: the same acts, and the files themselves as downloads."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.keyring import CannotUnseal
from accounts.requests import ApiRequest
from incidents import commands, evidence_tasks, queries
from incidents.api import shapes
from incidents.api.endpoints import act, reading
from incidents.commands import files
from incidents.downloads import stored_file, zipped
from incidents.models import Can, Evidence, Incident
from incidents.permissions import incident_for

View = Callable[..., HttpResponseBase]
FILE = {(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)}
ZIP = {(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)}


def check_counsel(incident: Incident, *, privileged: bool) -> None:
    if privileged and Can.PRIVILEGED not in incident.held:  # type: ignore[attr-defined]
        raise PermissionDenied("Privileged files are for counsel alone.")


def one_for(request: ApiRequest, reference: str, evidence: str, can: Can = Can.VIEW) -> Evidence:
    incident = incident_for(request.user, reference, can)
    return queries.evidence_for(incident, evidence, now=timezone.now())


def told(evidence: Evidence, incident: Incident, *, code: int = status.HTTP_200_OK) -> Response:
    """One thing as it is now, with its custody; counsel who hid it still reads it."""
    found = queries.evidence_for(incident, evidence.reference, now=timezone.now())
    found.custody = queries.custody(found)  # type: ignore[attr-defined]
    return Response(shapes.EvidenceDetailOut(found).data, status=code)


class EvidenceList(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="evidence_list", responses=shapes.EvidenceOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """All evidence that you may know of, the latest first."""
        incident = incident_for(request.user, reference)
        found = queries.evidence_of(incident, now=timezone.now())
        return Response(shapes.EvidenceOut(found, many=True).data)

    @extend_schema(
        operation_id="evidence_add", request=shapes.EvidenceIn, responses={201: shapes.EvidenceDetailOut}
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Take in a file that comes at once; larger ones come as uploads, in parts."""
        incident = incident_for(request.user, reference, Can.WRITE)
        data = shapes.given(shapes.EvidenceIn, request)
        file = data.pop("file")
        check_counsel(incident, privileged=data["privileged"])
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            raise ValidationError("This is too large to come at once. Send it in parts.", code="too_large")
        made = commands.add_evidence(
            incident,
            file.chunks(),
            name=file.name,
            size=file.size,
            by=request.user,
            now=timezone.now(),
            **data,
        )
        evidence_tasks.nudge()
        return told(made, incident, code=status.HTTP_201_CREATED)


@act("evidence_capture", takes=shapes.CaptureIn, tells=shapes.EvidenceDetailOut)
def capture_page(request: ApiRequest, reference: str) -> Response:
    """Keep the words of a page or post with its address. Nothing is fetched from there."""
    incident = incident_for(request.user, reference, Can.WRITE)
    data = shapes.given(shapes.CaptureIn, request)
    check_counsel(incident, privileged=data["privileged"])
    content = ContentFile(data.pop("words").encode())
    made = commands.capture_page(
        incident,
        content.chunks(),
        name="page.txt",
        size=content.size,
        by=request.user,
        now=timezone.now(),
        **data,
    )
    evidence_tasks.nudge()
    return told(made, incident)


@reading("evidence_read", tells=shapes.EvidenceDetailOut)
def evidence_item(request: ApiRequest, reference: str, evidence: str) -> Response:
    """One thing, with its custody."""
    found = one_for(request, reference, evidence)
    return told(found, found.incident)


@act("evidence_open", takes=None, tells=shapes.ShownOut)
def open_evidence(request: ApiRequest, reference: str, evidence: str) -> Response:
    """What can be shown of it safely; that you looked is kept."""
    found = one_for(request, reference, evidence)
    commands.open_evidence(found, by=request.user, now=timezone.now())
    try:
        words, picture = files.safe_view(found.file)
    except CannotUnseal as error:
        raise _unreadable() from error
    return Response(shapes.ShownOut({"words": words, "picture": b64encode(picture).decode()}).data)


def _unreadable() -> ValidationError:
    return ValidationError("This file cannot be read. Check it again.", code="damaged")


def _file(operation: str, *, takes: Any = None, answers: Any = FILE) -> Callable[[View], View]:
    """A POST that hands out a file."""

    def wrap(view: View) -> View:
        described: Any = extend_schema(operation_id=operation, request=takes, responses=answers)
        wrapped: View = described(api_view(["POST"])(view))
        return wrapped

    return wrap


@_file("evidence_download", takes=shapes.DownloadIn)
def download_evidence(request: ApiRequest, reference: str, evidence: str) -> HttpResponseBase:
    """The file itself; that you took it out is kept."""
    found = one_for(request, reference, evidence)
    data = shapes.given(shapes.DownloadIn, request)
    commands.download_evidence(found, by=request.user, now=timezone.now(), **data)
    try:
        return stored_file(found.file)
    except CannotUnseal as error:
        raise _unreadable() from error


@_file("evidence_export", answers=ZIP)
def export_evidence(request: ApiRequest, reference: str) -> HttpResponseBase:
    """All files that may leave, as a ZIP with its manifest."""
    incident = incident_for(request.user, reference, Can.EXPORT)
    return zipped(incident, commands.export_evidence(incident, by=request.user, now=timezone.now()))


@reading("evidence_manifest", tells=shapes.ManifestOut)
def evidence_manifest(request: ApiRequest, reference: str) -> Response:
    """Every file with its hash."""
    incident = incident_for(request.user, reference, Can.EXPORT)
    return Response({"files": list(queries.manifest(incident, now=timezone.now()))})


@act("evidence_check", takes=None, tells=shapes.CheckedOut)
def check_evidence(request: ApiRequest, reference: str, evidence: str) -> Response:
    """Compute its hash again, now."""
    found = one_for(request, reference, evidence)
    same = commands.check_evidence(found, by=request.user, now=timezone.now())
    return Response(shapes.CheckedOut({"same": same, "sha256": found.file.sha256}).data)


class HoldAll(APIView):
    @extend_schema(operation_id="holds_list", responses=shapes.HoldOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Legal holds, the latest first, also those that ended."""
        found = queries.holds_of(incident_for(request.user, reference))
        return Response(shapes.HoldOut(found, many=True).data)

    @extend_schema(operation_id="holds_place", request=shapes.HoldIn, responses={201: shapes.HoldOut})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Hold all evidence of the incident, also what comes later."""
        incident = incident_for(request.user, reference, Can.DECIDE)
        data = shapes.given(shapes.HoldIn, request)
        hold = commands.place_hold(incident, by=request.user, now=timezone.now(), **data)
        return Response(shapes.HoldOut(hold).data, status=status.HTTP_201_CREATED)


@act("evidence_hold", takes=shapes.HoldIn, tells=shapes.HoldOut)
def hold_evidence(request: ApiRequest, reference: str, evidence: str) -> Response:
    """Hold one file."""
    found = one_for(request, reference, evidence, Can.DECIDE)
    data = shapes.given(shapes.HoldIn, request)
    hold = commands.place_hold(found.incident, evidence=found, by=request.user, now=timezone.now(), **data)
    return Response(shapes.HoldOut(hold).data)


@act("holds_release", takes=shapes.ReasonIn, tells=shapes.HoldOut)
def release_hold(request: ApiRequest, reference: str, pk: int) -> Response:
    """End a hold."""
    hold = queries.hold_for(incident_for(request.user, reference, Can.DECIDE), pk)
    data = shapes.given(shapes.ReasonIn, request)
    return Response(
        shapes.HoldOut(commands.release_hold(hold, by=request.user, now=timezone.now(), **data)).data
    )


@act("evidence_set_privileged", takes=shapes.PrivilegedIn, tells=shapes.EvidenceDetailOut)
def set_privileged(request: ApiRequest, reference: str, evidence: str) -> Response:
    """Keep it for counsel alone, or let others see it again."""
    found = one_for(request, reference, evidence, Can.PRIVILEGED)
    data = shapes.given(shapes.PrivilegedIn, request)
    commands.set_privileged(found, by=request.user, now=timezone.now(), **data)
    return told(found, found.incident)


@act("evidence_delete", takes=shapes.ReasonIn, tells=shapes.EvidenceDetailOut)
def delete_evidence(request: ApiRequest, reference: str, evidence: str) -> Response:
    """Destroy the file and its key; its custody and its hash stay."""
    found = one_for(request, reference, evidence, Can.DECIDE)
    data = shapes.given(shapes.ReasonIn, request)
    commands.delete_evidence(found, by=request.user, now=timezone.now(), **data)
    return told(found, found.incident)


# --- with a report


@reading("attachments_list", tells=shapes.AttachmentOut(many=True))
def attachments(request: ApiRequest, reference: str) -> Response:
    """Files that came with a report."""
    report = queries.report_for(request.user, reference)
    return Response(shapes.AttachmentOut(report.attachments.select_related("file"), many=True).data)


@_file("attachments_download", takes=shapes.DownloadIn)
def attachment_file(request: ApiRequest, reference: str, pk: int) -> HttpResponseBase:
    """The file itself; that you took it out is kept."""
    found = queries.attachment_for(queries.report_for(request.user, reference), pk)
    data = shapes.given(shapes.DownloadIn, request)
    commands.download_attachment(found, by=request.user, now=timezone.now(), **data)
    try:
        return stored_file(found.file)
    except CannotUnseal as error:
        raise _unreadable() from error
