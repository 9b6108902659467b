"""What came back, and the acts on it, through the same commands and the same door as the pages."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.models import Can
from incidents.permissions import incident_for
from notifications import commands, tasks
from notifications.models import Bounce, Delivery
from notifications.queries import bounces as queries


class BounceShape(serializers.ModelSerializer[Bounce]):
    class Meta:
        model = Bounce
        fields = ["kind", "source", "status_code", "words", "received_at", "moved_to"]
        read_only_fields = fields


class ReturnedShape(serializers.Serializer[Any]):
    """No contact details: look the person up where that is recorded."""

    delivery = serializers.IntegerField(source="delivery.pk")
    notice = serializers.CharField(source="delivery.notice.reference")
    party = serializers.IntegerField(source="delivery.party_id")
    state = serializers.CharField(source="delivery.state")
    why = serializers.CharField()
    has_mail = serializers.BooleanField()
    has_address = serializers.BooleanField()
    bounces = BounceShape(many=True)


class ReturnedActShape(serializers.Serializer[Any]):
    deliveries = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=1_000)
    reason = serializers.CharField(max_length=2_000)


class NumberShape(serializers.Serializer[Any]):
    number = serializers.IntegerField()


class CorrectShape(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    email = serializers.CharField(max_length=254, required=False)
    address1 = serializers.CharField(max_length=200, required=False)
    address2 = serializers.CharField(max_length=200, required=False)
    postcode = serializers.CharField(max_length=20, required=False)
    town = serializers.CharField(max_length=120, required=False)
    region = serializers.CharField(max_length=120, required=False)
    again = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=2_000)


def _read(shape: type[serializers.Serializer[Any]], request: ApiRequest) -> dict[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class CameBack(APIView):
    @extend_schema(
        operation_id="incident_returned_list",
        parameters=[
            OpenApiParameter("group", str, enum=list(queries.GROUPS)),
            OpenApiParameter("after", int),
        ],
        responses=ReturnedShape(many=True),
    )
    def get(self, request: ApiRequest, reference: str) -> Response:
        """People whose mail or letter reached nobody; `after` pages on."""
        incident = incident_for(request.user, reference, Can.VIEW)
        after = request.query_params.get("after", "0")
        rows = queries.returned(
            incident,
            group=request.query_params.get("group", ""),
            after=int(after) if after.isdigit() and len(after) < 19 else 0,
        )
        return Response(ReturnedShape(rows[: queries.PAGE], many=True).data)


class SendAgain(APIView):
    @extend_schema(request=ReturnedActShape, responses=NumberShape)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Send the same mail again to people whose mail came back."""
        incident = incident_for(request.user, reference, Can.SEND)
        data = _read(ReturnedActShape, request)
        number = commands.send_again(incident, by=request.user, now=timezone.now(), **data)
        transaction.on_commit(tasks.send_due_deliveries.delay, robust=True)
        return Response({"number": number})


class GiveUp(APIView):
    @extend_schema(request=ReturnedActShape, responses=NumberShape)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Count people as unreachable."""
        incident = incident_for(request.user, reference, Can.SEND)
        data = _read(ReturnedActShape, request)
        return Response({"number": commands.give_up(incident, by=request.user, now=timezone.now(), **data)})


class Correct(APIView):
    @extend_schema(request=CorrectShape, responses={204: None})
    def post(self, request: ApiRequest, reference: str, delivery: int) -> Response:
        """Put a right address in place of a wrong one, and send the mail again if asked."""
        incident = incident_for(request.user, reference, Can.SEND)
        found = get_object_or_404(
            Delivery.objects.select_related("notice"), notice__incident=incident, pk=delivery
        )
        found.notice.incident = incident
        data = _read(CorrectShape, request)
        again, reason = data.pop("again"), data.pop("reason")
        commands.correct_address(
            found, changed=data, again=again, reason=reason, by=request.user, now=timezone.now()
        )
        transaction.on_commit(tasks.send_due_deliveries.delay, robust=True)
        return Response(status=204)
