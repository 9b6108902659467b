"""Access, closing and the record by API."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.editing import Seen
from accounts.letters import LetterNotSent, send_password_link
from accounts.requests import IF_MATCH, ApiRequest, seen_by
from audit.queries import verify
from incidents import commands, queries, rules
from incidents.api import shapes
from incidents.api.cases import person_of, told
from incidents.api.endpoints import act, reading
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.queries.closing import open_lines


class Access(APIView):
    @extend_schema(operation_id="access_list", responses=shapes.HolderOut(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        incident = incident_for(request.user, reference)
        found = queries.holders(incident, now=timezone.now(), seen_by=request.user)
        return Response(shapes.HolderOut(found, many=True).data)

    @extend_schema(operation_id="access_grant", request=shapes.GrantIn, responses=shapes.HolderOut(many=True))
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Let a person in; only what you hold yourself can be handed on."""
        incident = incident_for(request.user, reference, Can.GRANT)
        data = shapes.given(shapes.GrantIn, request)
        cans = {Can[name.upper()] for name in data["cans"]}
        if beyond := cans - incident.held:  # type: ignore[attr-defined]
            words = ", ".join(sorted(str(can.label).lower() for can in beyond))
            raise ValidationError(f"You do not hold this yourself: {words}.", code="beyond_own")
        person = person_of(data["to"])
        commands.grant_access(
            incident, to=person, cans=cans, ends_at=data["ends_at"], by=request.user, now=timezone.now()
        )
        return Response(
            shapes.HolderOut(
                queries.holders(incident, now=timezone.now(), seen_by=request.user), many=True
            ).data
        )


@act("access_invite", takes=shapes.InviteIn, tells=shapes.InvitedOut)
def invite_expert(request: ApiRequest, reference: str) -> Response:
    """Let somebody from outside into this one incident until an end; a link to set a password goes to them."""
    incident = incident_for(request.user, reference, Can.GRANT)
    data = shapes.given(shapes.InviteIn, request)
    data["cans"] = {Can[name.upper()] for name in data["cans"]}
    person = commands.invite_expert(incident, by=request.user, now=timezone.now(), **data)
    sent = person.has_usable_password()
    if not sent:
        try:
            send_password_link(person, by=request.user, request=request._request)
            sent = True
        except LetterNotSent:
            pass
    return Response(shapes.InvitedOut({"email": person.email, "letter_sent": sent}).data)


@act("access_end", takes=shapes.EndAccessIn, tells=shapes.HolderOut(many=True))
def end_access(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.GRANT)
    data = shapes.given(shapes.EndAccessIn, request)
    commands.end_access(incident, of=person_of(data["of"]), by=request.user, now=timezone.now())
    return Response(
        shapes.HolderOut(queries.holders(incident, now=timezone.now(), seen_by=request.user), many=True).data
    )


@act("access_restrict", takes=shapes.ReasonIn, tells=shapes.IncidentOut)
def restrict_incident(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.GRANT)
    data = shapes.given(shapes.ReasonIn, request)
    return told(
        request.user, commands.restrict_incident(incident, by=request.user, now=timezone.now(), **data)
    )


@act("access_lift_restriction", takes=shapes.ReasonIn, tells=shapes.IncidentOut)
def lift_restriction(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.GRANT)
    data = shapes.given(shapes.ReasonIn, request)
    return told(
        request.user, commands.lift_restriction(incident, by=request.user, now=timezone.now(), **data)
    )


@act("review_write", takes=shapes.ReviewIn, tells=shapes.ReviewOut, parameters=[IF_MATCH])
def write_review(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.WRITE)
    data = shapes.given(shapes.ReviewIn, request)
    seen = seen_by(request)
    review = commands.write_review(incident, by=request.user, now=timezone.now(), seen=seen, **data)
    etag = Seen.of(rules.reviewed(incident)).etag
    return Response(shapes.ReviewOut(review).data, status=status.HTTP_200_OK, headers={"ETag": etag})


class Closing(APIView):
    @extend_schema(operation_id="closing_read", responses=shapes.ClosingOut)
    def get(self, request: ApiRequest, reference: str) -> Response:
        """What still keeps it from being closed."""
        incident = incident_for(request.user, reference)
        return Response(shapes.ClosingOut({"blockers": open_lines(incident)}).data)

    @extend_schema(operation_id="closing_close", request=None, responses=shapes.IncidentOut)
    def post(self, request: ApiRequest, reference: str) -> Response:
        incident = incident_for(request.user, reference, Can.DECIDE)
        return told(request.user, commands.close_incident(incident, by=request.user, now=timezone.now()))


@act("incidents_reopen", takes=shapes.ReasonIn, tells=shapes.IncidentOut)
def reopen_incident(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.DECIDE)
    data = shapes.given(shapes.ReasonIn, request)
    return told(request.user, commands.reopen_incident(incident, by=request.user, now=timezone.now(), **data))


@reading(
    "record_list",
    tells=shapes.RecordPageOut,
    parameters=[OpenApiParameter("before", int, description="`next_before` of the page before.")],
)
def record(request: ApiRequest, reference: str) -> Response:
    """Events newest first."""
    incident = incident_for(request.user, reference)
    before = request.query_params.get("before", "")
    start = int(before) if before.isdecimal() and len(before) < 18 else None
    events, next_before = queries.record_page(incident, before=start)
    return Response(shapes.RecordPageOut({"events": events, "next_before": next_before}).data)


@reading("record_verify", tells=shapes.VerdictOut)
def verify_record(request: ApiRequest, reference: str) -> Response:
    """Check every link just now."""
    verdict = verify(incident_for(request.user, reference).stream)
    problem = f"Event {verdict.broken.sequence} {verdict.broken.problem}." if verdict.broken else ""
    found = {"holds": verdict.holds, "events": verdict.events, "head": verdict.head, "problem": problem}
    return Response(shapes.VerdictOut(found).data)


class RecordExport(APIView):
    @extend_schema(
        operation_id="record_export",
        responses={
            (200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR, description="One event a line.")
        },
    )
    def get(self, request: ApiRequest, reference: str) -> StreamingHttpResponse:
        """The whole stream, one event a line, as the hashes were made of."""
        incident = incident_for(request.user, reference, Can.EXPORT)
        commands.take_record(incident, by=request.user)
        return StreamingHttpResponse(
            queries.record_lines(incident.stream), content_type="application/x-ndjson"
        )
