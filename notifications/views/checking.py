"""The check of a notice's text."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import SignedInRequest
from incidents.models import Can
from notifications import commands, rules, segments
from notifications.lifecycle import WRITABLE
from notifications.permissions import notice_for
from notifications.sources import source_of
from notifications.views.notices import context_of, refused


@require_GET
def check_notice(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    """All that the check finds, each with its rule, what to do and where."""
    found = notice_for(request.user, reference, notice)
    source = source_of(found)
    profile = segments.profile(found, source.places)
    report = rules.check(found, profile, source)
    context = context_of(
        found,
        profile=profile,
        report=report,
        open_findings=rules.standing(found, report),
        advice=[one for one in report.findings if not one.blocking],
        writable=found.status in WRITABLE,
    )
    return render(request, "notifications/notice_check.html", context)


@require_POST
def accept_finding(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.APPROVE)
    key, reason = request.POST.get("key", ""), request.POST.get("reason", "")
    try:
        commands.accept_finding(found, key=key, reason=reason, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        refused(request, refusal, found)
    else:
        messages.success(request, "It stands, with your name and reason.")
    return redirect("notifications:check_notice", reference, notice)
