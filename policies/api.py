"""The same acts as the pages, by the same commands."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.editing import Seen
from accounts.requests import IF_MATCH, ApiRequest, seen_by
from policies import commands, permissions, queries, rules
from policies.forms import TEXT_LIMIT
from policies.models import ClauseRole, ClauseScope, ClauseUnit, ContractClause, Policy, PolicyVersion


class PolicyVersionSerializer(serializers.ModelSerializer[PolicyVersion]):
    policy = serializers.CharField(source="policy.reference", read_only=True)
    author = serializers.CharField(source="author.name", read_only=True)
    approved_by = serializers.CharField(source="approved_by.name", read_only=True, default=None)

    class Meta:
        model = PolicyVersion
        fields = [
            "policy", "number", "status", "text", "change", "author", "written_at",
            "approved_by", "approved_at", "in_force_at", "superseded_at", "review_on",
        ]  # fmt: skip
        read_only_fields = fields


class PolicySerializer(serializers.ModelSerializer[Policy]):
    owner = serializers.CharField(source="owner.name", read_only=True)
    versions = PolicyVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Policy
        fields = ["reference", "title", "purpose", "owner", "created_at", "versions"]
        read_only_fields = fields


class NewPolicySerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    purpose = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class PolicyTextSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=TEXT_LIMIT, allow_blank=True)
    change = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class PolicyReturnSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class PolicyInForceSerializer(serializers.Serializer[Any]):
    review_on = serializers.DateField(required=False, default=None, allow_null=True)


def _read(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class Policies(APIView):
    @extend_schema(operation_id="policies_list", responses=PolicySerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Every policy with its versions."""
        return Response(PolicySerializer(queries.policies(), many=True).data)

    @extend_schema(request=NewPolicySerializer, responses={201: PolicySerializer})
    def post(self, request: ApiRequest) -> Response:
        """Start a policy."""
        permissions.check_may_write(request.user)
        given = _read(NewPolicySerializer, request)
        policy = commands.create_policy(by=request.user, now=timezone.now(), **given)
        return Response(PolicySerializer(policy).data, status=status.HTTP_201_CREATED)


class OnePolicy(APIView):
    @extend_schema(responses=PolicySerializer)
    def get(self, request: ApiRequest, reference: str) -> Response:
        """One policy with its versions."""
        return Response(PolicySerializer(queries.policy_for(reference)).data)


class Versions(APIView):
    @extend_schema(request=PolicyTextSerializer, responses={201: PolicyVersionSerializer})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Write the next version as a draft."""
        permissions.check_may_write(request.user)
        given = _read(PolicyTextSerializer, request)
        policy = queries.policy_for(reference)
        version = commands.write_version(policy, by=request.user, now=timezone.now(), **given)
        return Response(PolicyVersionSerializer(version).data, status=status.HTTP_201_CREATED)


def _as_it_is(version: PolicyVersion) -> Response:
    """The version with the ETag that `If-Match` hands back when it is changed."""
    etag = Seen.of(rules.drafted(version)).etag
    return Response(PolicyVersionSerializer(version).data, headers={"ETag": etag})


class OneVersion(APIView):
    @extend_schema(responses=PolicyVersionSerializer)
    def get(self, request: ApiRequest, reference: str, number: int) -> Response:
        """One version."""
        return _as_it_is(queries.version_for(reference, number))

    @extend_schema(parameters=[IF_MATCH], request=PolicyTextSerializer, responses=PolicyVersionSerializer)
    def put(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Change a draft."""
        permissions.check_may_write(request.user)
        given = _read(PolicyTextSerializer, request)
        version = queries.version_for(reference, number)
        seen = seen_by(request)
        return _as_it_is(
            commands.edit_draft(version, by=request.user, now=timezone.now(), seen=seen, **given)
        )


class Submit(APIView):
    @extend_schema(request=None, responses=PolicyVersionSerializer)
    def post(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Ask for approval."""
        permissions.check_may_write(request.user)
        version = commands.submit_version(
            queries.version_for(reference, number), by=request.user, now=timezone.now()
        )
        return Response(PolicyVersionSerializer(version).data)


class Approve(APIView):
    @extend_schema(request=None, responses=PolicyVersionSerializer)
    def post(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Approve a version written by others."""
        permissions.check_may_approve(request.user)
        version = commands.approve_version(
            queries.version_for(reference, number), by=request.user, now=timezone.now()
        )
        return Response(PolicyVersionSerializer(version).data)


class Return(APIView):
    @extend_schema(request=PolicyReturnSerializer, responses=PolicyVersionSerializer)
    def post(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Give a version back to its author."""
        permissions.check_may_approve(request.user)
        given = _read(PolicyReturnSerializer, request)
        version = commands.return_version(
            queries.version_for(reference, number), by=request.user, now=timezone.now(), **given
        )
        return Response(PolicyVersionSerializer(version).data)


class InForce(APIView):
    @extend_schema(request=PolicyInForceSerializer, responses=PolicyVersionSerializer)
    def post(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Put an approved version in force; the former one is superseded."""
        permissions.check_may_approve(request.user)
        given = _read(PolicyInForceSerializer, request)
        version = commands.put_in_force(
            queries.version_for(reference, number), by=request.user, now=timezone.now(), **given
        )
        return Response(PolicyVersionSerializer(version).data)


class ContractClauseSerializer(serializers.ModelSerializer[ContractClause]):
    role = serializers.CharField(read_only=True)
    added_by = serializers.CharField(source="added_by.name", read_only=True)

    class Meta:
        model = ContractClause
        fields = [
            "reference", "partner", "document", "scope", "role", "number", "unit", "calendar", "event", "zone", "to_send",
            "in_force_from", "in_force_until", "added_by", "added_at", "rule_id",
        ]  # fmt: skip
        read_only_fields = fields


class NewClauseSerializer(serializers.Serializer[Any]):
    partner = serializers.CharField(max_length=120)
    document = serializers.CharField(max_length=160)
    scope = serializers.ChoiceField(choices=ClauseScope.choices)
    role = serializers.CharField(
        max_length=10, required=False, default=ClauseRole.ANY, help_text="any, controller or processor."
    )
    number = serializers.IntegerField(min_value=1, max_value=9999)
    unit = serializers.ChoiceField(choices=ClauseUnit.choices)
    calendar = serializers.CharField(
        max_length=6, required=False, default="", allow_blank=True, help_text="Of `business_days`: IE, US-CA."
    )
    event = serializers.CharField(max_length=32, help_text="A kind of time, such as `aware` or `detected`.")
    to_send = serializers.CharField(max_length=5000)
    in_force_from = serializers.DateField()
    in_force_until = serializers.DateField(required=False, default=None, allow_null=True)


class EndClauseSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    reason = serializers.CharField(max_length=2000)


class Clauses(APIView):
    @extend_schema(operation_id="contract_clauses_list", responses=ContractClauseSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """What contracts ask after a breach."""
        permissions.check_may_read_contracts(request.user)
        return Response(ContractClauseSerializer(queries.clauses(), many=True).data)

    @extend_schema(
        operation_id="contract_clauses_add",
        request=NewClauseSerializer,
        responses={201: ContractClauseSerializer},
    )
    def post(self, request: ApiRequest) -> Response:
        """Keep what a contract asks; incidents are asked again about it within minutes."""
        permissions.check_may_write(request.user)
        given = _read(NewClauseSerializer, request)
        clause = commands.add_clause(by=request.user, now=timezone.now(), **given)
        return Response(ContractClauseSerializer(clause).data, status=status.HTTP_201_CREATED)


class EndClause(APIView):
    @extend_schema(
        operation_id="contract_clauses_end", request=EndClauseSerializer, responses=ContractClauseSerializer
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Say on which day a clause holds for the last time."""
        permissions.check_may_write(request.user)
        clause = queries.clause_for(reference)
        given = _read(EndClauseSerializer, request)
        ended = commands.end_clause(clause, by=request.user, now=timezone.now(), **given)
        return Response(ContractClauseSerializer(ended).data)
