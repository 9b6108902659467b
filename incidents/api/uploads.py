"""A large file in parts: announce it, send parts from the offset, finish. The browser's page does the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents import commands, evidence_tasks, queries
from incidents.api import shapes
from incidents.api.endpoints import act
from incidents.api.evidence import check_counsel, told
from incidents.commands import files
from incidents.models import Can
from incidents.permissions import incident_for

OCTETS: Final = "application/octet-stream"
PIECE: Final = 1 << 16
OFFSET = OpenApiParameter(
    "Upload-Offset", int, OpenApiParameter.HEADER, required=True, description="Bytes that are here already."
)


class Uploads(APIView):
    @extend_schema(operation_id="uploads_list", responses=shapes.UploadOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Files that are not here to the last byte."""
        incident = incident_for(request.user, reference, Can.WRITE)
        return Response(shapes.UploadOut(queries.uploads_of(incident), many=True).data)

    @extend_schema(operation_id="uploads_start", request=shapes.UploadIn, responses={201: shapes.UploadOut})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Announce a file. Then send its parts, and finish."""
        incident = incident_for(request.user, reference, Can.WRITE)
        data = shapes.given(shapes.UploadIn, request)
        check_counsel(incident, privileged=data["privileged"])
        upload = commands.start_upload(incident, by=request.user, now=timezone.now(), **data)
        return Response(shapes.UploadOut(upload).data, status=status.HTTP_201_CREATED)


class OneUpload(APIView):
    @extend_schema(operation_id="uploads_read", responses=shapes.UploadOut)
    def get(self, request: ApiRequest, reference: str, upload: str) -> Response:
        """How far it is: after an interruption go on from `offset`."""
        incident = incident_for(request.user, reference, Can.WRITE)
        return Response(shapes.UploadOut(queries.upload_for(incident, upload)).data)

    @extend_schema(
        operation_id="uploads_send_part",
        parameters=[OFFSET],
        request={OCTETS: OpenApiTypes.BINARY},
        responses=shapes.UploadOut,
    )
    def put(self, request: ApiRequest, reference: str, upload: str) -> Response:
        """The next bytes, as they are. A part that breaks off is not kept."""
        incident = incident_for(request.user, reference, Can.WRITE)
        found = queries.upload_for(incident, upload)
        if request.content_type != OCTETS:
            raise exceptions.UnsupportedMediaType(request.content_type or "nothing")
        offset = request.headers.get("Upload-Offset", "")
        if not offset.isdecimal() or len(offset) > 15:
            raise ValidationError("Say in Upload-Offset from which byte on this is.", code="bad_offset")
        found.file = files.add_part(found.file, _body(request), offset=int(offset), now=timezone.now())
        return Response(shapes.UploadOut(found).data)

    @extend_schema(operation_id="uploads_drop", responses={204: None})
    def delete(self, request: ApiRequest, reference: str, upload: str) -> Response:
        """Throw away what is here of it."""
        incident = incident_for(request.user, reference, Can.WRITE)
        commands.drop_upload(queries.upload_for(incident, upload), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _body(request: ApiRequest) -> Iterator[bytes]:
    """The body as it arrives, never whole in memory; one that ends early is refused."""
    announced, came = int(request.META.get("CONTENT_LENGTH") or 0), 0
    try:
        while came < announced and (piece := request._request.read(PIECE)):
            came += len(piece)
            yield piece
    except OSError:
        came = -1
    if came != announced or not came:
        raise ValidationError("This part broke off. Send it again.", code="broken_off")


@act("uploads_finish", takes=None, tells=shapes.EvidenceDetailOut)
def finish_upload(request: ApiRequest, reference: str, upload: str) -> Response:
    """All bytes are here: it is hashed and becomes evidence, unless the incident holds it already."""
    incident = incident_for(request.user, reference, Can.WRITE)
    found = queries.upload_for(incident, upload)
    made = commands.finish_upload(found, by=request.user, now=timezone.now())
    evidence_tasks.nudge()
    return told(made, incident)
