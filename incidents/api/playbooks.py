"""Playbooks by API: as a setting, and on an incident."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act, reading
from incidents.api.shapes import work
from incidents.models import Can, Incident
from incidents.permissions import check_describe_organisation, check_read_organisation, incident_for
from incidents.playbooks import Content


class Playbooks(APIView):
    @extend_schema(operation_id="playbooks_list", responses=work.PlaybookOut(many=True))
    def get(self, request: ApiRequest) -> Response:
        check_read_organisation(request.user)
        return Response(work.PlaybookOut(queries.playbooks(), many=True).data)

    @extend_schema(
        operation_id="playbooks_create", request=work.PlaybookIn, responses={201: work.PlaybookDetailOut}
    )
    def post(self, request: ApiRequest) -> Response:
        """Begin a playbook with the draft of its first version."""
        check_describe_organisation(request.user)
        content = Content.read(shapes.given(work.PlaybookIn, request))
        made = commands.create_playbook(content=content, by=request.user, now=timezone.now())
        return _told(made.playbook.key, status.HTTP_201_CREATED)


def _told(key: str, code: int = status.HTTP_200_OK) -> Response:
    return Response(work.PlaybookDetailOut(queries.playbook_for(key)).data, status=code)


@act("playbooks_add_ready", takes=None, tells=work.PlaybookOut(many=True))
def add_ready_playbooks(request: ApiRequest) -> Response:
    """Add those that come with the product, for kinds that have none; tells what was added."""
    check_describe_organisation(request.user)
    made = commands.add_ready_playbooks(by=request.user, now=timezone.now())
    return Response(work.PlaybookOut(made, many=True).data)


@reading("playbooks_read", tells=work.PlaybookDetailOut)
def playbook(request: ApiRequest, key: str) -> Response:
    """With all its versions, the newest first."""
    check_read_organisation(request.user)
    return _told(key)


class Draft(APIView):
    @extend_schema(
        operation_id="playbooks_write_draft", request=work.PlaybookDraftIn, responses=work.PlaybookDetailOut
    )
    def put(self, request: ApiRequest, key: str) -> Response:
        """Write the draft as a whole; 409 when somebody else wrote it since you read it."""
        check_describe_organisation(request.user)
        found = queries.playbook_for(key)
        data = shapes.given(work.PlaybookDraftIn, request)
        commands.write_playbook_draft(
            found, content=Content.read(data), revision=data["revision"], by=request.user, now=timezone.now()
        )
        return _told(key)


@act("playbooks_put_in_force", takes=work.RevisionIn, tells=work.PlaybookDetailOut)
def put_playbook_in_force(request: ApiRequest, key: str) -> Response:
    check_describe_organisation(request.user)
    found, data = queries.playbook_for(key), shapes.given(work.RevisionIn, request)
    commands.put_playbook_in_force(found, by=request.user, now=timezone.now(), **data)
    return _told(key)


@act("playbooks_discard_draft", takes=work.RevisionIn, tells=work.PlaybookOut(many=True))
def discard_playbook_draft(request: ApiRequest, key: str) -> Response:
    """Tells the playbooks that are left: one that had nothing but its draft goes with it."""
    check_describe_organisation(request.user)
    found, data = queries.playbook_for(key), shapes.given(work.RevisionIn, request)
    commands.discard_playbook_draft(found, by=request.user, now=timezone.now(), **data)
    return Response(work.PlaybookOut(queries.playbooks(), many=True).data)


@act("playbooks_retire", takes=None, tells=work.PlaybookDetailOut)
def retire_playbook(request: ApiRequest, key: str) -> Response:
    """No incident begins with it any more; those that run go on."""
    check_describe_organisation(request.user)
    commands.retire_playbook(queries.playbook_for(key), by=request.user, now=timezone.now())
    return _told(key)


@reading("playbooks_on_incident", tells=work.WorkPlaybookOut)
def playbook_difference(request: ApiRequest, reference: str) -> Response:
    """The playbook that runs on an incident, and what is offered: another one, or a later version."""
    return _stand(incident_for(request.user, reference))


def _stand(incident: Incident) -> Response:
    run = queries.run_of(incident)
    fits = queries.fitting(incident) if run is None else None
    told: dict[str, Any] = {
        "run": run,
        "offer": queries.offer(incident, run),
        "fits": fits.pk if fits else None,
    }
    return Response(work.WorkPlaybookOut(told).data)


@act("playbooks_start", takes=work.VersionIn, tells=work.WorkPlaybookOut)
def start_playbook(request: ApiRequest, reference: str) -> Response:
    incident = incident_for(request.user, reference, Can.WRITE)
    version = queries.version_in_force(shapes.given(work.VersionIn, request)["version"])
    commands.start_playbook(incident, version=version, by=request.user, now=timezone.now())
    return _stand(incident)


@act("playbooks_apply", takes=work.ApplyIn, tells=work.WorkPlaybookOut)
def apply_playbook(request: ApiRequest, reference: str) -> Response:
    """Follow a version from now on in the changes named."""
    incident = incident_for(request.user, reference, Can.WRITE)
    data = shapes.given(work.ApplyIn, request)
    version = queries.version_in_force(data["version"])
    commands.apply_playbook(incident, version=version, take=data["take"], by=request.user, now=timezone.now())
    return _stand(incident)


@act("playbooks_keep", takes=work.VersionIn, tells=work.WorkPlaybookOut)
def keep_playbook(request: ApiRequest, reference: str) -> Response:
    """Leave the work as it is; this version is not offered again."""
    incident = incident_for(request.user, reference, Can.WRITE)
    version = queries.version_in_force(shapes.given(work.VersionIn, request)["version"])
    commands.keep_playbook(incident, version=version, by=request.user, now=timezone.now())
    return _stand(incident)
