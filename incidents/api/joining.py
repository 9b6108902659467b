"""Incidents that belong together, by API."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from rest_framework.response import Response

from accounts.models import User
from accounts.requests import ApiRequest
from incidents import queries
from incidents.api import shapes
from incidents.api.cases import told
from incidents.api.endpoints import act, reading
from incidents.api.shapes.joining import JoinedOut, LinkIn, MergeIn, SplitIn
from incidents.commands import joining as commands
from incidents.forms.joining import other_incident
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from incidents.queries.joining import link_for, related, taken_in


def _joined(user: User, reference: str) -> Response:
    incident = incident_for(user, reference)
    into = incident.merged_into_seen  # type: ignore[attr-defined]
    found = {
        "merged_into": into.reference if into else None,
        "taken_in": [one.reference for one in taken_in(incident, user)],
        "related": related(incident, user),
    }
    return Response(JoinedOut(found).data)


@reading("related_read", tells=JoinedOut)
def related_incidents(request: ApiRequest, reference: str) -> Response:
    """What belongs with this incident, of what you may see."""
    return _joined(request.user, reference)


@act("related_link", takes=LinkIn, tells=JoinedOut)
def link_incidents(request: ApiRequest, reference: str) -> Response:
    """Say that two incidents belong together."""
    incident = incident_for(request.user, reference, Can.WRITE)
    data = shapes.given(LinkIn, request)
    data["other"] = other_incident(request.user, data["other"], Can.WRITE)
    commands.link_incidents(incident, by=request.user, now=timezone.now(), **data)
    return _joined(request.user, reference)


@act("related_end_link", takes=None, tells=JoinedOut)
def end_link(request: ApiRequest, reference: str, pk: int) -> Response:
    """Say that they do not belong together."""
    link = link_for(incident_for(request.user, reference, Can.WRITE), request.user, pk)
    commands.end_link(link, by=request.user, now=timezone.now())
    return _joined(request.user, reference)


@act("incidents_merge", takes=MergeIn, tells=JoinedOut)
def merge_incident(request: ApiRequest, reference: str) -> Response:
    """Close this incident into another; undone within 30 days."""
    incident = incident_for(request.user, reference, Can.DECIDE)
    data = shapes.given(MergeIn, request)
    into = other_incident(request.user, data.pop("other"), Can.DECIDE)
    commands.merge_incident(incident, into=into, by=request.user, now=timezone.now(), **data)
    return _joined(request.user, reference)


@act("incidents_undo_merge", takes=shapes.ReasonIn, tells=shapes.IncidentOut)
def undo_merge(request: ApiRequest, reference: str) -> Response:
    """Take a merged incident up again as it was."""
    incident = incident_for(request.user, reference, Can.DECIDE)
    data = shapes.given(shapes.ReasonIn, request)
    return told(request.user, commands.undo_merge(incident, by=request.user, now=timezone.now(), **data))


@act("incidents_split", takes=SplitIn, tells=shapes.IncidentOut)
def split_incident(request: ApiRequest, reference: str) -> Response:
    """Open a new incident from some reports and notes of this one; tells the new one."""
    incident = incident_for(request.user, reference, Can.TRIAGE)
    data = shapes.given(SplitIn, request)
    data["reports"] = _reports(incident, data["reports"])
    readable = set(queries.notes(incident).values_list("pk", flat=True))
    if set(data["notes"]) - readable:
        raise ValidationError("Not all of these hang on this incident.", code="not_here")
    new = commands.split_incident(incident, by=request.user, now=timezone.now(), **data)
    return told(request.user, new)


def _reports(incident: Incident, references: list[str]) -> list[int]:
    found = dict(incident.reports.values_list("reference", "pk"))
    if missing := set(references) - found.keys():
        raise ValidationError(
            "Not on this incident: %(references)s.",
            code="not_here",
            params={"references": ", ".join(sorted(missing))},
        )
    return [found[reference] for reference in references]
