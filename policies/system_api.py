"""The register of systems by API."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.editing import Seen
from accounts.models import User
from accounts.requests import IF_MATCH, ApiRequest, seen_by
from policies import commands, permissions, queries, rules
from policies.models import System


class SystemIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    purpose = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    owner = serializers.EmailField()
    vendor = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    elements = serializers.ListField(
        child=serializers.CharField(max_length=48), required=False, default=list, max_length=200
    )
    people = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=10_000_000_000),
        required=False,
        default=dict,
        help_text="Place (ISO 3166) to a rough number of people.",
    )
    records = serializers.IntegerField(
        min_value=0, max_value=2**62, required=False, allow_null=True, default=None
    )


class SystemOut(serializers.Serializer[Any]):
    reference = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    owner = serializers.CharField(source="owner.name")
    vendor = serializers.CharField()
    elements = serializers.ListField(child=serializers.CharField())
    people = serializers.DictField(child=serializers.IntegerField())
    records = serializers.IntegerField(allow_null=True)
    changed_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)


class RetireIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class SystemsIn(serializers.Serializer[Any]):
    systems = SystemIn(many=True, allow_empty=False)


class CountedOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()


def _given(shape: type[serializers.Serializer[Any]], request: ApiRequest) -> dict[str, Any]:
    read = shape(data=request.data)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def _with_owner(data: dict[str, Any]) -> dict[str, Any]:
    owner = User.objects.filter(email=data["owner"].strip().lower(), is_active=True).first()
    if owner is None:
        raise ValidationError("Nobody here has this e-mail address.", code="unknown_person")
    return {**data, "owner": owner}


class Systems(APIView):
    @extend_schema(operation_id="systems_list", responses=SystemOut(many=True))
    def get(self, request: ApiRequest) -> Response:
        """The register, by name."""
        permissions.check_may_read_systems(request.user)
        return Response(SystemOut(queries.systems(), many=True).data)

    @extend_schema(operation_id="systems_add", request=SystemIn, responses={201: SystemOut})
    def post(self, request: ApiRequest) -> Response:
        """Add a system."""
        permissions.check_may_keep_systems(request.user)
        data = _with_owner(_given(SystemIn, request))
        made = commands.keep_system(by=request.user, now=timezone.now(), **data)
        return Response(SystemOut(made).data, status=status.HTTP_201_CREATED)


class OneSystem(APIView):
    @extend_schema(operation_id="systems_read", responses=SystemOut)
    def get(self, request: ApiRequest, reference: str) -> Response:
        """One system, also one out of use."""
        permissions.check_may_read_systems(request.user)
        return _told(queries.system_for(reference))

    @extend_schema(
        operation_id="systems_change", parameters=[IF_MATCH], request=SystemIn, responses=SystemOut
    )
    def put(self, request: ApiRequest, reference: str) -> Response:
        """Say anew what a system holds."""
        permissions.check_may_keep_systems(request.user)
        system = queries.system_for(reference)
        data = _with_owner(_given(SystemIn, request))
        seen = seen_by(request)
        return _told(commands.keep_system(system, by=request.user, now=timezone.now(), seen=seen, **data))


def _told(system: System) -> Response:
    """A system with the ETag that `If-Match` hands back when it is changed."""
    return Response(SystemOut(system).data, headers={"ETag": Seen.of(rules.held(system)).etag})


class RetireSystem(APIView):
    @extend_schema(operation_id="systems_retire", request=RetireIn, responses=SystemOut)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Take a system out of use."""
        permissions.check_may_keep_systems(request.user)
        system = queries.system_for(reference)
        data = _given(RetireIn, request)
        return Response(
            SystemOut(commands.retire_system(system, by=request.user, now=timezone.now(), **data)).data
        )


class ImportSystems(APIView):
    @extend_schema(operation_id="systems_import", request=SystemsIn, responses=CountedOut)
    def post(self, request: ApiRequest) -> Response:
        """Keep many at once, each found again by its name; all of them or none."""
        permissions.check_may_keep_systems(request.user)
        rows = [_with_owner(row) for row in _given(SystemsIn, request)["systems"]]
        number = commands.import_systems(rows, by=request.user, now=timezone.now())
        return Response(CountedOut({"number": number}).data)
