"""A person's own settings by API: who stands in, days away, the calendar address."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import commands, queries
from accounts.models import User
from accounts.own_views import feed_address
from accounts.permissions import check_manage_people
from accounts.requests import ApiRequest


class StandInIn(serializers.Serializer[Any]):
    stand_in = serializers.IntegerField(
        allow_null=True, default=None, min_value=1, max_value=2**62, help_text="Id of a person with a role."
    )
    away_from = serializers.DateField(allow_null=True, default=None)
    away_until = serializers.DateField(
        allow_null=True, default=None, help_text="The last day away, by their own calendar."
    )


class StandInOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    stand_in = serializers.IntegerField(source="stand_in_id", allow_null=True)
    away_from = serializers.DateField(allow_null=True)
    away_until = serializers.DateField(allow_null=True)


class CalendarOut(serializers.Serializer[Any]):
    made_at = serializers.DateTimeField()
    read_on = serializers.DateField(allow_null=True, help_text="The last day on which a program asked.")


class OwnOut(StandInOut):
    calendar = CalendarOut(allow_null=True)


class AddressOut(serializers.Serializer[Any]):
    address = serializers.CharField(help_text="Shown this once. Whoever has it reads your deadlines.")


class Own(APIView):
    @extend_schema(operation_id="own_read", responses=OwnOut)
    def get(self, request: ApiRequest) -> Response:
        """What is set for you."""
        told = {**StandInOut(request.user).data, "calendar": None}
        if feed := queries.calendar_feed(request.user):
            told["calendar"] = CalendarOut(feed).data
        return Response(told)


class Calendar(APIView):
    def get_authenticators(self) -> list[Any]:
        # A token ends by itself and an address does not: one is no way to make the other.
        if self.request is not None and self.request.method == "POST":
            return [SessionAuthentication()]
        return super().get_authenticators()

    @extend_schema(operation_id="own_calendar_make", request=None, responses={201: AddressOut})
    def post(self, request: ApiRequest) -> Response:
        """Make a calendar address for yourself; one made before ends."""
        code = commands.make_calendar_feed(request.user, by=request.user, now=timezone.now())
        return Response({"address": feed_address(code)}, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="own_calendar_end", request=None, responses={204: None})
    def delete(self, request: ApiRequest) -> Response:
        """End your calendar address."""
        commands.end_calendar_feed(request.user, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Sessions(APIView):
    @extend_schema(operation_id="own_sessions_end", request=None, responses={204: None})
    def delete(self, request: ApiRequest) -> Response:
        """Sign out everywhere, this session too."""
        commands.end_sessions(request.user, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class OwnStandIn(APIView):
    @extend_schema(operation_id="own_stand_in", request=StandInIn, responses=StandInOut)
    def put(self, request: ApiRequest) -> Response:
        """Say who stands in for you, and when you are away; replaces what was said."""
        return _set(request, request.user)


class StandIn(APIView):
    @extend_schema(operation_id="people_stand_in", request=StandInIn, responses=StandInOut)
    def put(self, request: ApiRequest, pk: int) -> Response:
        """Say who stands in for somebody, and when they are away; replaces what was said."""
        check_manage_people(request.user)
        return _set(request, get_object_or_404(User, pk=pk))


def _set(request: ApiRequest, person: User) -> Response:
    given = StandInIn(data=request.data)
    given.is_valid(raise_exception=True)
    data = dict(given.validated_data)
    if (wanted := data.pop("stand_in")) is not None:
        found = queries.colleagues_of(person).filter(pk=wanted).first()
        if found is None:
            raise serializers.ValidationError({"stand_in": "Nobody who could stand in has this id."})
        data["stand_in"] = found
    person = commands.set_stand_in(person, by=request.user, now=timezone.now(), **{"stand_in": None, **data})
    return Response(StandInOut(person).data)
