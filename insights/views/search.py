"""Find or do: one field over all that a person may see, and the places they may go."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import SignedInRequest
from insights import queries
from insights.models import EntryKind
from insights.navigation import Navigation
from insights.queries.search import SUGGESTED

PLACES = 4


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """What was found, the best first; a whole reference leads straight to its page."""
    found = queries.search(request.user, request.GET.get("q", ""), kind=request.GET.get("kind", ""))
    if found.only_url:
        return redirect(found.only_url)
    here = reverse("insights:search")
    kinds = [("", "All"), *EntryKind.choices] if found.words else []
    tabs = [
        {
            "label": label,
            "url": f"{here}?{urlencode({'q': found.words} | ({'kind': kind} if kind else {}))}",
            "current": kind == found.kind,
        }
        for kind, label in kinds
    ]
    return render(request, "insights/search.html", {"found": found, "query": found.words, "tabs": tabs})


@require_safe
def suggest(request: SignedInRequest) -> HttpResponse:
    """The few best while somebody still types: places to go, then what was found."""
    words = request.GET.get("q", "")
    found = queries.search(request.user, words, most=SUGGESTED)
    start = found.words.casefold()
    places = [
        place
        for place in Navigation(request).places()
        if start and any(part.startswith(start) for part in place["label"].casefold().split())
    ]
    return render(request, "insights/_suggest.html", {"found": found, "places": places[:PLACES]})
