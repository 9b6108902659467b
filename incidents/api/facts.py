"""Times, facts, counts and severity by API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.editing import Seen
from accounts.requests import IF_MATCH, ApiRequest, seen_by
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.rules import stated
from law.vocabulary import FACT_KEYS


class EventTimes(APIView):
    @extend_schema(operation_id="event_times_list", responses=shapes.EventTimeOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        times = queries.current_times(incident_for(request.user, reference))
        return Response(shapes.EventTimeOut(times, many=True).data)

    @extend_schema(
        operation_id="event_times_record", request=shapes.EventTimeIn, responses={201: shapes.EventTimeOut}
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        incident = incident_for(request.user, reference, Can.WRITE)
        data = shapes.given(shapes.EventTimeIn, request)
        stated = commands.record_event_time(incident, by=request.user, now=timezone.now(), **data)
        return Response(shapes.EventTimeOut(stated).data, status=status.HTTP_201_CREATED)


class Facts(APIView):
    @extend_schema(operation_id="facts_list", responses=shapes.FactOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        facts = queries.current_facts(incident_for(request.user, reference)).values()
        etag = Seen.of(stated(facts, FACT_KEYS)).etag
        return Response(shapes.FactOut(facts, many=True).data, headers={"ETag": etag})

    @extend_schema(
        operation_id="facts_set",
        parameters=[IF_MATCH],
        request=shapes.FactsIn,
        responses=shapes.FactOut(many=True),
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """State facts; what was stated before stays as history."""
        incident = incident_for(request.user, reference, Can.WRITE)
        data = shapes.given(shapes.FactsIn, request)
        given = [commands.FactInput(**fact) for fact in data["facts"]]
        seen = seen_by(request)
        changed = commands.set_facts(incident, facts=given, by=request.user, now=timezone.now(), seen=seen)
        return Response(shapes.FactOut(changed, many=True).data)


class Counts(APIView):
    @extend_schema(operation_id="counts_list", responses=shapes.CountOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        counts = queries.current_counts(incident_for(request.user, reference))
        return Response(shapes.CountOut(counts, many=True).data)

    @extend_schema(
        operation_id="counts_record", request=shapes.CountsIn, responses=shapes.CountOut(many=True)
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """State how many people; replaces all counts of the same basis unless told otherwise."""
        incident = incident_for(request.user, reference, Can.WRITE)
        data = shapes.given(shapes.CountsIn, request)
        counts = [
            commands.CountInput(one["place"], tuple(one["elements"]), one["number"])
            for one in data.pop("counts")
        ]
        commands.record_counts(incident, counts=counts, by=request.user, now=timezone.now(), **data)
        return Response(shapes.CountOut(queries.current_counts(incident), many=True).data)


@act("counts_drop_estimates", takes=shapes.ReasonIn, tells=shapes.CountOut(many=True))
def drop_estimates(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.WRITE)
    data = shapes.given(shapes.ReasonIn, request)
    commands.drop_estimates(incident, by=request.user, now=timezone.now(), **data)
    return Response(shapes.CountOut(queries.current_counts(incident), many=True).data)


class Assessments(APIView):
    @extend_schema(operation_id="assessments_list", responses=shapes.AssessmentOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        incident = incident_for(request.user, reference)
        return Response(shapes.AssessmentOut(incident.assessments.select_related("by"), many=True).data)

    @extend_schema(
        operation_id="assessments_add", request=shapes.AssessIn, responses={201: shapes.AssessmentOut}
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        incident = incident_for(request.user, reference, Can.ASSESS)
        data = shapes.given(shapes.AssessIn, request)
        assessment = commands.assess_severity(incident, by=request.user, now=timezone.now(), **data)
        return Response(shapes.AssessmentOut(assessment).data, status=status.HTTP_201_CREATED)
