"""The list of incidents: which one needs me most?"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import SignedInRequest
from incidents import queries
from incidents.permissions import may_triage
from incidents.queries import IncidentView, Narrowed
from incidents.queries.worklist import page_size


@require_GET
def incident_list(request: SignedInRequest) -> HttpResponse:
    """The list, narrowed and ordered as its address says."""
    wanted = Narrowed.read({"view": IncidentView.NEEDS.value, **request.GET.dict()})
    after = request.GET.get("after", "")
    size = page_size(request.GET)
    found = queries.incident_list(request.user, wanted, after=after, size=size)
    here = reverse("incidents:list")
    asked = wanted.query | ({"size": str(size)} if "size" in request.GET else {})
    context = {
        "rows": found.rows,
        "view": wanted.view,
        "words": wanted.words,
        "tabs": [
            {
                "label": str(one.label),
                "url": f"{here}?{urlencode({'view': one.value})}",
                "current": one.value == wanted.view,
            }
            for one in IncidentView
        ],
        "next_url": f"{here}?{urlencode(asked | {'after': found.next_cursor})}" if found.next_cursor else "",
        "first_url": f"{here}?{urlencode(asked)}" if after else "",
        "may_open": may_triage(request.user),
    }
    return render(request, "incidents/list.html", context)
