"""Drafts of forms: kept while somebody types, offered when they come back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import drafts
from accounts.models import User
from accounts.requests import ApiRequest
from incidents.api.shapes import Shape, given
from incidents.permissions import visible_to
from stakeholders.permissions import inquiries_visible_to

LONGEST = 200
PLACE = OpenApiParameter("place", str, required=True, description="The path that the form is sent to.")


class DraftIn(Shape):
    fields_typed = serializers.DictField(child=serializers.CharField(allow_blank=True, trim_whitespace=False))


class DraftOut(Shape):
    fields_typed = serializers.DictField(child=serializers.CharField())
    saved_at = serializers.DateTimeField()


def place_of(request: ApiRequest) -> str:
    """The form's address; 404 when it hangs on something that this person may not see."""
    place = request.query_params.get("place", "")
    try:
        match = resolve(place) if len(place) <= LONGEST else None
    except Resolver404:
        match = None
    if match is None:
        raise ValidationError("Name the path that the form is sent to.", code="unknown_place")
    if not _may_see(request.user, place, str(match.kwargs.get("reference", ""))):
        raise Http404("No such form.")
    return place


def _may_see(user: User, place: str, reference: str) -> bool:
    if place.startswith("/incidents/") and reference:
        return bool(visible_to(user).filter(reference=reference).exists())
    if place.startswith("/inquiries/") and reference:
        return bool(inquiries_visible_to(user).filter(reference=reference).exists())
    return True


class Drafts(APIView):
    @extend_schema(operation_id="draft_read", parameters=[PLACE], responses={200: DraftOut, 204: None})
    def get(self, request: ApiRequest) -> Response:
        """What you had typed into a form and not saved; 204 when there is nothing."""
        found = drafts.draft_of(request.user, place_of(request))
        if found is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        told: dict[str, Any] = {"fields_typed": found[0], "saved_at": found[1]}
        return Response(DraftOut(told).data)

    @extend_schema(operation_id="draft_keep", parameters=[PLACE], request=DraftIn, responses={204: None})
    def put(self, request: ApiRequest) -> Response:
        """Keep what stands in a form, for yourself alone."""
        place, data = place_of(request), given(DraftIn, request)
        drafts.keep_draft(place=place, fields=data["fields_typed"], by=request.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="draft_discard", parameters=[PLACE], responses={204: None})
    def delete(self, request: ApiRequest) -> Response:
        """Throw a draft away."""
        drafts.discard_draft(place_of(request), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
