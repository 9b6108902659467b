"""The same acts on notices as the pages, through the same commands and the same door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.editing import Seen
from accounts.models import User
from accounts.requests import IF_MATCH, ApiRequest, seen_by
from incidents.models import Can, Incident, Obligation
from incidents.permissions import incident_for
from notifications import commands, queries, rules, tasks
from notifications.api.shapes import (
    ApprovalShape,
    CoverageShape,
    DeliveryShape,
    NoticeShape,
    NoticeWords,
    NoticeWordsChanged,
    ReasonShape,
    SampleShape,
    SamplesShape,
    SendShape,
    SettledShape,
    SettleShape,
)
from notifications.models import Notice
from notifications.permissions import notice_for


def read(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What was sent, in this shape; refused where it is not."""
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _duties(incident: Incident, data: dict[str, Any]) -> dict[str, Any]:
    """The words with duties looked up on this incident alone."""
    if "serves" in data:
        wanted = set(data["serves"])
        found = list(Obligation.objects.filter(incident=incident, pk__in=wanted))
        if len(found) != len(wanted):
            raise serializers.ValidationError({"serves": "No such obligation on this incident."})
        data["serves"] = found
    return data


def _as_it_is(notice: Notice) -> Response:
    """The notice with the ETag that `If-Match` hands back when it is changed."""
    return Response(NoticeShape(notice).data, headers={"ETag": Seen.of(rules.written(notice)).etag})


class Notices(APIView):
    @extend_schema(operation_id="incident_notices_list", responses=NoticeShape(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Notices of an incident, newest first."""
        incident = incident_for(request.user, reference, Can.VIEW)
        return Response(NoticeShape(queries.notices_of(incident), many=True).data)

    @extend_schema(request=NoticeWords, responses={201: NoticeShape})
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Start a notice, from a template version or from nothing."""
        incident = incident_for(request.user, reference, Can.WRITE)
        data = _duties(incident, read(NoticeWords, request))
        made = commands.create_notice(incident, by=request.user, now=timezone.now(), **data)
        return Response(NoticeShape(made).data, status=status.HTTP_201_CREATED)


class OneNotice(APIView):
    @extend_schema(responses=NoticeShape)
    def get(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """One notice with its counters."""
        return _as_it_is(notice_for(request.user, reference, notice))

    @extend_schema(parameters=[IF_MATCH], request=NoticeWordsChanged, responses=NoticeShape)
    def patch(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Change its words; an approval it had is void."""
        found = notice_for(request.user, reference, notice, Can.WRITE)
        data = _duties(found.incident, read(NoticeWordsChanged, request))
        seen = seen_by(request)
        return _as_it_is(commands.edit_notice(found, by=request.user, now=timezone.now(), seen=seen, **data))


class Submit(APIView):
    @extend_schema(request=None, responses=NoticeShape)
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Ask a second person to approve it."""
        found = notice_for(request.user, reference, notice, Can.WRITE)
        return Response(NoticeShape(commands.submit_notice(found, by=request.user, now=timezone.now())).data)


class Approve(APIView):
    @extend_schema(request=ApprovalShape, responses=NoticeShape)
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Approve the text as it was at `seen`, the notice's `edited_at` that was read."""
        found = notice_for(request.user, reference, notice, Can.APPROVE)
        data = read(ApprovalShape, request)
        done = commands.approve_notice(found, by=request.user, now=timezone.now(), seen=data["seen"])
        return Response(NoticeShape(done).data)


class Send(APIView):
    @extend_schema(request=SendShape, responses=NoticeShape)
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Queue one mail for everybody in the segment; it starts after `delay_minutes` or `at` an instant."""
        found = notice_for(request.user, reference, notice, Can.SEND)
        data = read(SendShape, request)
        delay = timedelta(minutes=data["delay_minutes"])
        done = commands.start_sending(
            found, by=request.user, now=timezone.now(), delay=delay, at=data.get("at")
        )
        transaction.on_commit(tasks.send_due_deliveries.delay, robust=True)
        return Response(NoticeShape(done).data)


class Samples(APIView):
    @extend_schema(operation_id="incident_notice_samples_list", responses=SampleShape(many=True))
    def get(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Test mails of a notice, newest first."""
        found = notice_for(request.user, reference, notice)
        return Response(SampleShape(found.samples.all()[:50], many=True).data)

    @extend_schema(request=SamplesShape, responses={201: SampleShape(many=True)})
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Send a test mail, filled for a made-up person, to colleagues who may see the incident."""
        found = notice_for(request.user, reference, notice, Can.WRITE)
        wanted = read(SamplesShape, request).get("recipients") or [request.user.pk]
        made = commands.send_samples(
            found, to=User.objects.filter(pk__in=wanted), by=request.user, now=timezone.now()
        )
        transaction.on_commit(tasks.send_due_alerts.delay, robust=True)
        return Response(SampleShape(made, many=True).data, status=status.HTTP_201_CREATED)


class Resume(APIView):
    @extend_schema(request=None, responses=NoticeShape)
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Go on where it stopped."""
        found = notice_for(request.user, reference, notice, Can.SEND)
        done = commands.resume_sending(found, by=request.user, now=timezone.now())
        transaction.on_commit(tasks.send_due_deliveries.delay, robust=True)
        return Response(NoticeShape(done).data)


def _for_a_reason(
    request: ApiRequest, reference: str, notice: str, can: Can, command: Callable[..., Notice]
) -> Response:
    found = notice_for(request.user, reference, notice, can)
    reason = read(ReasonShape, request)["reason"]
    return Response(NoticeShape(command(found, by=request.user, reason=reason, now=timezone.now())).data)


class Return(APIView):
    @extend_schema(request=ReasonShape, responses=NoticeShape)
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Give it back to its author."""
        return _for_a_reason(request, reference, notice, Can.APPROVE, commands.return_notice)


class Pause(APIView):
    @extend_schema(request=ReasonShape, responses=NoticeShape)
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Stop it after the mail that is under way."""
        return _for_a_reason(request, reference, notice, Can.SEND, commands.pause_sending)


class Withdraw(APIView):
    @extend_schema(request=ReasonShape, responses=NoticeShape)
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """End it; its page codes open nothing any more."""
        return _for_a_reason(request, reference, notice, Can.SEND, commands.withdraw_notice)


class Deliveries(APIView):
    @extend_schema(
        operation_id="incident_deliveries_list",
        parameters=[OpenApiParameter("state", str), OpenApiParameter("after", int)],
        responses=DeliveryShape(many=True),
    )
    def get(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Fates by party number, without contact details; `after` pages on."""
        found = notice_for(request.user, reference, notice)
        after = request.query_params.get("after", "0")
        rows = queries.rows(
            found,
            state=request.query_params.get("state", ""),
            after=int(after) if after.isdigit() and len(after) < 19 else 0,
        )
        return Response(DeliveryShape([row.delivery for row in rows[: queries.PAGE]], many=True).data)


class Settle(APIView):
    @extend_schema(request=SettleShape, responses=SettledShape)
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Say what becomes of deliveries that wait for a person."""
        found = notice_for(request.user, reference, notice, Can.SEND)
        data = read(SettleShape, request)
        number = commands.settle_uncertain(found, by=request.user, now=timezone.now(), **data)
        transaction.on_commit(tasks.send_due_deliveries.delay, robust=True)
        return Response({"settled": number})


class CoverageOf(APIView):
    @extend_schema(responses=CoverageShape)
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Who has been told: affected = notified + unreachable + exempt + waiting."""
        incident = incident_for(request.user, reference, Can.VIEW)
        return Response(CoverageShape(queries.coverage(incident)).data)
