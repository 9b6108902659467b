"""The record as a whole: does it hold, and what proof has left us?"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SignedInRequest
from audit.commands import check_record
from audit.models import RecordCheck
from audit.queries import anchors_page
from insights import permissions


@require_safe
def record_state(request: SignedInRequest) -> HttpResponse:
    """Does the whole record hold, when was that looked at, and where are its roots?"""
    permissions.check_read_record_state(request.user)
    before = request.GET.get("before", "")
    start = int(before) if before.isascii() and before.isdecimal() and len(before) < 18 else None
    anchors, next_before = anchors_page(before=start)
    checks = list(RecordCheck.objects.all()[:10])
    context = {
        "last": checks[0] if checks else None,
        "checks": checks[1:],
        "anchors": anchors,
        "next_url": f"?before={next_before}" if next_before else "",
        "first_url": request.path if start else "",
        "mailed_to": len(settings.ANCHOR_MAIL_TO),
    }
    return render(request, "insights/record_state.html", context)


@require_POST
def check_now(request: SignedInRequest) -> HttpResponse:
    """Check all of it just now, and keep what was found."""
    permissions.check_read_record_state(request.user)
    check_record(by=request.user, copy=settings.ANCHOR_FILE, now=timezone.now())
    return redirect("insights:record_state")
