"""Preparedness by API: the same profile, scenarios and comparisons as the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation
from accounts.requests import ApiRequest
from incidents.api.endpoints import act, reading
from incidents.api.shapes import AnyObject, Shape, given
from incidents.api.shapes.base import Instant
from insights import commands, permissions, scenarios
from insights.forms import MOST_PEOPLE
from insights.models import ExposureProfile
from insights.queries import contacts, gaps
from insights.queries import saved as kept
from insights.queries.exposure import Given
from insights.queries.outlook import outlook
from law.pack import load_pack
from law.vocabulary import DATA_ELEMENTS, ROLES


class ExposureIn(Shape):
    people = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_PEOPLE),
        help_text="ISO 3166 code (IE, US-CA) to a rough number of people there; replaces what was said.",
    )
    elements = serializers.ListField(
        child=serializers.CharField(max_length=64), max_length=200, help_text="Kinds of data held."
    )


class ExposureOut(Shape):
    people = AnyObject(help_text="ISO 3166 code to a rough number of people there.")
    elements = serializers.ListField(child=serializers.CharField())
    changed_at = serializers.DateTimeField(allow_null=True)


class GapOut(Shape):
    key = serializers.CharField()
    text = serializers.CharField()
    todo = serializers.CharField()
    url = serializers.CharField(help_text="The page where it is mended.")
    limit = serializers.BooleanField(help_text="Nobody can mend it here.")


class ScenarioOut(Shape):
    id = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    story = serializers.CharField()
    assumed = serializers.ListField(child=serializers.CharField())


class PreparednessOut(Shape):
    profile = ExposureOut()
    gaps = GapOut(many=True)
    scenarios = ScenarioOut(many=True)


class ScenarioIn(Shape):
    aware_at = Instant(required=False, help_text="When we would become aware; this hour when left out.")
    number = serializers.IntegerField(
        min_value=1, max_value=MOST_PEOPLE, required=False, allow_null=True, default=None
    )
    encrypted = serializers.BooleanField(required=False, allow_null=True, default=None)
    way = serializers.ChoiceField(
        choices=list(scenarios.ways()), required=False, help_text="Of the scenario `own`, which needs it."
    )
    elements = serializers.ListField(
        child=serializers.CharField(max_length=64),
        required=False,
        default=list,
        max_length=200,
        help_text="Kinds of data; of the scenario `own`, which needs them.",
    )
    role = serializers.ChoiceField(choices=list(ROLES), required=False, allow_blank=True, default="")
    finding = serializers.ChoiceField(
        choices=list(scenarios.findings()), required=False, allow_blank=True, default=""
    )


class SaveOutlookIn(ScenarioIn):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class OutlookDutyOut(Shape):
    key = serializers.CharField()
    rule_id = serializers.CharField()
    rule_version = serializers.CharField()
    title = serializers.CharField()
    regime = serializers.CharField()
    citation = serializers.CharField()
    kind = serializers.CharField(help_text="Of recipient.")
    to = serializers.CharField()
    authority_id = serializers.CharField()
    place = serializers.CharField()
    answer = serializers.CharField()
    binding = serializers.BooleanField()
    confidence = serializers.CharField()
    due_at = serializers.CharField(help_text="ISO 8601 in UTC; empty where the law gives no time yet.")
    hours = serializers.FloatField(allow_null=True, help_text="After awareness.")
    due_text = serializers.CharField()
    aim = serializers.CharField(help_text="Our own target, where the law gives no time.")
    open_words = serializers.CharField()
    undecided_by = serializers.ListField(child=serializers.CharField())


class OutlookTotalsOut(Shape):
    authorities = serializers.IntegerField()
    duties = serializers.IntegerField()
    rules = serializers.IntegerField()
    people = serializers.IntegerField(help_text="To be told.")
    places = serializers.IntegerField(help_text="Where people are to be told.")
    first_hours = serializers.FloatField(allow_null=True)
    affected = serializers.IntegerField()
    languages = serializers.ListField(child=serializers.CharField())


class OutlookOut(Shape):
    aware_at = serializers.DateTimeField()
    pack = serializers.CharField()
    totals = OutlookTotalsOut()
    duties = OutlookDutyOut(many=True)
    gaps = GapOut(many=True)
    facts = AnyObject()


class SavedOutlookRowOut(Shape):
    reference = serializers.CharField()
    title = serializers.CharField()
    scenario = serializers.CharField()
    scenario_version = serializers.IntegerField()
    note = serializers.CharField()
    aware_at = serializers.DateTimeField()
    pack_version = serializers.CharField()
    pack_hash = serializers.CharField()
    totals = OutlookTotalsOut()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class SavedOutlookOut(SavedOutlookRowOut):
    duties = OutlookDutyOut(many=True, source="items")
    facts = AnyObject()


class MovedOut(Shape):
    key = serializers.CharField(source="item.key")
    title = serializers.CharField(source="item.title")
    before = serializers.CharField()
    after = serializers.CharField()


class OutlookComparisonOut(Shape):
    headline = serializers.ListField(child=serializers.CharField())
    new = OutlookDutyOut(many=True)
    gone = OutlookDutyOut(many=True)
    shorter = MovedOut(many=True)
    longer = MovedOut(many=True)
    answered = MovedOut(many=True)
    calendar = MovedOut(many=True, help_text="Moved by weekends and holidays alone.")
    reworded = OutlookDutyOut(many=True)
    mended = serializers.ListField(child=serializers.CharField(), help_text="Gaps.")
    opened = serializers.ListField(child=serializers.CharField(), help_text="Gaps.")


class AuthorityContactShape(Shape):
    portal = serializers.URLField(max_length=300, default="", allow_blank=True)
    email = serializers.EmailField(max_length=254, default="", allow_blank=True)
    phone = serializers.CharField(max_length=40, default="", allow_blank=True)
    note = serializers.CharField(max_length=500, default="", allow_blank=True)


@reading("preparedness_read", tells=PreparednessOut)
def overview(request: ApiRequest) -> Response:
    """The exposure profile, the scenarios, and what is missing whatever happens."""
    permissions.check_read_preparedness(request.user)
    profile = ExposureProfile.current()
    told = {
        "profile": profile,
        "gaps": gaps.standing_gaps(profile, Organisation.current()),
        "scenarios": list(scenarios.scenarios().values()),
    }
    return Response(PreparednessOut(told).data)


class Exposure(APIView):
    @extend_schema(operation_id="exposure_read", responses=ExposureOut)
    def get(self, request: ApiRequest) -> Response:
        """Where how many people are, and which data are held."""
        permissions.check_read_preparedness(request.user)
        return Response(ExposureOut(ExposureProfile.current()).data)

    @extend_schema(operation_id="exposure_set", request=ExposureIn, responses=ExposureOut)
    def put(self, request: ApiRequest) -> Response:
        """Say where how many people are, and which data are held; replaces what was said."""
        permissions.check_write_exposure(request.user)
        data = given(ExposureIn, request)
        return Response(ExposureOut(commands.set_exposure(by=request.user, now=timezone.now(), **data)).data)


@reading("preparedness_scenario", tells=OutlookOut, parameters=[ScenarioIn])
def scenario(request: ApiRequest, scenario_id: str) -> Response:
    """What a scenario asks of us; `own` takes what happened from the query."""
    permissions.check_read_preparedness(request.user)
    read = ScenarioIn(data=request.query_params)
    read.is_valid(raise_exception=True)
    asked = _asked(scenario_id, dict(read.validated_data))
    profile, organisation = ExposureProfile.current(), Organisation.current()
    found = outlook(asked, profile, organisation)
    told = {
        "aware_at": asked.aware_at,
        "pack": found.law.pack.version,
        "totals": found.totals,
        "duties": found.items,
        "gaps": gaps.outlook_gaps(found, profile, organisation),
        "facts": found.exposed.facts.to_dict(),
    }
    return Response(OutlookOut(told).data)


def _asked(scenario_id: str, data: dict[str, Any]) -> Given:
    named = scenarios.scenarios().get(scenario_id)
    if named is None and scenario_id != scenarios.OWN:
        raise Http404("No such scenario.")
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    if named is None:
        if not (data.get("way") and data["elements"]):
            raise ValidationError(
                "Say `way` and `elements`: what happened, to which data.", code="incomplete"
            )
        if unknown := sorted(set(data["elements"]) - set(DATA_ELEMENTS)):
            raise ValidationError("No kind of data that we know: %(kinds)s.", code="unknown_element", params={"kinds": ", ".join(unknown)[:200]})  # fmt: skip
        named = scenarios.own(
            elements=tuple(data["elements"]), way=data["way"], number=data["number"],
            finding=data["finding"], role=data["role"], encrypted=data["encrypted"],
        )  # fmt: skip
    return Given(named, data.get("aware_at") or now, data["number"], data["encrypted"])


@act("preparedness_save", takes=SaveOutlookIn, tells=SavedOutlookOut)
def save_outlook(request: ApiRequest, scenario_id: str) -> Response:
    """Keep what a scenario asks today, to be compared with a later day."""
    permissions.check_keep_preparedness(request.user)
    data = given(SaveOutlookIn, request)
    made = commands.save_outlook(
        _asked(scenario_id, data), note=data["note"], by=request.user, now=timezone.now()
    )
    return Response(SavedOutlookOut(made).data, status=status.HTTP_201_CREATED)


@reading("preparedness_saved_list", tells=SavedOutlookRowOut(many=True))
def saved_outlooks(request: ApiRequest) -> Response:
    """What was kept, the latest first."""
    permissions.check_read_preparedness(request.user)
    return Response(SavedOutlookRowOut(kept.saved_outlooks(), many=True).data)


@reading("preparedness_saved", tells=SavedOutlookOut)
def saved(request: ApiRequest, reference: str) -> Response:
    """One result that was kept."""
    permissions.check_read_preparedness(request.user)
    return Response(SavedOutlookOut(kept.saved_outlook(reference)).data)


@reading(
    "preparedness_compare",
    tells=OutlookComparisonOut,
    parameters=[
        OpenApiParameter("with", str, description="Another kept result; the law of today when left out.")
    ],
)
def compare(request: ApiRequest, reference: str) -> Response:
    """What is different since then."""
    permissions.check_read_preparedness(request.user)
    first, with_other = kept.saved_outlook(reference), request.query_params.get("with", "")[:20]
    other = kept.saved_outlook(with_other) if with_other else None
    return Response(OutlookComparisonOut(kept.since(first, other)["comparison"]).data)


class AuthorityContactView(APIView):
    @extend_schema(operation_id="authority_contact_read", responses=AuthorityContactShape)
    def get(self, request: ApiRequest, authority_id: str) -> Response:
        """How we reach an authority, as we noted it ourselves."""
        permissions.check_read_preparedness(request.user)
        _check_known(authority_id)
        return Response(AuthorityContactShape(contacts.contact_or_blank(authority_id)).data)

    @extend_schema(
        operation_id="authority_contact_set", request=AuthorityContactShape, responses=AuthorityContactShape
    )
    def put(self, request: ApiRequest, authority_id: str) -> Response:
        """Note how we reach an authority; empty words take it back."""
        permissions.check_keep_preparedness(request.user)
        _check_known(authority_id)
        data = given(AuthorityContactShape, request)
        made = commands.note_authority_contact(authority_id, by=request.user, now=timezone.now(), **data)
        return Response(AuthorityContactShape(made).data)


def _check_known(authority_id: str) -> None:
    if authority_id not in load_pack().authorities:
        raise Http404("No such authority.")
