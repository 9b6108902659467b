"""Incidents by API: list, open, describe, find, note, cite."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.editing import Seen
from accounts.models import User
from accounts.requests import IF_MATCH, ApiRequest, seen_by
from incidents import commands, queries, rules
from incidents.api import shapes
from incidents.api.endpoints import act
from incidents.models import Can, Incident
from incidents.permissions import check_triage, incident_for
from incidents.queries import IncidentView, Narrowed
from incidents.queries.privilege import note_for
from incidents.queries.worklist import MOST, OFFERED, page_size
from policies.models import PolicyVersion

FILTERS = [
    *(
        OpenApiParameter(name, str, enum=list(OFFERED[name]) if name in OFFERED else None, description=words)
        for name, words in {
            "view": "A view that everybody has; all when left out.",
            "words": "Each in the title or the reference.",
            "status": "", "violation": "What kind.", "severity": "Of the newest assessment.", "priority": "",
            "lead": "E-mail address, or `me`, or `none`.",
            "place": "Where people are affected: ISO 3166-1 or 3166-2.",
            "due": "When the nearest clock ends.", "restricted": "", "drill": "", "order": "Newest first when left out.",
        }.items()
    ),
    OpenApiParameter("after", str, description="`next_cursor` of the page before."),
    OpenApiParameter("size", int, description=f"Rows a page, at most {MOST}."),
]  # fmt: skip


def told(user: User, incident: Incident) -> Response:
    """The incident as it is now."""
    return as_it_is(incident_for(user, incident.reference))


def as_it_is(incident: Incident) -> Response:
    """The incident with the ETag that `If-Match` hands back when it is changed."""
    etag = Seen.of(rules.described(incident)).etag
    return Response(shapes.IncidentOut(incident).data, headers={"ETag": etag})


def person_of(email: str) -> User:
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise ValidationError("Nobody here has this e-mail address.", code="unknown_person")
    return person


class Incidents(APIView):
    @extend_schema(operation_id="incidents_list", parameters=FILTERS, responses=shapes.IncidentPageOut)
    def get(self, request: ApiRequest) -> Response:
        asked = request.query_params
        for name, offered in OFFERED.items():
            if (value := asked.get(name, "")) and value not in offered:
                raise ValidationError(f"{name} is one of {', '.join(offered)}.", code=f"unknown_{name}")
        wanted = Narrowed.read(asked if "view" in asked else {**asked.dict(), "view": IncidentView.ALL.value})
        page = queries.incident_list(
            request.user, wanted, after=asked.get("after", ""), size=page_size(asked)
        )
        return Response(shapes.IncidentPageOut(page).data)

    @extend_schema(
        operation_id="incidents_open", request=shapes.NewIncidentIn, responses={201: shapes.IncidentOut}
    )
    def post(self, request: ApiRequest) -> Response:
        check_triage(request.user)
        data = shapes.given(shapes.NewIncidentIn, request)
        incident = commands.open_incident(by=request.user, now=timezone.now(), **data)
        answer = told(request.user, incident)
        answer.status_code = status.HTTP_201_CREATED
        return answer


class OneIncident(APIView):
    @extend_schema(operation_id="incidents_read", responses=shapes.IncidentOut)
    def get(self, request: ApiRequest, reference: str) -> Response:
        return as_it_is(incident_for(request.user, reference))

    @extend_schema(
        operation_id="incidents_describe",
        parameters=[IF_MATCH],
        request=shapes.DescribeIn,
        responses=shapes.IncidentOut,
    )
    def patch(self, request: ApiRequest, reference: str) -> Response:
        incident = incident_for(request.user, reference, Can.WRITE)
        changes = shapes.given(shapes.DescribeIn, request)
        if changes.get("lead"):
            changes["lead"] = person_of(changes["lead"])
        seen = seen_by(request)
        commands.describe_incident(incident, by=request.user, now=timezone.now(), seen=seen, **changes)
        return told(request.user, incident)


class Notes(APIView):
    @extend_schema(operation_id="notes_list", responses=shapes.NoteOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        found = queries.notes(incident_for(request.user, reference))
        return Response(shapes.NoteOut(found, many=True).data)

    @extend_schema(operation_id="notes_add", request=shapes.NoteIn, responses={201: shapes.NoteOut})
    def post(self, request: ApiRequest, reference: str) -> Response:
        incident = incident_for(request.user, reference, Can.WRITE)
        data = shapes.given(shapes.NoteIn, request)
        if data["privileged"] and Can.PRIVILEGED not in incident.held:  # type: ignore[attr-defined]
            raise PermissionDenied("Privileged notes are for counsel alone.")
        note = commands.add_note(incident, by=request.user, now=timezone.now(), **data)
        return Response(shapes.NoteOut(note).data, status=status.HTTP_201_CREATED)


@act("notes_set_privileged", takes=shapes.PrivilegedIn, tells=shapes.NoteOut)
def set_note_privileged(request: ApiRequest, reference: str, pk: int) -> Response:
    """Keep a note for counsel alone, with what sets it right, or release it to who sees the incident."""
    note = note_for(incident_for(request.user, reference, Can.PRIVILEGED), pk)
    data = shapes.given(shapes.PrivilegedIn, request)
    note = commands.set_note_privileged(note, by=request.user, now=timezone.now(), **data)
    return Response(shapes.NoteOut(note).data)


@act("incidents_start_assessment", takes=None, tells=shapes.IncidentOut)
def start_assessment(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.ASSESS)
    return told(request.user, commands.start_assessment(incident, by=request.user, now=timezone.now()))


@act("incidents_confirm_breach", takes=shapes.ConfirmIn, tells=shapes.IncidentOut)
def confirm_breach(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.ASSESS)
    data = shapes.given(shapes.ConfirmIn, request)
    return told(request.user, commands.confirm_breach(incident, by=request.user, now=timezone.now(), **data))


@act("incidents_dismiss", takes=shapes.ReasonIn, tells=shapes.IncidentOut)
def dismiss_incident(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.DECIDE)
    data = shapes.given(shapes.ReasonIn, request)
    return told(
        request.user, commands.dismiss_incident(incident, by=request.user, now=timezone.now(), **data)
    )


@act("incidents_cite_policy", takes=shapes.CitePolicyIn, tells=shapes.IncidentOut)
def cite_policy(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.WRITE)
    data = shapes.given(shapes.CitePolicyIn, request)
    version = PolicyVersion.objects.filter(policy__reference=data["policy"], status="in_force").first()
    if version is None:
        raise ValidationError("No version of such a policy is in force.", code="not_in_force")
    return told(
        request.user, commands.cite_policy(incident, version=version, by=request.user, now=timezone.now())
    )
