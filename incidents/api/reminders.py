"""When deadlines remind, by API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import commands as accounts
from accounts.models import Organisation
from accounts.requests import ApiRequest
from incidents.api import shapes
from incidents.api.shapes.reminders import RemindersIn, RemindersOut
from incidents.permissions import check_describe_organisation, check_read_organisation


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
