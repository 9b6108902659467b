"""Pages that read across apps; none of them writes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import SignedInRequest
from accounts.queries import calendar_feed
from incidents.models import Can
from incidents.permissions import incident_for
from insights import queries


@require_safe
def my_day(request: SignedInRequest) -> HttpResponse:
    """What needs me now?"""
    now = timezone.now()
    day = queries.my_day(request.user, now=now)
    return render(request, "insights/my_day.html", {"day": day, "now": now})


@require_safe
def overview(request: SignedInRequest, reference: str) -> HttpResponse:
    """Where does this incident stand, and what is next?"""
    incident = incident_for(request.user, reference, Can.VIEW)
    held: frozenset[Can] = incident.held  # type: ignore[attr-defined]
    found = queries.overview(incident, held=held)
    context = {
        "incident": incident,
        "tab": "overview",
        "overview": found,
        "next": found.next(held),
        "may_write": Can.WRITE in held,
        "now": timezone.now(),
    }
    return render(request, "insights/overview.html", context)


@require_safe
def timeline(request: SignedInRequest, reference: str) -> HttpResponse:
    """What happened, in order, and how do we know?"""
    incident = incident_for(request.user, reference, Can.VIEW)
    found = queries.timeline(
        incident, kind=request.GET.get("kind", "")[:20], person=request.GET.get("person", "")[:20]
    )
    held: frozenset[Can] = incident.held  # type: ignore[attr-defined]
    context = {
        "incident": incident,
        "tab": "timeline",
        "timeline": found,
        "may_add": Can.ASSESS in held and not incident.is_settled,
        "now": timezone.now(),
    }
    return render(request, "insights/timeline.html", context)


@require_safe
def deadlines(request: SignedInRequest) -> HttpResponse:
    """What falls due when, across all?"""
    now = timezone.now()
    found = queries.deadlines(request.user, now=now, sort=request.GET.get("sort", "time"))
    sorts = [(key, words, key == found.sort) for key, words in queries.SORTS.items()]
    context = {"deadlines": found, "sorts": sorts, "now": now, "feed": calendar_feed(request.user)}
    return render(request, "insights/deadlines.html", context)


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """Find an incident, a report or an inquiry; a whole reference leads straight to its incident."""
    found = queries.search(request.user, request.GET.get("q", ""))
    if found.only_url:
        return redirect(found.only_url)
    return render(request, "insights/search.html", {"found": found, "query": found.words})
