"""Taking the list of people out, and erasing it."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.models import Can
from stakeholders import commands, exporting
from stakeholders.api.shapes import (
    ErasureSerializer,
    ExportSerializer,
    ProposeErasureSerializer,
    ReasonSerializer,
    read,
)
from stakeholders.permissions import roster_for


class Export(APIView):
    @extend_schema(
        operation_id="people_export",
        request=ExportSerializer,
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, "A ZIP under AES-256")},
    )
    def post(self, request: ApiRequest, reference: str) -> StreamingHttpResponse:
        """Everybody in clear, in a ZIP that only the password opens; the reason is recorded."""
        roster = roster_for(request.user, reference, Can.EXPORT)
        given = read(ExportSerializer, request)
        commands.export_list(roster, by=request.user, now=timezone.now(), **given)
        return exporting.download(roster, given["password"])


class OneErasure(APIView):
    @extend_schema(operation_id="erasures_list", responses=ErasureSerializer(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Erasures that were proposed, the newest first."""
        roster = roster_for(request.user, reference, Can.DECIDE)
        return Response(ErasureSerializer(roster.erasures.all(), many=True).data)

    @extend_schema(
        operation_id="erasures_propose", request=ProposeErasureSerializer, responses={201: ErasureSerializer}
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Propose that everybody is erased, at once or on a day; a second person signs."""
        roster = roster_for(request.user, reference, Can.DECIDE)
        given = {"due_on": None, **read(ProposeErasureSerializer, request)}
        erasure = commands.propose_erasure(roster, by=request.user, now=timezone.now(), **given)
        return Response(ErasureSerializer(erasure).data, status=status.HTTP_201_CREATED)


class Sign(APIView):
    @extend_schema(operation_id="erasures_sign", request=None, responses=ErasureSerializer)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Sign as the second person; without a day everybody is erased now."""
        roster = roster_for(request.user, reference, Can.SIGN)
        return Response(
            ErasureSerializer(commands.sign_erasure(roster, by=request.user, now=timezone.now())).data
        )


class Withdraw(APIView):
    @extend_schema(operation_id="erasures_withdraw", request=ReasonSerializer, responses=ErasureSerializer)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Take an erasure back, as long as it is not done."""
        roster = roster_for(request.user, reference, Can.DECIDE)
        given = read(ReasonSerializer, request)
        erasure = commands.withdraw_erasure(roster, by=request.user, now=timezone.now(), **given)
        return Response(ErasureSerializer(erasure).data)
