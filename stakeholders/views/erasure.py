"""Taking the list of people out, and erasing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents.forms import ReasonForm
from incidents.models import Can
from incidents.views.answers import done, page, posted
from stakeholders import commands, exporting
from stakeholders.forms import ErasureForm, ExportForm
from stakeholders.models import Roster
from stakeholders.permissions import roster_for
from stakeholders.rules import erasure_blockers, erasure_signing_blockers


@never_cache
@require_http_methods(["GET", "POST"])
def export_list(request: SignedInRequest, reference: str) -> HttpResponse | StreamingHttpResponse:
    """Everybody in clear, in a ZIP that only the password opens."""
    roster = roster_for(request.user, reference, Can.EXPORT)
    form = ExportForm(posted(request))

    def act() -> None:
        given = {name: form.cleaned_data[name] for name in ("password", "reason")}
        commands.export_list(roster, by=request.user, now=timezone.now(), **given)

    if done(form, act):
        return exporting.download(roster, form.cleaned_data["password"])
    context = {
        "incident": roster.incident,
        "tab": "people",
        "heading": "Take the list out",
        "submit": "Download the sealed list",
        "back": ("stakeholders:people", reference),
        "lede": "A ZIP under AES-256 with everybody in clear inside. 7-Zip, WinZip and Keka open it. That you took it, and why, "
        "is in the record.",
    }
    return page(request, "stakeholders/act.html", context, form=form)


def _context(request: SignedInRequest, roster: Roster, **more: Any) -> dict[str, Any]:
    now = timezone.now()
    erasure = roster.erasures.open().select_related("by", "second_by").first()
    held = roster.incident.held  # type: ignore[attr-defined]
    if erasure is not None:
        erasure.roster = roster
    return {
        "incident": roster.incident,
        "tab": "people",
        "roster": roster,
        "erasure": erasure,
        "blockers": erasure_blockers(roster, now=now),
        "may_sign": Can.SIGN in held,
        "may_withdraw": Can.DECIDE in held,
        "signing_blockers": erasure_signing_blockers(erasure, request.user, now=now) if erasure else [],
        **more,
    }


@require_http_methods(["GET", "POST"])
def erase(request: SignedInRequest, reference: str) -> HttpResponse:
    """Propose to erase everybody; where that is proposed, how it stands."""
    roster = roster_for(request.user, reference, Can.DECIDE)
    form = ErasureForm(posted(request))
    if done(
        form,
        lambda: commands.propose_erasure(roster, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, "Proposed. Nothing is erased before a second person has signed.")
        return redirect("stakeholders:erase", reference)
    return page(request, "stakeholders/erase.html", _context(request, roster), form=form)


@require_POST
def sign_erasure(request: SignedInRequest, reference: str) -> HttpResponse:
    roster = roster_for(request.user, reference, Can.SIGN)
    try:
        erasure = commands.sign_erasure(roster, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        context = _context(request, roster, refusal=refusal.messages)
        return render(request, "stakeholders/erase.html", context, status=409)
    messages.success(
        request, "The people were erased." if erasure.done_at else "Signed. They are erased on that day."
    )
    return redirect("stakeholders:people", reference)


@require_http_methods(["GET", "POST"])
def withdraw_erasure(request: SignedInRequest, reference: str) -> HttpResponse:
    roster = roster_for(request.user, reference, Can.DECIDE)
    form = ReasonForm(posted(request))
    if done(
        form,
        lambda: commands.withdraw_erasure(roster, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        return redirect("stakeholders:people", reference)
    context = {
        "incident": roster.incident,
        "tab": "people",
        "heading": "Do not erase these people",
        "submit": "Take the erasure back",
        "back": ("stakeholders:people", reference),
    }
    return page(request, "stakeholders/act.html", context, form=form)
