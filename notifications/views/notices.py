"""Writing notices, and the second person's word on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organisation, SignedInRequest, User
from incidents import queries as cases
from incidents.models import Can
from incidents.permissions import incident_for
from notifications import commands, merge_fields, queries, rules, segments, words
from notifications.forms.notices import NoticeForm, PreviewForm, ReasonForm, StartForm
from notifications.lifecycle import WRITABLE, NoticeStatus
from notifications.models import Notice
from notifications.permissions import notice_for
from notifications.sources import block_names, source_of, told_apart

INVALID = 422


def profile_of(notice: Notice) -> segments.Profile:
    """The segment in figures while the notice may still change; afterwards its deliveries tell."""
    if notice.status not in WRITABLE:
        return segments.Profile()
    return segments.profile(notice, told_apart(notice))


def context_of(notice: Notice, *, profile: segments.Profile | None = None, **more: Any) -> dict[str, Any]:
    """What every page of one notice shows."""
    return {
        "incident": notice.incident,
        "tab": "notices",
        "notice": notice,
        "profile": profile_of(notice) if profile is None else profile,
        "held": {can.name.lower(): can in notice.incident.held for can in Can},  # type: ignore[attr-defined]
        **more,
    }


def refused(request: HttpRequest, refusal: ValidationError, notice: Notice | None = None) -> None:
    """Say on the next page why an act was refused, and who was quicker."""
    for text in refusal.messages:
        messages.error(request, text)
    if notice is None or not isinstance(request.user, User) or not cases.moved_on(refusal.error_list):
        return
    if words := cases.lately(notice.incident, but=request.user, now=timezone.now()):
        messages.error(request, words)


@require_GET
def notices(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    context = {
        "incident": incident,
        "tab": "notices",
        "coverage": queries.coverage(incident),
        "notices": queries.notices_of(incident),
        "may_write": Can.WRITE in incident.held,  # type: ignore[attr-defined]
    }
    return render(request, "notifications/notices.html", context)


@require_http_methods(["GET", "POST"])
def create_notice(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = StartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            notice = commands.create_notice(
                incident,
                by=request.user,
                now=timezone.now(),
                title=data["title"],
                template=data["template"],
                language="" if data["template"] else data["language"],
            )
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
        else:
            return redirect("notifications:edit_notice", reference, notice.reference)
    context = {"incident": incident, "tab": "notices", "form": form}
    return render(request, "notifications/notice_new.html", context, status=INVALID if form.errors else 200)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@require_GET
def notice(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice)
    source = source_of(found)
    profile = profile_of(found)
    report = rules.check(found, profile, source) if found.status in WRITABLE else None
    shown, problem = _preview(found, PreviewForm({}))
    context = context_of(
        found,
        profile=profile,
        preview=shown,
        problem=problem,
        fates=queries.fates(found),
        report=report,
        open_findings=rules.standing(found, report) if report else [],
        approval_blockers=rules.approval_blockers(found, request.user),
        sending_blockers=rules.sending_blockers(found, profile)
        if found.status == NoticeStatus.APPROVED
        else [],
        statement=queries.statement_html(found),
        labels=merge_fields.STATEMENT,
        reason_form=ReasonForm(auto_id="return_%s"),
        writable=found.status in WRITABLE,
    )
    return render(request, "notifications/notice.html", context)


@require_http_methods(["GET", "POST"])
def edit_notice(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.WRITE)
    if found.status not in WRITABLE:
        messages.error(request, "A notice that went out cannot be changed.")
        return redirect("notifications:notice", reference, notice)
    bound = request.POST if request.method == "POST" else None
    form = NoticeForm(bound, notice=found)
    if form.is_valid():
        try:
            commands.edit_notice(found, by=request.user, now=timezone.now(), **form.changes())
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("notifications:notice", reference, notice)
    context = context_of(found, form=form, fields=merge_fields.ALL, block_names=sorted(block_names()))
    return render(request, "notifications/notice_edit.html", context, status=INVALID if form.errors else 200)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@require_GET
def preview(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice)
    form = PreviewForm(request.GET)
    shown, problem = _preview(found, form)
    context = context_of(found, form=form, preview=shown, problem=problem, query=request.GET.urlencode())
    return render(request, "notifications/notice_preview.html", context)


@csp_replace(  # type: ignore[arg-type]
    {
        "default-src": ["'none'"],
        "style-src": [UNSAFE_INLINE],
        "img-src": ["data:"],
        "script-src": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": [SELF],
        "sandbox": True,
    }
)
@xframe_options_sameorigin
@require_GET
def preview_mail(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    """The mail or, with `part=letter`, the letter alone, for the frame: nothing in it runs, loads or leads anywhere."""
    found = notice_for(request.user, reference, notice)
    shown, problem = _preview(found, PreviewForm(request.GET))
    if shown and request.GET.get("part") == "letter":
        context = {
            "language": found.language,
            "direction": words.direction(found.language),
            "organisation": Organisation.current().name,
            "body": shown.letter,
        }
        answer = render(request, "notifications/notice_mail.html", context)
    else:
        answer = HttpResponse(shown.html if shown else f"<p>{problem}</p>")
    answer["Cache-Control"] = "no-store"
    return answer


def _preview(found: Notice, form: PreviewForm) -> tuple[queries.Preview | None, str]:
    if not form.is_valid():
        return None, "Choose whose eyes the preview is for."
    data = form.cleaned_data
    try:
        shown = queries.preview(
            found, source=source_of(found), who=data["who"], reference=data["reference"].strip()
        )
    except ValidationError as refusal:
        return None, " ".join(refusal.messages)
    return shown, "" if shown else "Nobody in this segment is found like that."


@require_POST
def submit_notice(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.WRITE)
    try:
        commands.submit_notice(found, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        refused(request, refusal, found)
    else:
        messages.success(request, "It waits for a second person now.")
    return redirect("notifications:notice", reference, notice)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@require_http_methods(["GET", "POST"])
def approve_notice(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.APPROVE)
    if request.method == "POST":
        try:
            seen = datetime.fromisoformat(request.POST.get("seen", ""))
            commands.approve_notice(found, by=request.user, now=timezone.now(), seen=seen)
        except ValueError:
            messages.error(request, "Open this page again: it does not say which text you read.")
        except ValidationError as refusal:
            refused(request, refusal, found)
        else:
            messages.success(request, "Approved. The text is frozen as you read it.")
            return redirect("notifications:notice", reference, notice)
        return redirect("notifications:approve_notice", reference, notice)
    shown, problem = _preview(found, PreviewForm({}))
    context = context_of(
        found,
        preview=shown,
        problem=problem,
        blockers=rules.approval_blockers(found, request.user),
        seen=found.edited_at.isoformat(),
        reason_form=ReasonForm(auto_id="return_%s"),
    )
    report = rules.check(found, context["profile"], source_of(found))
    context |= {"report": report, "open_findings": rules.standing(found, report)}
    return render(request, "notifications/notice_approve.html", context)


@require_POST
def return_notice(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.APPROVE)
    try:
        commands.return_notice(
            found, by=request.user, reason=request.POST.get("reason", ""), now=timezone.now()
        )
    except ValidationError as refusal:
        refused(request, refusal, found)
    else:
        messages.success(request, "Returned to its author.")
    return redirect("notifications:notice", reference, notice)
