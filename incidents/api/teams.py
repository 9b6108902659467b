"""Teams, and letting one in, by API."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Team, User
from accounts.permissions import check_manage_people
from accounts.requests import ApiRequest
from incidents import commands as cases
from incidents.api import shapes
from incidents.api.cases import person_of
from incidents.api.endpoints import act
from incidents.api.shapes.base import Instant, Shape
from incidents.api.shapes.control import CANS
from incidents.commands import teams as commands
from incidents.models import Can, Incident
from incidents.permissions import check_read_teams, incident_for
from incidents.queries import holders
from incidents.queries import teams as queries


class TeamOut(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    members = serializers.SerializerMethodField(help_text="Addresses of those in it who may sign in.")

    def get_members(self, team: Any) -> list[str]:
        return [one.email for one in team.members]


class TeamIn(Shape):
    name = serializers.CharField(max_length=80)
    purpose = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    members = serializers.ListField(
        child=serializers.EmailField(), max_length=commands.MOST_MEMBERS, help_text="Exactly these people."
    )


def _said(request: ApiRequest) -> dict[str, Any]:
    data = shapes.given(TeamIn, request)
    people: list[User] = [person_of(email) for email in data["members"]]
    return {**data, "members": people}


def _told(pk: int) -> dict[str, Any]:
    return dict(TeamOut(queries.teams_with_people().get(pk=pk)).data)


class Teams(APIView):
    @extend_schema(operation_id="teams_list", responses=TeamOut(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Teams that can be let into incidents, and who is in them."""
        check_read_teams(request.user)
        return Response(TeamOut(queries.teams_with_people(), many=True).data)

    @extend_schema(operation_id="teams_make", request=TeamIn, responses={201: TeamOut})
    def post(self, request: ApiRequest) -> Response:
        """Make one; it sees nothing until it is let into an incident."""
        check_manage_people(request.user)
        team = commands.make_team(by=request.user, now=timezone.now(), **_said(request))
        return Response(_told(team.pk), status=status.HTTP_201_CREATED)


class OneTeam(APIView):
    @extend_schema(operation_id="teams_change", request=TeamIn, responses=TeamOut)
    def put(self, request: ApiRequest, pk: int) -> Response:
        """Say who is in it; the record of each incident that it was let into has it."""
        check_manage_people(request.user)
        team = get_object_or_404(Team, pk=pk)
        commands.change_team(team, by=request.user, now=timezone.now(), **_said(request))
        return Response(_told(pk))

    @extend_schema(operation_id="teams_end", request=None, responses={204: None})
    def delete(self, request: ApiRequest, pk: int) -> Response:
        """End it, and with it all that it was let into."""
        check_manage_people(request.user)
        commands.end_team(get_object_or_404(Team, pk=pk), by=request.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class GrantTeamIn(Shape):
    team = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    cans = serializers.ListField(
        child=serializers.ChoiceField(choices=CANS),
        allow_empty=False,
        max_length=20,
    )
    ends_at = Instant(required=False, allow_null=True, default=None)


@act("access_grant_team", takes=GrantTeamIn, tells=shapes.HolderOut(many=True))
def grant_team(request: ApiRequest, reference: str) -> Response:
    """Let a team in; whoever joins it later sees the incident too."""
    incident = incident_for(request.user, reference, Can.GRANT)
    data = shapes.given(GrantTeamIn, request)
    team = Team.objects.filter(pk=data["team"]).first()
    if team is None:
        raise ValidationError("There is no such team.", code="unknown_team")
    cans = {Can[name.upper()] for name in data["cans"]}
    cases.grant_access(
        incident, to=team, cans=cans, ends_at=data["ends_at"], by=request.user, now=timezone.now()
    )
    return _holders(request, incident)


@act("access_end_team", takes=None, tells=shapes.HolderOut(many=True))
def end_team_access(request: ApiRequest, reference: str, pk: int) -> Response:
    """Take away what a team was granted here."""
    incident = incident_for(request.user, reference, Can.GRANT)
    team = get_object_or_404(Team.objects.filter(pk__in=incident.group_grants.values("group")), pk=pk)
    cases.end_access(incident, of=team, by=request.user, now=timezone.now())
    return _holders(request, incident)


def _holders(request: ApiRequest, incident: Incident) -> Response:
    found = holders(incident, now=timezone.now(), seen_by=request.user)
    return Response(shapes.HolderOut(found, many=True).data)
