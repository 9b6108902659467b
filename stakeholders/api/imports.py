"""Imports of affected people."""

from __future__ import annotations

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.models import Can
from incidents.permissions import incident_for
from stakeholders import commands, queries, tasks
from stakeholders.api.shapes import (
    ImportSerializer,
    RefusedLineSerializer,
    SavedMappingSerializer,
    StartSerializer,
    UploadSerializer,
    read,
)
from stakeholders.importing import reasons
from stakeholders.models import SavedMapping
from stakeholders.permissions import import_for, roster_for

MOST_LINES = 1000


class Imports(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="imports_list", responses=ImportSerializer(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Every import of this incident, newest first."""
        roster = roster_for(request.user, reference, Can.VIEW)
        return Response(ImportSerializer(queries.imports_of(roster), many=True).data)

    @extend_schema(operation_id="imports_upload", request=UploadSerializer, responses={201: ImportSerializer})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Upload a spreadsheet or CSV file; the answer holds our guess of its columns. Nobody is imported yet."""
        incident = incident_for(request.user, reference, Can.WRITE)
        file = read(UploadSerializer, request)["file"]
        job = commands.upload_import(
            incident, name=file.name, chunks=file.chunks(), by=request.user, now=timezone.now()
        )
        return Response(ImportSerializer(job).data, status=status.HTTP_201_CREATED)


class OneImport(APIView):
    @extend_schema(operation_id="imports_one", responses=ImportSerializer)
    def get(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Where an import stands."""
        return Response(ImportSerializer(import_for(request.user, reference, number, Can.VIEW)).data)


class Start(APIView):
    @extend_schema(operation_id="imports_start", request=StartSerializer, responses=ImportSerializer)
    def post(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Say what the columns hold, and queue the import."""
        job = import_for(request.user, reference, number, Can.WRITE)
        given = read(StartSerializer, request)
        mapping, name = given.pop("mapping"), given.pop("keep_as", "")
        with transaction.atomic():
            job = commands.start_import(
                job, mapping=mapping, defaults=given, by=request.user, now=timezone.now()
            )
            if name:
                commands.keep_mapping(job, name=name, by=request.user, now=timezone.now())
            transaction.on_commit(tasks.run_due_imports.delay, robust=True)
        return Response(ImportSerializer(job).data)


class Stop(APIView):
    @extend_schema(operation_id="imports_stop", request=None, responses=ImportSerializer)
    def post(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Stop an import; whom it brought in already stays."""
        job = import_for(request.user, reference, number, Can.WRITE)
        return Response(
            ImportSerializer(commands.cancel_import(job, by=request.user, now=timezone.now())).data
        )


class Resume(APIView):
    @extend_schema(operation_id="imports_resume", request=None, responses=ImportSerializer)
    def post(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Go on with a stopped import where it stands."""
        job = import_for(request.user, reference, number, Can.WRITE)
        with transaction.atomic():
            job = commands.resume_import(job, by=request.user, now=timezone.now())
            transaction.on_commit(tasks.run_due_imports.delay, robust=True)
        return Response(ImportSerializer(job).data)


class Mappings(APIView):
    @extend_schema(operation_id="columns_list", responses=SavedMappingSerializer(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Matchings of columns that were kept under a name."""
        incident_for(request.user, reference, Can.WRITE)
        return Response(SavedMappingSerializer(SavedMapping.objects.all(), many=True).data)


class OneMapping(APIView):
    @extend_schema(operation_id="columns_forget", responses={204: None})
    def delete(self, request: ApiRequest, reference: str, saved: int) -> Response:
        """Forget a kept matching; imports that used it stay as they are."""
        incident_for(request.user, reference, Can.WRITE)
        with transaction.atomic():
            found = get_object_or_404(SavedMapping.objects.select_for_update(), pk=saved)
            commands.forget_mapping(found, by=request.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Refused(APIView):
    @extend_schema(operation_id="imports_refused", responses=RefusedLineSerializer(many=True))
    def get(self, request: ApiRequest, reference: str, number: int) -> Response:
        """The first thousand refused lines with their reasons; the lines themselves are on the page's download."""
        job = import_for(request.user, reference, number, Can.VIEW)
        rows = [
            {
                "line": row.line,
                "field": row.field,
                "code": row.code,
                "reason": reasons.words(row.field, row.code),
            }
            for row in job.rejects.all()[:MOST_LINES]
        ]
        return Response(RefusedLineSerializer(rows, many=True).data)
