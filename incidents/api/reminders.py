"""Who owns a deadline, who was reminded, and when deadlines remind, by API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import commands as accounts
from accounts.models import Organisation
from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act, reading
from incidents.api.shapes.reminders import (
    AlertOut,
    HandOverIn,
    MyAlertOut,
    OwnerOut,
    RemindersIn,
    RemindersOut,
)
from incidents.models import Can
from incidents.permissions import check_describe_organisation, check_read_organisation, incident_for


class Reminders(APIView):
    @extend_schema(operation_id="organisation_reminders_read", responses=RemindersOut)
    def get(self, request: ApiRequest) -> Response:
        """At which parts of a deadline's time its owner is reminded."""
        check_read_organisation(request.user)
        return Response(RemindersOut(Organisation.current()).data)

    @extend_schema(operation_id="organisation_reminders_set", request=RemindersIn, responses=RemindersOut)
    def put(self, request: ApiRequest) -> Response:
        """Set them; reminders that were sent stand."""
        check_describe_organisation(request.user)
        data = shapes.given(RemindersIn, request)
        return Response(RemindersOut(accounts.set_reminders(by=request.user, **data)).data)


@reading("reminders_mine", tells=MyAlertOut(many=True))
def mine(request: ApiRequest) -> Response:
    """Reminders of deadlines that wait for your answer, the nearest end first."""
    found = [alert for asked in queries.unanswered(request.user) for alert in asked.alerts]
    return Response(MyAlertOut(found, many=True).data)


@reading("obligations_reminders", tells=OwnerOut)
def reminders_of(request: ApiRequest, reference: str, pk: int) -> Response:
    """Whose an obligation is, who has it in hand, who was told, and when somebody is told next."""
    return _told(request, reference, pk, Can.VIEW)


@act("obligations_have", takes=None, tells=OwnerOut)
def have_obligation(request: ApiRequest, reference: str, pk: int) -> Response:
    """Say "I have this"."""
    found = queries.obligation_for(incident_for(request.user, reference, Can.WRITE), pk)
    commands.have_obligation(found, by=request.user, now=timezone.now())
    return _told(request, reference, pk, Can.WRITE)


@act("obligations_hand_over", takes=HandOverIn, tells=OwnerOut)
def hand_over(request: ApiRequest, reference: str, pk: int) -> Response:
    """Make somebody the owner."""
    incident = incident_for(request.user, reference, Can.WRITE)
    found, now = queries.obligation_for(incident, pk), timezone.now()
    data = shapes.given(HandOverIn, request)
    to = queries.people_who_can(incident, Can.WRITE, now=now).filter(pk=data["to"]).first()
    if to is None:
        raise serializers.ValidationError({"to": "Nobody who may work on this incident has this id."})
    commands.hand_over_obligation(found, to=to, by=request.user, now=now)
    return _told(request, reference, pk, Can.WRITE)


@act("reminders_have", takes=None, tells=AlertOut(many=True))
def have_reminders(request: ApiRequest, reference: str) -> Response:
    """Say "I have these" to all deadlines of an incident that you were reminded of; tells what still waits."""
    incident = incident_for(request.user, reference, Can.WRITE)
    commands.have_reminded(incident, by=request.user, now=timezone.now())
    left = [one for one in queries.unanswered(request.user) if one.incident.pk == incident.pk]
    return Response(AlertOut([alert for asked in left for alert in asked.alerts], many=True).data)


def _told(request: ApiRequest, reference: str, pk: int, can: Can) -> Response:
    found = queries.obligation_for(incident_for(request.user, reference, can), pk)
    return Response(OwnerOut(queries.reminders_of(found, now=timezone.now())).data)
