"""Letters, through the same commands and the same door as the pages."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.models import Can
from incidents.permissions import incident_for
from notifications import letter_tasks
from notifications.api.shapes import ReasonShape
from notifications.commands import letters as commands
from notifications.letters import package
from notifications.models import LetterRun, Paper
from notifications.permissions import letters_for, notice_for
from notifications.queries import letters as queries


class LetterRunShape(serializers.ModelSerializer[LetterRun]):
    notice = serializers.CharField(source="notice.reference", read_only=True)
    letter_status = serializers.CharField(source="status", read_only=True)
    problems = serializers.SerializerMethodField()

    class Meta:
        model = LetterRun
        fields = [
            "reference", "notice", "paper", "duplex", "letter_status", "made_at", "letters", "drawn", "pages", "returned",
            "ready_at", "posted_on", "receipt", "text_hash", "problems",
        ]  # fmt: skip
        read_only_fields = fields

    def get_problems(self, run: LetterRun) -> list[str]:
        return [batch.problem for batch in queries.problems(run)[:3]]


class BeginShape(serializers.Serializer[Any]):
    paper = serializers.ChoiceField(choices=Paper.choices, default=Paper.DIN)
    duplex = serializers.BooleanField(default=False)


class TakeShape(serializers.Serializer[Any]):
    password = serializers.CharField(min_length=12, max_length=128, trim_whitespace=False)
    reason = serializers.CharField(max_length=2_000)


class PostShape(serializers.Serializer[Any]):
    on = serializers.DateField(help_text="Day on which the post took them.")
    receipt = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class ReturnShape(serializers.Serializer[Any]):
    numbers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=99_999_999), max_length=5_000
    )
    why = serializers.ChoiceField(choices=[(one, one) for one in commands.RETURNED_WHY])
    on = serializers.DateField()


class ReturnedNumberShape(serializers.Serializer[Any]):
    returned = serializers.IntegerField()


def _read(shape: type[serializers.Serializer[Any]], request: ApiRequest) -> dict[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class Letters(APIView):
    @extend_schema(operation_id="incident_letters_list", responses=LetterRunShape(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Letter runs of an incident, newest first."""
        incident = incident_for(request.user, reference, Can.VIEW)
        return Response(LetterRunShape(queries.runs_of(incident), many=True).data)


class Begin(APIView):
    @extend_schema(request=BeginShape, responses={201: LetterRunShape})
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Begin letters to everybody of a notice with a postal address and no working e-mail."""
        found = notice_for(request.user, reference, notice, Can.EXPORT)
        run = commands.begin_letters(found, by=request.user, now=timezone.now(), **_read(BeginShape, request))
        letter_tasks.nudge()
        return Response(LetterRunShape(run).data, status=status.HTTP_201_CREATED)


class OneRun(APIView):
    @extend_schema(responses=LetterRunShape)
    def get(self, request: ApiRequest, reference: str, run: str) -> Response:
        """How far it is."""
        return Response(LetterRunShape(letters_for(request.user, reference, run)).data)


class Take(APIView):
    @extend_schema(request=TakeShape, responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def post(self, request: ApiRequest, reference: str, run: str) -> StreamingHttpResponse:
        """The letters and the list for the post, in a ZIP that the password opens."""
        found = letters_for(request.user, reference, run, Can.EXPORT)
        data = _read(TakeShape, request)
        commands.take_letters(found, by=request.user, now=timezone.now(), **data)
        return package.download(found, data["password"])


class Post(APIView):
    @extend_schema(request=PostShape, responses=LetterRunShape)
    def post(self, request: ApiRequest, reference: str, run: str) -> Response:
        """Confirm that the post has them."""
        found = letters_for(request.user, reference, run, Can.SEND)
        done = commands.post_letters(found, by=request.user, now=timezone.now(), **_read(PostShape, request))
        return Response(LetterRunShape(done).data)


class Return(APIView):
    @extend_schema(request=ReturnShape, responses=ReturnedNumberShape)
    def post(self, request: ApiRequest, reference: str, run: str) -> Response:
        """Note letters that came back."""
        found = letters_for(request.user, reference, run, Can.SEND)
        number = commands.return_letters(
            found, by=request.user, now=timezone.now(), **_read(ReturnShape, request)
        )
        return Response({"returned": number})


class Cancel(APIView):
    @extend_schema(request=ReasonShape, responses=LetterRunShape)
    def post(self, request: ApiRequest, reference: str, run: str) -> Response:
        """Give letters up that were not handed over."""
        found = letters_for(request.user, reference, run, Can.SEND)
        done = commands.cancel_letters(
            found, by=request.user, now=timezone.now(), **_read(ReasonShape, request)
        )
        return Response(LetterRunShape(done).data)
