"""The organisation by API."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.requests import ApiRequest
from incidents import commands, queries, tasks
from incidents.api import shapes
from incidents.api.endpoints import act
from incidents.permissions import check_describe_organisation, check_read_organisation


class OneOrganisation(APIView):
    @extend_schema(operation_id="organisation_read", responses=shapes.OrganisationOut)
    def get(self, request: ApiRequest) -> Response:
        """Who we are, what holds in every incident, and what follows from it."""
        check_read_organisation(request.user)
        return Response(shapes.OrganisationOut(queries.standing(request.user)).data)

    @extend_schema(
        operation_id="organisation_describe", request=shapes.OrganisationIn, responses=shapes.OrganisationOut
    )
    def put(self, request: ApiRequest) -> Response:
        """Say who we are and where we are established; replaces what was said."""
        check_describe_organisation(request.user)
        data = shapes.given(shapes.OrganisationIn, request)
        commands.describe_organisation(by=request.user, now=timezone.now(), **data)
        return _saved(request.user)


@act("organisation_set_facts", takes=shapes.StandingFactsIn, tells=shapes.OrganisationOut)
def set_standing_facts(request: ApiRequest) -> Response:
    """State what holds in every incident."""
    check_describe_organisation(request.user)
    data = shapes.given(shapes.StandingFactsIn, request)
    commands.set_standing_facts(facts=data["facts"], by=request.user, now=timezone.now())
    return _saved(request.user)


def _saved(user: User) -> Response:
    transaction.on_commit(tasks.assess_stale_obligations.delay, robust=True)
    return Response(shapes.OrganisationOut(queries.standing(user)).data)
