"""Pages that read across apps; what they keep is that somebody looked."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SignedInRequest
from accounts.queries import calendar_feed
from incidents.commands import looking
from incidents.models import Can
from incidents.permissions import incident_for
from insights import queries
from insights.navigation import waiting
from insights.queries.news import news


@require_safe
def my_day(request: SignedInRequest) -> HttpResponse:
    """What needs me now?"""
    now = timezone.now()
    day = queries.my_day(request.user, counts=waiting(request), now=now)
    return render(request, "insights/my_day.html", {"day": day, "now": now})


@require_safe
def overview(request: SignedInRequest, reference: str) -> HttpResponse:
    """Where does this incident stand, and what is next?"""
    incident = incident_for(request.user, reference, Can.VIEW)
    held: frozenset[Can] = incident.held  # type: ignore[attr-defined]
    found = queries.overview(incident, request.user, held=held)
    now = timezone.now()
    look = looking.look(incident, position=incident.position, by=request.user, now=now)  # type: ignore[attr-defined]
    context = {
        "incident": incident,
        "tab": "overview",
        "overview": found,
        "next": found.next(held),
        "news": news(incident, look, request.user, held=held),
        "may_write": Can.WRITE in held,
        "now": now,
    }
    return render(request, "insights/overview.html", context)


@require_POST
def mark_seen(request: SignedInRequest, reference: str) -> HttpResponse:
    """What others did is no longer new; only as far as the page had told it."""
    incident = incident_for(request.user, reference, Can.VIEW)
    upto = min(queries.read_position(request.POST.get("position", "")), incident.position)  # type: ignore[attr-defined]
    looking.mark_seen(incident, position=upto, by=request.user, now=timezone.now())
    return redirect("insights:overview", reference)


@require_safe
def timeline(request: SignedInRequest, reference: str) -> HttpResponse:
    """What happened, in order, and how do we know?"""
    incident = incident_for(request.user, reference, Can.VIEW)
    asked = queries.Asked.read(request.GET.dict())
    held: frozenset[Can] = incident.held  # type: ignore[attr-defined]
    context = {
        "incident": incident,
        "tab": "timeline",
        "timeline": queries.timeline(incident, asked),
        "may_state": Can.WRITE in held and not incident.is_settled,
        "may_write": Can.WRITE in held,
        "counsel": Can.PRIVILEGED in held,
        "now": timezone.now(),
    }
    return render(request, "insights/timeline.html", context)


@require_safe
def deadlines(request: SignedInRequest) -> HttpResponse:
    """What falls due when, across all?"""
    now = timezone.now()
    found = queries.deadlines(request.user, queries.AskedDeadlines.read(request.GET.dict()), now=now)
    asked, most = found.asked, queries.DEADLINES_COUNTED
    stretches = {"": "All", **queries.STRETCHES, queries.NOT_CLEAR: "Not clear yet"}
    context = {
        "deadlines": found,
        "tabs": [
            {
                "label": words,
                "url": f"?{asked.address(due=key)}",
                "count": min(found.counts.get(key, 0), most),
                "more": found.counts.get(key, 0) > most,
                "current": key == asked.due,
            }
            for key, words in stretches.items()
            if key in ("", "overdue", asked.due) or found.counts[key]
        ],
        "sorts": [
            (f"?{asked.address(sort=key)}", words, key == asked.sort) for key, words in queries.SORTS.items()
        ],
        "next_url": f"?{asked.address(after=found.next)}" if found.next else "",
        "first_url": f"?{asked.address()}" if asked.after else "",
        "now": now,
        "all_url": "?",
        "feed": calendar_feed(request.user),
    }
    return render(request, "insights/deadlines.html", context)
