"""Public statements, through the same commands and the same door."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.models import Can
from incidents.permissions import incident_for
from notifications import words
from notifications.api.shapes import ReasonShape
from notifications.commands import statements as commands
from notifications.models import PublicStatement
from notifications.permissions import statement_for
from notifications.queries import statements as queries


class PublicStatementShape(serializers.ModelSerializer[PublicStatement]):
    statement_status = serializers.CharField(source="status", read_only=True)
    url = serializers.CharField(read_only=True)
    text = serializers.CharField(source="words", read_only=True)

    class Meta:
        model = PublicStatement
        fields = [
            "reference", "title", "text", "language", "obligation", "statement_status", "url", "written_at",
            "published_at", "withdrawn_at", "unreachable",
        ]  # fmt: skip
        read_only_fields = fields


class PublicStatementWords(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=150)
    text = serializers.CharField(max_length=20_000, trim_whitespace=False)
    language = serializers.ChoiceField(choices=list(words.LANGUAGES.items()), default="en")
    obligation = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)


def _read(request: ApiRequest, incident: Any) -> dict[str, Any]:
    given = PublicStatementWords(data=request.data)
    given.is_valid(raise_exception=True)
    data = dict(given.validated_data)
    if data["obligation"] is not None:
        duty = queries.duties(incident).filter(pk=data["obligation"]).first()
        if duty is None:
            raise serializers.ValidationError(
                {"obligation": "No such duty that a statement meets on this incident."}
            )
        data["obligation"] = duty
    return data


class Statements(APIView):
    @extend_schema(operation_id="incident_statements_list", responses=PublicStatementShape(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Public statements of an incident, newest first."""
        incident = incident_for(request.user, reference, Can.VIEW)
        return Response(PublicStatementShape(queries.statements_of(incident), many=True).data)

    @extend_schema(request=PublicStatementWords, responses={201: PublicStatementShape})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Write a draft."""
        incident = incident_for(request.user, reference, Can.WRITE)
        made = commands.write_statement(
            incident, by=request.user, now=timezone.now(), **_read(request, incident)
        )
        return Response(PublicStatementShape(made).data, status=status.HTTP_201_CREATED)


class OneStatement(APIView):
    @extend_schema(responses=PublicStatementShape)
    def get(self, request: ApiRequest, reference: str, statement: str) -> Response:
        """One statement."""
        return Response(
            PublicStatementShape(statement_for(request.user, reference, statement, Can.VIEW)).data
        )

    @extend_schema(request=PublicStatementWords, responses=PublicStatementShape)
    def put(self, request: ApiRequest, reference: str, statement: str) -> Response:
        """Write a draft anew."""
        found = statement_for(request.user, reference, statement, Can.WRITE)
        data = _read(request, found.incident)
        done = commands.write_statement(
            found.incident, statement=found, by=request.user, now=timezone.now(), **data
        )
        return Response(PublicStatementShape(done).data)


class Publish(APIView):
    @extend_schema(request=None, responses=PublicStatementShape)
    def post(self, request: ApiRequest, reference: str, statement: str) -> Response:
        """Make it public, as a second person."""
        found = statement_for(request.user, reference, statement, Can.SEND)
        done = commands.publish_statement(found, by=request.user, now=timezone.now())
        return Response(PublicStatementShape(done).data)


class WithdrawStatement(APIView):
    @extend_schema(request=ReasonShape, responses=PublicStatementShape)
    def post(self, request: ApiRequest, reference: str, statement: str) -> Response:
        """Take it from its address."""
        found = statement_for(request.user, reference, statement, Can.SEND)
        given = ReasonShape(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        done = commands.withdraw_statement(found, reason=reason, by=request.user, now=timezone.now())
        return Response(PublicStatementShape(done).data)
