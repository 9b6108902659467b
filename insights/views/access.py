"""Access, looked through: of one incident, and across all."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import SignedInRequest
from incidents import commands
from incidents.models import Can
from incidents.permissions import incident_for
from insights import permissions
from insights.queries import access as queries


@require_http_methods(["GET", "POST"])
def access_review(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who can see this, why and until when, who has looked, and who took something out?"""
    incident = incident_for(request.user, reference, Can.GRANT)
    now = timezone.now()
    if request.method == "POST":
        mark = request.POST.get("mark", "")
        seen = int(mark) if mark.isascii() and mark.isdecimal() and len(mark) < 12 else -1
        try:
            commands.review_access(incident, by=request.user, seen=seen, now=now)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, "Kept: you have looked through this list.")
        return redirect("insights:access_review", reference)
    context = {
        "incident": incident,
        "tab": "access",
        "review": queries.access_review(incident, now=now),
        "words": queries.WORDS,
    }
    return render(request, "insights/access_review.html", context)


@require_safe
def access_overview(request: SignedInRequest) -> HttpResponse:
    """What about access wants looking at?"""
    permissions.check_read_record_state(request.user)
    found = queries.access_overview(request.user, now=timezone.now())
    return render(request, "insights/access_overview.html", {"found": found})
