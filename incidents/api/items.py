"""Action items by API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.editing import Seen
from accounts.models import User
from accounts.requests import IF_MATCH, ApiRequest, seen_by
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act, reading
from incidents.api.shapes import work
from incidents.lifecycle import OPEN_WORK
from incidents.models import ActionItem, Can, Incident
from incidents.permissions import incident_for
from incidents.queries.items import DUE, FURTHEST_PAGE, ORDERS_OF_ALL
from incidents.rules import asked_for

PAGE = OpenApiParameter("page", int, description="From 1.")
FILTERS = [OpenApiParameter("show", str, enum=list(queries.VIEWS), description="`open` when left out."), PAGE]
FILTERS_OF_ALL = [
    OpenApiParameter("show", str, enum=list(queries.VIEWS_OF_ALL), description="`mine` when left out."),
    OpenApiParameter("words", str, description="Each in the item's or the incident's title."),
    OpenApiParameter("due", str, enum=list(DUE)),
    OpenApiParameter("status", str, enum=sorted(OPEN_WORK)),
    OpenApiParameter("drill", str, enum=["yes", "no"]),
    OpenApiParameter("order", str, enum=list(ORDERS_OF_ALL), description="`due` when left out."),
    PAGE,
]


def _asked(request: ApiRequest, views: Any, default: str) -> tuple[str, int]:
    view, number = request.query_params.get("show", default), request.query_params.get("page", "1")
    if view not in views:
        raise ValidationError(f"Show one of {', '.join(views)}.", code="unknown_view")
    if not number.isdecimal() or len(number) > 5 or not 1 <= int(number) <= FURTHEST_PAGE:
        raise ValidationError(f"A page is a number from 1 to {FURTHEST_PAGE}.", code="bad_page")
    return view, int(number)


def _person(incident: Incident, pk: int | None) -> User | None:
    """Who may work here and has this id; unknown and not let in read alike."""
    if pk is None:
        return None
    found = queries.workers_of(incident, now=timezone.now()).filter(pk=pk).first()
    if found is None:
        raise ValidationError("Nobody who may work on this incident has this id.", code="unknown_person")
    return found


class Items(APIView):
    @extend_schema(operation_id="items_list", parameters=FILTERS, responses=work.ItemPageOut)
    def get(self, request: ApiRequest, reference: str) -> Response:
        """The work on an incident by due time."""
        incident = incident_for(request.user, reference)
        view, number = _asked(request, queries.VIEWS, "open")
        found = queries.work(incident, user=request.user, view=view, number=number, now=timezone.now())
        return Response(work.ItemPageOut(found).data)

    @extend_schema(operation_id="items_add", request=work.NewItemIn, responses={201: work.ItemDetailOut})
    def post(self, request: ApiRequest, reference: str) -> Response:
        incident = incident_for(request.user, reference, Can.WRITE)
        data = shapes.given(work.NewItemIn, request)
        data["owner"] = _person(incident, data["owner"])
        made = commands.add_item(incident, by=request.user, now=timezone.now(), **data)
        return _told(incident, made.pk, status.HTTP_201_CREATED)


class OneItem(APIView):
    @extend_schema(operation_id="items_read", responses=work.ItemDetailOut)
    def get(self, request: ApiRequest, reference: str, pk: int) -> Response:
        return _told(incident_for(request.user, reference), pk)

    @extend_schema(
        operation_id="items_change",
        parameters=[IF_MATCH],
        request=work.ChangeItemIn,
        responses=work.ItemDetailOut,
    )
    def patch(self, request: ApiRequest, reference: str, pk: int) -> Response:
        """Change what is named; a due time set so moves with nothing any more."""
        incident = incident_for(request.user, reference, Can.WRITE)
        found = queries.item_for(incident, pk)
        read = shapes.given(work.ChangeItemIn, request, partial=True)
        changes = {name: value for name, value in read.items() if name in request.data}
        if "blocked_by" in changes:
            wanted = set(changes["blocked_by"])
            changes["blocked_by"] = list(incident.items.filter(pk__in=wanted))
            if len(changes["blocked_by"]) != len(wanted):
                raise ValidationError(
                    "It can only come after other items of this incident.", code="bad_blocker"
                )
        commands.change_item(found, by=request.user, now=timezone.now(), seen=seen_by(request), **changes)
        return _told(incident, pk)


def _told(incident: Incident, pk: int, code: int = status.HTTP_200_OK) -> Response:
    """The item with the ETag that `If-Match` hands back when it is changed."""
    item = queries.item_for(incident, pk)
    headers = {"ETag": Seen.of(asked_for(item)).etag}
    return Response(work.ItemDetailOut(item).data, status=code, headers=headers)


def _found(request: ApiRequest, reference: str, pk: int) -> ActionItem:
    """The item, before anything is read of what the request says."""
    return queries.item_for(incident_for(request.user, reference, Can.WRITE), pk)


def _run(
    request: ApiRequest, item: ActionItem, command: Callable[..., object], said: dict[str, Any] | None = None
) -> Response:
    """One command on one item, and the item as it is then."""
    command(item, by=request.user, now=timezone.now(), **(said or {}))
    return _told(item.incident, item.pk)


@act("items_start", takes=None, tells=work.ItemDetailOut)
def start_item(request: ApiRequest, reference: str, pk: int) -> Response:
    return _run(request, _found(request, reference, pk), commands.start_item)


@act("items_finish", takes=None, tells=work.ItemDetailOut)
def finish_item(request: ApiRequest, reference: str, pk: int) -> Response:
    """Refused with 409 while something that it comes after is open."""
    return _run(request, _found(request, reference, pk), commands.finish_item)


@act("items_have", takes=None, tells=work.ItemDetailOut)
def have_item(request: ApiRequest, reference: str, pk: int) -> Response:
    """Say "I have this": nobody else is reminded of this step."""
    return _run(request, _found(request, reference, pk), commands.have_item)


@act("items_wait", takes=work.WaitIn, tells=work.ItemDetailOut)
def wait_item(request: ApiRequest, reference: str, pk: int) -> Response:
    item = _found(request, reference, pk)
    return _run(request, item, commands.wait_item, shapes.given(work.WaitIn, request))


@act("items_drop", takes=shapes.ReasonIn, tells=work.ItemDetailOut)
def drop_item(request: ApiRequest, reference: str, pk: int) -> Response:
    """Find that it is not needed."""
    item = _found(request, reference, pk)
    return _run(request, item, commands.drop_item, shapes.given(shapes.ReasonIn, request))


@act("items_reopen", takes=shapes.ReasonIn, tells=work.ItemDetailOut)
def reopen_item(request: ApiRequest, reference: str, pk: int) -> Response:
    item = _found(request, reference, pk)
    return _run(request, item, commands.reopen_item, shapes.given(shapes.ReasonIn, request))


@act("items_hand_over", takes=work.HandOverItemIn, tells=work.ItemDetailOut)
def hand_over_item(request: ApiRequest, reference: str, pk: int) -> Response:
    """Give it to a person, or to a role."""
    item = _found(request, reference, pk)
    data = shapes.given(work.HandOverItemIn, request)
    data["to"] = _person(item.incident, data["to"])
    return _run(request, item, commands.hand_over_item, data)


@act("items_tick", takes=work.TickIn, tells=work.ItemDetailOut)
def tick_item(request: ApiRequest, reference: str, pk: int) -> Response:
    item = _found(request, reference, pk)
    data = shapes.given(work.TickIn, request)
    return _run(request, item, commands.tick_item, data | {"line": data["line"] - 1})


@act("items_comment", takes=work.CommentIn, tells=work.ItemDetailOut)
def comment_item(request: ApiRequest, reference: str, pk: int) -> Response:
    """An @ and a name, or an id, tells whoever may see this incident."""
    item = _found(request, reference, pk)
    data = shapes.given(work.CommentIn, request)
    seeing = queries.people_who_can(item.incident, Can.VIEW, now=timezone.now())
    people = list(seeing.filter(pk__in=data["mentioned"]))
    if len(people) != len(set(data["mentioned"])):
        raise ValidationError("Only people who may see this incident can be mentioned.", code="cannot_see")
    return _run(request, item, commands.comment_item, data | {"mentioned": people})


@reading("items_mine", tells=work.MyItemOut(many=True), parameters=FILTERS_OF_ALL)
def my_items(request: ApiRequest) -> Response:
    """Open items over all incidents that you may see."""
    _, number = _asked(request, queries.VIEWS_OF_ALL, "mine")
    for name, offered in queries.NarrowedItems.offered.items():
        if (value := request.query_params.get(name, "")) and value not in offered:
            raise ValidationError(f"{name} is one of {', '.join(sorted(offered))}.", code=f"unknown_{name}")
    wanted = queries.NarrowedItems.read(request.query_params)
    found = queries.my_items(request.user, wanted, number=number, now=timezone.now())
    items: list[ActionItem] = [row.item for row in found.rows]
    return Response(work.MyItemOut(items, many=True).data)


class ActOnItemsIn(shapes.Shape):
    items = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62), min_length=1, max_length=100
    )
    act = serializers.ChoiceField(choices=[("take", "Yours"), ("start", "Started"), ("finish", "Done")])


class ActedOut(shapes.Shape):
    done = serializers.ListField(child=serializers.IntegerField())
    refused = serializers.DictField(child=serializers.CharField(), help_text="Id to the reason.")


@act("items_several", takes=ActOnItemsIn, tells=ActedOut)
def act_on_items(request: ApiRequest) -> Response:
    """Take, start or finish several; one that refuses does not keep the others from it."""
    data = shapes.given(ActOnItemsIn, request)
    acted = commands.act_on_items(data["items"], act=data["act"], by=request.user, now=timezone.now())
    return Response(ActedOut(acted).data)


@reading("items_mentions", tells=work.MentionOut(many=True))
def mentions(request: ApiRequest) -> Response:
    """Where you are mentioned, and what you were given, until you say that you saw it."""
    return Response(work.MentionOut(queries.unread_alerts(request.user), many=True).data)


@act("items_seen", takes=None, tells=work.MentionOut(many=True))
def read_mentions(request: ApiRequest) -> Response:
    """Say that you saw them all; tells what still waits."""
    commands.read_mentions(by=request.user, now=timezone.now())
    return Response(work.MentionOut(queries.unread_alerts(request.user), many=True).data)
