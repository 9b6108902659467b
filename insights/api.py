"""The law by API: the same rules and bodies as the pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from accounts.requests import ApiRequest
from incidents.api.endpoints import reading
from incidents.api.shapes import AnyObject
from insights import queries
from insights.queries import RuleRow, Standing, Wanted

FILTERS = [
    OpenApiParameter("words", str, description="words of its name, citation or place"),
    OpenApiParameter("place", str, description="ISO 3166 code: IE, US-CA"),
    OpenApiParameter("region", str),
]
RULE_FILTERS = [*FILTERS, OpenApiParameter("family", str), OpenApiParameter("status", str)]


class RuleOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    regime = serializers.CharField()
    citation = serializers.CharField()
    place = serializers.CharField()
    places = serializers.ListField(child=serializers.CharField())
    family = serializers.CharField()
    status = serializers.CharField(help_text="Today, by its dates.")
    law_in_force = serializers.BooleanField()
    confidence = serializers.CharField()
    checked = serializers.CharField()
    version = serializers.CharField()


class DutyOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    citation = serializers.CharField()
    to = serializers.CharField()
    authorities = serializers.ListField(child=serializers.CharField())
    stage = serializers.CharField()
    when = serializers.ListField(child=serializers.CharField())
    unless = serializers.ListField(child=serializers.CharField())
    count = serializers.ListField(child=serializers.CharField())
    by_when = serializers.CharField()


class RuleDetailOut(RuleOut):
    duties = DutyOut(many=True)
    rule = AnyObject(help_text="The rule as the pack holds it; law/regimes/schema.json describes it.")


class AuthorityOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    local_name = serializers.CharField()
    kind = serializers.CharField()
    country = serializers.CharField()
    subdivision = serializers.CharField()
    zone = serializers.CharField()
    url = serializers.CharField()
    portal = serializers.CharField()
    portal_confidence = serializers.CharField()
    email = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    confidence = serializers.CharField()
    checked = serializers.CharField()
    notes = serializers.CharField()


class AuthorityDetailOut(AuthorityOut):
    rules = serializers.ListField(child=serializers.CharField(), help_text="Rules that name it.")


class PackOut(serializers.Serializer[Any]):
    version = serializers.CharField()
    hash = serializers.CharField()


class RulesOut(serializers.Serializer[Any]):
    pack = PackOut()
    rules = RuleOut(many=True)


class AuthoritiesOut(serializers.Serializer[Any]):
    pack = PackOut()
    authorities = AuthorityOut(many=True)


def _rule(row: RuleRow, standing: Standing) -> dict[str, Any]:
    rule = row.rule
    plain = {
        key: rule[key] for key in ("title", "regime", "citation", "place", "family", "confidence", "checked")
    }
    return {
        **plain,
        "id": rule.id,
        "places": sorted(rule.places),
        "status": standing.key,
        "law_in_force": standing.is_law,
        "version": rule.version,
    }


@reading("law_rules_list", tells=RulesOut, parameters=RULE_FILTERS)
def rules(request: ApiRequest) -> Response:
    """Rules of the pack, narrowed by words, place, region, kind of law and status."""
    found = queries.rules_wanted(Wanted.read(request.query_params.dict()), timezone.localdate())
    told = {"pack": queries.shelf().pack, "rules": [_rule(row, standing) for row, standing in found]}
    return Response(RulesOut(told).data)


@reading("law_rules_read", tells=RuleDetailOut)
def rule(request: ApiRequest, rule_id: str) -> Response:
    """One rule: its duties in words, and all its data."""
    page = queries.rule_page(rule_id, timezone.localdate())
    if page is None:
        raise Http404
    duties = [
        {
            "id": duty.id,
            "title": duty.title,
            "citation": duty.citation,
            "to": duty.to,
            "authorities": [one.id for one in duty.authorities],
            "stage": duty.stage,
            "when": [one.text for one in duty.when],
            "unless": [one.text for one in duty.unless],
            "count": duty.counts,
            "by_when": duty.by_when,
        }
        for duty in page.duties
    ]
    told = {**_rule(page.row, page.standing), "duties": duties, "rule": page.row.rule.data}
    return Response(RuleDetailOut(told).data)


@reading("law_authorities_list", tells=AuthoritiesOut, parameters=FILTERS)
def authorities(request: ApiRequest) -> Response:
    """Bodies that receive filings."""
    found = queries.authorities_wanted(Wanted.read(request.query_params.dict()))
    told = {"pack": queries.shelf().pack, "authorities": [row.authority for row in found]}
    return Response(AuthoritiesOut(told).data)


@reading("law_authorities_read", tells=AuthorityDetailOut)
def authority(request: ApiRequest, authority_id: str) -> Response:
    """One body: how to file, and which rules name it."""
    page = queries.authority_page(authority_id, timezone.localdate())
    if page is None:
        raise Http404
    told = {**AuthorityOut(page.row.authority).data, "rules": [row.id for row, _ in page.rules]}
    return Response(AuthorityDetailOut(told).data)
