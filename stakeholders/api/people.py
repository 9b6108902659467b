"""People of an incident."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.models import Can
from stakeholders import commands, queries
from stakeholders.api.shapes import (
    AddressSerializer,
    CountsSerializer,
    DecideCountsSerializer,
    DetailsSerializer,
    ExemptSerializer,
    FindSerializer,
    MaskedSerializer,
    PeopleSerializer,
    ReasonSerializer,
    read,
)
from stakeholders.models import AffectedParty, Roster
from stakeholders.permissions import party_for, roster_for
from stakeholders.rules import check_not_erased
from stakeholders.sealing import RosterKeys


def _masked(roster: Roster, parties: list[AffectedParty]) -> Any:
    return MaskedSerializer(queries.listed(parties, RosterKeys.open(roster)), many=True).data


class People(APIView):
    @extend_schema(
        operation_id="parties_list",
        parameters=[OpenApiParameter(name, str) for name in ("place", "language", "after")],
        responses=PeopleSerializer,
    )
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Counts by place and data, and one page of people, masked."""
        roster = roster_for(request.user, reference, Can.VIEW)
        summary = queries.people_summary(roster)
        asked = request.query_params
        places, languages = asked.getlist("place"), asked.getlist("language")
        after = asked.get("after", "")
        rows: list[AffectedParty] = []
        following = None
        if roster.erased_at is None:
            parties = queries.segment(
                roster, places=places, languages=languages, has_email=None, with_exempt=True
            )
            start = int(after) if after.isdigit() and len(after) < 19 else 0
            rows, following = queries.page_of_parties(parties, after=start)
        counts = {
            "people": summary.base.people,
            "mailable": summary.base.mailable,
            "exempt": summary.base.exempt,
        }
        listed = queries.listed(rows, RosterKeys.open(roster)) if rows else []
        given = {**counts, "groups": summary.groups, "parties": listed, "after": following}
        return Response(PeopleSerializer(given).data)


class Find(APIView):
    @extend_schema(operation_id="parties_find", request=FindSerializer, responses=MaskedSerializer(many=True))
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Look people up by whole e-mail, telephone, reference or family name."""
        roster = roster_for(request.user, reference, Can.VIEW)
        check_not_erased(roster)
        text = read(FindSerializer, request)["find"]
        found = queries.find_parties(roster, RosterKeys.open(roster), text)
        return Response(_masked(roster, list(found.order_by("id")[: queries.PAGE])))


class Party(APIView):
    @extend_schema(operation_id="parties_party", responses=MaskedSerializer)
    def get(self, request: ApiRequest, reference: str, number: int) -> Response:
        """One person, masked."""
        party = party_for(request.user, reference, number, Can.VIEW)
        check_not_erased(party.roster)
        return Response(_masked(party.roster, [party])[0])


class Reveal(APIView):
    @extend_schema(operation_id="parties_reveal", request=ReasonSerializer, responses=DetailsSerializer)
    def post(self, request: ApiRequest, reference: str, number: int) -> Response:
        """One person in clear; the reason is recorded."""
        party = party_for(request.user, reference, number, Can.REVEAL)
        check_not_erased(party.roster)
        given = read(ReasonSerializer, request)
        details = commands.reveal_party(party, by=request.user, now=timezone.now(), **given)
        return Response(DetailsSerializer(details).data, headers={"Cache-Control": "no-store"})


class Exempt(APIView):
    @extend_schema(operation_id="parties_exempt", request=ExemptSerializer, responses=MaskedSerializer)
    def post(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Find that a person is not to be told."""
        party = party_for(request.user, reference, number, Can.DECIDE)
        given = read(ExemptSerializer, request)
        party = commands.exempt_party(party, by=request.user, now=timezone.now(), **given)
        return Response(_masked(party.roster, [party])[0])


class Address(APIView):
    @extend_schema(operation_id="parties_address", request=AddressSerializer, responses=MaskedSerializer)
    def post(self, request: ApiRequest, reference: str, number: int) -> Response:
        """Say who is written to: the person, or a guardian or next of kin in their place."""
        party = party_for(request.user, reference, number, Can.DECIDE)
        given = read(AddressSerializer, request)
        party = commands.address_party(party, by=request.user, now=timezone.now(), **given)
        return Response(_masked(party.roster, [party])[0])


class CorrectCounts(APIView):
    @extend_schema(operation_id="people_correct_counts", request=ReasonSerializer, responses=CountsSerializer)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Put the counts of the people on the list in place of those that were kept."""
        roster = roster_for(request.user, reference, Can.DECIDE)
        commands.correct_counts(
            roster, by=request.user, now=timezone.now(), **read(ReasonSerializer, request)
        )
        return Response(CountsSerializer(queries.people_summary(roster).base).data)


class DecideCounts(APIView):
    @extend_schema(
        operation_id="people_decide_counts", request=DecideCountsSerializer, responses=CountsSerializer
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Say which confirmed numbers hold where the list has others than were typed."""
        roster = roster_for(request.user, reference, Can.WRITE)
        given = read(DecideCountsSerializer, request)
        take = given.pop("take") == "list"
        commands.decide_counts(roster, take=take, by=request.user, now=timezone.now(), **given)
        return Response(CountsSerializer(queries.people_summary(roster).base).data)
