"""The list of incidents by API: change several, take it out."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.response import Response

from accounts.requests import ApiRequest
from incidents import commands, sheets
from incidents.api import shapes
from incidents.api.cases import FILTERS, person_of
from incidents.api.endpoints import act
from incidents.models import Can
from incidents.models.incident import Priority
from incidents.permissions import roles_that_can
from incidents.queries import Narrowed


class ChangeIn(shapes.Shape):
    references = serializers.ListField(
        child=serializers.CharField(max_length=20), min_length=1, max_length=100
    )
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    lead = serializers.EmailField(required=False)

    def validate(self, attrs: Any) -> Any:
        if ("priority" in attrs) == ("lead" in attrs):
            raise serializers.ValidationError("Give either priority or lead.", code="one_of_both")
        return attrs


class ChangedOut(shapes.Shape):
    changed = serializers.ListField(child=serializers.CharField())
    refused = serializers.DictField(child=serializers.CharField(), help_text="Reference to the reason.")


class ExportIn(shapes.Shape):
    kind = serializers.ChoiceField(choices=["csv", "xlsx"], default="csv")


@act("incidents_change", takes=ChangeIn, tells=ChangedOut)
def change_incidents(request: ApiRequest) -> Response:
    """Priority or lead of several incidents; one that refuses does not keep the others from it."""
    if not request.user.roles & roles_that_can(Can.WRITE):
        raise PermissionDenied("You may not change incidents.")
    data = shapes.given(ChangeIn, request)
    name, value = ("priority", data["priority"]) if "priority" in data else ("lead", person_of(data["lead"]))
    changed = commands.change_incidents(
        data["references"], name=name, value=value, by=request.user, now=timezone.now()
    )
    return Response(ChangedOut({"changed": sorted(changed.old), "refused": changed.refused}).data)


FILE: Any = OpenApiResponse(OpenApiTypes.BINARY, description="A CSV or XLSX file.")


@act("incidents_export", takes=ExportIn, tells=FILE, parameters=FILTERS[:-2])
def export_list(request: ApiRequest) -> Any:
    """The list as a file: what you see and may export, narrowed as in the query."""
    if not request.user.roles & roles_that_can(Can.EXPORT):
        raise PermissionDenied("You may not export incidents.")
    kind = shapes.given(ExportIn, request)["kind"]
    wanted = Narrowed.read(request.query_params.dict())
    rows = commands.export_incidents(wanted, by=request.user, kind=kind, now=timezone.now())
    return sheets.incidents(rows, kind=kind)
