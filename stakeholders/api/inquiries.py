"""Inquiries and their answers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from stakeholders import commands, queries
from stakeholders.api.shapes import (
    AnswerTextSerializer,
    AskedSerializer,
    CloseSerializer,
    ContactSerializer,
    InquirySerializer,
    LinkToSerializer,
    LogSerializer,
    ReasonSerializer,
    ThreadSerializer,
    read,
)
from stakeholders.models import Inquiry
from stakeholders.permissions import has_desk, incident_to_link, inquiry_for, may_use_desk
from stakeholders.rules import check_not_erased
from stakeholders.sealing import Contact, InquiryBox

MOST = 200


def _log(request: ApiRequest, incident: Incident | None) -> Response:
    given = read(LogSerializer, request)
    contact = Contact(given.pop("name"), given.pop("email"), given.pop("phone"))
    asked = commands.log_inquiry(
        by=request.user, contact=contact, incident=incident, now=timezone.now(), **given
    )
    return Response(AskedSerializer(asked).data, status=status.HTTP_201_CREATED)


class Desk(APIView):
    @extend_schema(
        operation_id="inquiries_list",
        parameters=[OpenApiParameter(name, str) for name in ("status", "topic", "channel")],
        responses=InquirySerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        """Inquiries this person may answer, oldest first; open ones unless `status` says otherwise."""
        if not has_desk(request.user):
            raise PermissionDenied("The inquiry desk is for those who answer.")
        asked = request.query_params
        found = queries.inquiry_desk(
            request.user,
            status=asked.get("status", "open"),
            topic=asked.get("topic", ""),
            channel=asked.get("channel", ""),
        )
        return Response(InquirySerializer(found[:MOST], many=True).data)

    @extend_schema(operation_id="inquiries_log", request=LogSerializer, responses={201: AskedSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Log an inquiry that belongs to no incident yet."""
        if not may_use_desk(request.user):
            raise PermissionDenied("Inquiries without an incident are logged by the desk.")
        return _log(request, None)


class OfIncident(APIView):
    @extend_schema(operation_id="incident_inquiries_list", responses=InquirySerializer(many=True))
    def get(self, request: ApiRequest, reference: str) -> Response:
        """Inquiries about one incident, newest first."""
        incident = incident_for(request.user, reference, Can.VIEW)
        found = queries.inquiries_of(incident).select_related("incident")
        return Response(InquirySerializer(found[:MOST], many=True).data)

    @extend_schema(
        operation_id="incident_inquiries_log", request=LogSerializer, responses={201: AskedSerializer}
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Log an inquiry about this incident."""
        return _log(request, incident_for(request.user, reference, Can.ANSWER))


def _thread(inquiry: Inquiry) -> dict[str, Any]:
    if inquiry.sealed_under is not None:
        check_not_erased(inquiry.sealed_under)
    box = InquiryBox(inquiry)
    messages = [
        {
            "direction": message.direction,
            "at": message.at,
            "by": str(message.by) if message.by else None,
            "send_state": message.send_state,
            "body": box.body(message),
        }
        for message in inquiry.messages.select_related("by")
    ]
    return {**InquirySerializer(inquiry).data, "messages": messages}


class OneInquiry(APIView):
    @extend_schema(operation_id="inquiries_one", responses=ThreadSerializer)
    def get(self, request: ApiRequest, reference: str) -> Response:
        """One inquiry with its messages."""
        inquiry = inquiry_for(request.user, reference, Can.ANSWER)
        return Response(_thread(inquiry), headers={"Cache-Control": "no-store"})


class Answer(APIView):
    @extend_schema(operation_id="inquiries_answer", request=AnswerTextSerializer, responses=InquirySerializer)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Answer; goes by mail when the person left an address."""
        inquiry = inquiry_for(request.user, reference, Can.ANSWER)
        given = read(AnswerTextSerializer, request)
        message = commands.answer_inquiry(inquiry, by=request.user, now=timezone.now(), **given)
        return Response(InquirySerializer(message.inquiry).data)


class RevealContact(APIView):
    @extend_schema(
        operation_id="inquiries_reveal_contact", request=ReasonSerializer, responses=ContactSerializer
    )
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Who asks, in clear; the reason is recorded."""
        inquiry = inquiry_for(request.user, reference, Can.ANSWER)
        given = read(ReasonSerializer, request)
        contact = commands.reveal_contact(inquiry, by=request.user, now=timezone.now(), **given)
        return Response(ContactSerializer(contact).data, headers={"Cache-Control": "no-store"})


class Close(APIView):
    @extend_schema(operation_id="inquiries_close", request=CloseSerializer, responses=InquirySerializer)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Close; without an answer the reason is asked."""
        inquiry = inquiry_for(request.user, reference, Can.ANSWER)
        given = read(CloseSerializer, request)
        return Response(
            InquirySerializer(
                commands.close_inquiry(inquiry, by=request.user, now=timezone.now(), **given)
            ).data
        )


class Reopen(APIView):
    @extend_schema(operation_id="inquiries_reopen", request=ReasonSerializer, responses=InquirySerializer)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Take an inquiry up again."""
        inquiry = inquiry_for(request.user, reference, Can.ANSWER)
        given = read(ReasonSerializer, request)
        return Response(
            InquirySerializer(
                commands.reopen_inquiry(inquiry, by=request.user, now=timezone.now(), **given)
            ).data
        )


class Link(APIView):
    @extend_schema(operation_id="inquiries_link", request=LinkToSerializer, responses=InquirySerializer)
    def post(self, request: ApiRequest, reference: str) -> Response:
        """Move an inquiry to the incident it is about."""
        inquiry = inquiry_for(request.user, reference, Can.ANSWER)
        incident = incident_to_link(request.user, read(LinkToSerializer, request)["incident"])
        moved = commands.link_inquiry(inquiry, incident=incident, by=request.user, now=timezone.now())
        return Response(InquirySerializer(moved).data)
