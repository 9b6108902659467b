"""What others changed since a page was drawn: fragments that open pages ask for. 204: nothing."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import SignedInRequest
from insights import queries

NOTHING: Final = 204


@require_safe
def incident_changes(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who did what on one incident; 404 ends the asking when access has ended."""
    found = queries.incident_changes(
        request.user, reference, since=queries.read_position(request.GET.get("since", ""))
    )
    if not found.acts:
        return HttpResponse(status=NOTHING)
    return render(request, "insights/_changes.html", {"changes": found, "now": timezone.now()})


@require_safe
def place_changes(request: SignedInRequest, place: str) -> HttpResponse:
    """How many things changed on one list."""
    moved = queries.place_changes(
        request.user, place, since=queries.read_position(request.GET.get("since", ""))
    )
    if not moved:
        return HttpResponse(status=NOTHING)
    return render(request, "insights/_moved.html", {"moved": moved})
