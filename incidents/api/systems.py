"""Systems of the register on an incident, by API."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.api import shapes
from incidents.api.endpoints import act
from incidents.api.shapes.base import AnyValue, Shape
from incidents.commands import systems as commands
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from incidents.queries.systems import ELEMENTS, PEOPLE, picked_for, picked_systems, systems_to_pick
from policies.permissions import check_may_read_systems

WHAT = ((ELEMENTS, "Kinds of data"), (PEOPLE, "Numbers of people"))


class ProposalOut(Shape):
    what = serializers.ChoiceField(choices=WHAT)
    value = AnyValue()
    words = serializers.CharField()


class PickedOut(Shape):
    id = serializers.IntegerField(source="row.pk")
    system = serializers.CharField(source="row.system.reference")
    name = serializers.CharField(source="row.system.name")
    vendor = serializers.CharField(source="row.system.vendor")
    proposals = ProposalOut(many=True, help_text="What the register would add to the facts.")


class PickIn(Shape):
    system = serializers.CharField(max_length=20, help_text="Reference in the register.")


class ProposalAnswerIn(Shape):
    what = serializers.ChoiceField(choices=WHAT)
    accept = serializers.BooleanField()


def _told(incident: Incident) -> Response:
    return Response(PickedOut(picked_systems(incident), many=True).data)


class PickedSystems(APIView):
    @extend_schema(operation_id="incident_systems_list", responses=PickedOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Systems that are concerned, with what the register proposes."""
        return _told(incident_for(request.user, reference))

    @extend_schema(
        operation_id="incident_systems_pick", request=PickIn, responses={201: PickedOut(many=True)}
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Say that a system is concerned."""
        incident = incident_for(request.user, reference, Can.WRITE)
        check_may_read_systems(request.user)
        data = shapes.given(PickIn, request)
        system = systems_to_pick(incident).filter(reference=data["system"]).first()
        if system is None:
            raise ValidationError("The register has no such system to pick.", code="unknown_system")
        commands.pick_system(incident, system=system, by=request.user, now=timezone.now())
        answer = _told(incident)
        answer.status_code = status.HTTP_201_CREATED
        return answer


@act("incident_systems_drop", takes=None, tells=PickedOut(many=True))
def drop_system(request: ApiRequest, reference: str, pk: int) -> Response:
    """Say that it is not concerned after all."""
    incident = incident_for(request.user, reference, Can.WRITE)
    commands.drop_system(picked_for(incident, pk), by=request.user, now=timezone.now())
    return _told(incident)


@act("incident_systems_answer", takes=ProposalAnswerIn, tells=PickedOut(many=True))
def answer_proposal(request: ApiRequest, reference: str, pk: int) -> Response:
    """Take what the register proposes into the facts, or say that it is not so here."""
    incident = incident_for(request.user, reference, Can.WRITE)
    picked = picked_for(incident, pk)
    data = shapes.given(ProposalAnswerIn, request)
    commands.answer_proposal(picked, by=request.user, now=timezone.now(), **data)
    return _told(incident)
