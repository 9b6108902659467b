"""Where it can be seen, and what a kind of incident asks, by API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents import queries
from incidents.api import shapes
from incidents.api.endpoints import act, reading
from incidents.api.shapes.sightings import AskedOut, SightingIn, SightingOut
from incidents.commands import sightings as commands
from incidents.commands.sightings import Seen
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.queries.sightings import sighting_for, sightings
from incidents.questions import questions_of, words_of
from law.vocabulary import FACT_KEYS


class Sightings(APIView):
    @extend_schema(operation_id="sightings_list", responses=SightingOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Places where it can be seen, those still up first."""
        return Response(SightingOut(sightings(incident_for(request.user, reference)), many=True).data)

    @extend_schema(operation_id="sightings_record", request=SightingIn, responses={201: SightingOut})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Keep a place where it can be seen."""
        incident = incident_for(request.user, reference, Can.WRITE)
        seen = Seen(**shapes.given(SightingIn, request))
        made = commands.record_sighting(incident, seen, by=request.user, now=timezone.now())
        return Response(SightingOut(made).data, status=status.HTTP_201_CREATED)


class OneSighting(APIView):
    @extend_schema(operation_id="sightings_change", request=SightingIn, responses=SightingOut)
    def put(self, request: ApiRequest, reference: str, pk: int) -> Response:
        """State a place anew, such as that it was taken down."""
        sighting = sighting_for(incident_for(request.user, reference, Can.WRITE), pk)
        seen = Seen(**shapes.given(SightingIn, request))
        changed = commands.change_sighting(sighting, seen, by=request.user, now=timezone.now())
        return Response(SightingOut(changed).data)


@act("sightings_strike", takes=shapes.ReasonIn, tells=SightingOut)
def strike_sighting(request: ApiRequest, reference: str, pk: int) -> Response:
    """Strike out a place that was entered by mistake."""
    sighting = sighting_for(incident_for(request.user, reference, Can.WRITE), pk)
    data = shapes.given(shapes.ReasonIn, request)
    struck = commands.strike_sighting(sighting, by=request.user, now=timezone.now(), **data)
    return Response(SightingOut(struck).data)


@reading("questions_list", tells=AskedOut(many=True))
def questions(request: ApiRequest, reference: str) -> Response:
    """What this kind of incident asks, with the answers that stand."""
    incident = incident_for(request.user, reference)
    facts = queries.current_facts(incident)
    rows = []
    for asked in questions_of(incident.violation).questions:
        fact = facts.get(asked.key)
        rows.append(
            {
                "key": asked.key,
                "label": asked.label,
                "question": asked.question,
                "help": asked.help,
                "type": asked.type,
                "words": dict(words_of(asked)),
                "of_law": asked.key in FACT_KEYS,
                "state": fact.state if fact else "unknown",
                "value": fact.value if fact else None,
            }
        )
    return Response(AskedOut(rows, many=True).data)
