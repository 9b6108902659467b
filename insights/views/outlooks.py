"""Saved outlooks: what was kept, and what is different since then."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Organisation, SignedInRequest
from insights import permissions
from insights.queries import saved as queries
from insights.queries.outlook import stretches
from insights.queries.time_line import time_line
from insights.views.preparedness import PREPAREDNESS
from insights.views.tables import csv_answer


@require_safe
def saved(request: SignedInRequest, reference: str) -> HttpResponse:
    """What did this scenario ask of us then?"""
    permissions.check_read_preparedness(request.user)
    kept = queries.saved_outlook(reference)
    items = queries.items_of(kept)
    owed = [one for one in items if one.answer == "required" and one.binding]
    context = {
        "kept": kept,
        "totals": kept.totals,
        "stretches": stretches(owed),
        "line": time_line(owed),
        "open": [one for one in items if one.answer == "undecided" and one.binding],
        "voluntary": [one for one in items if not one.binding],
        "others": [
            one for one in queries.saved_outlooks() if one.scenario == kept.scenario and one.pk != kept.pk
        ],
        "aware_at": kept.aware_at,
        "zone": Organisation.current().zone,
        "crumbs": [PREPAREDNESS],
    }
    return render(request, "insights/outlook_saved.html", context)


@require_safe
def saved_csv(request: SignedInRequest, reference: str) -> HttpResponse:
    """The duties that were kept as a table."""
    permissions.check_read_preparedness(request.user)
    kept = queries.saved_outlook(reference)
    return csv_answer(f"preparedness-{kept.reference}", queries.csv_rows(queries.items_of(kept)))


@require_safe
def compare(request: SignedInRequest, reference: str) -> HttpResponse:
    """What is different since then: under the law of today, or in another saved result."""
    permissions.check_read_preparedness(request.user)
    kept = queries.saved_outlook(reference)
    with_other = request.GET.get("with", "")[:20]
    other = queries.saved_outlook(with_other) if with_other else None
    context = {
        "kept": kept,
        **queries.since(kept, other),
        "crumbs": [PREPAREDNESS, (kept.title, f"/preparedness/saved/{kept.reference}/")],
    }
    return render(request, "insights/outlook_compare.html", context)
