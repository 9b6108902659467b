"""Triage: is this an incident?"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.commands.triage import Act, Settling
from incidents.forms.saved_views import NarrowInboxForm
from incidents.models import Incident, ListName, Report, SavedView
from incidents.permissions import check_triage
from incidents.queries.inbox import INBOX_LIMIT
from incidents.views.answers import done, page, posted
from incidents.views.saved_views import opened_with

ACTS: Final = {  # heading for one, heading for several, button, what was done
    Act.PUT_OFF: ("Look at it later", "Look at {n} reports later", "Put off", "put off"),
    Act.DISMISS: ("Dismiss this report", "Dismiss {n} reports", "Dismiss", "dismissed"),
    Act.SAME: (
        "It tells of the same as another",
        "{n} reports tell of the same as another",
        "Mark as the same",
        "marked as the same",
    ),
}
UNDO: Final = "intake-undo"  # in the session: what the next page offers to take back


@require_GET
def intake(request: SignedInRequest) -> HttpResponse:
    """The queue with its first report beside it."""
    check_triage(request.user)
    views = queries.saved_views(request.user, ListName.INTAKE)
    if opened := opened_with(request, ListName.INTAKE, views):
        return opened
    return _queue(request, None, views)


@require_GET
def intake_report(request: SignedInRequest, reference: str) -> HttpResponse:
    """The queue with one report beside it."""
    report = queries.report_for(request.user, reference)
    return _queue(request, report, queries.saved_views(request.user, ListName.INTAKE))


@require_GET
def intake_settled(request: SignedInRequest) -> HttpResponse:
    check_triage(request.user)
    settled = queries.settled_reports(request.user)[:INBOX_LIMIT]
    return render(request, "incidents/intake_settled.html", {"reports": settled, "view": "settled"})


@require_GET
def intake_later(request: SignedInRequest) -> HttpResponse:
    """Reports that were put off, the next one first."""
    check_triage(request.user)
    put_off = queries.put_off_reports(request.user, now=timezone.now())[:INBOX_LIMIT]
    return render(request, "incidents/intake_later.html", {"reports": put_off, "view": "later"})


def _queue(request: SignedInRequest, report: Report | None, views: list[SavedView]) -> HttpResponse:
    """The inbox as its address narrows it; its first report when none is asked for."""
    now = timezone.now()
    wanted = queries.NarrowedInbox.read(request.GET.dict())
    waiting = list(queries.inbox(request.user, wanted)[: INBOX_LIMIT + 1])
    report = report or (waiting[0] if waiting else None)
    shown = waiting[:INBOX_LIMIT]
    place = next((n for n, one in enumerate(shown) if report and one.pk == report.pk), None)
    context = {
        "view": "waiting",
        "here": reverse("incidents:intake"),
        "wanted": wanted,
        "narrowed": _narrowed(request),
        "form": NarrowInboxForm(wanted),
        "shelf": queries.shelf(request.user, ListName.INTAKE, wanted, views),
        "waiting": shown,
        "more": len(waiting) > INBOX_LIMIT,
        "report": report,
        "previous": shown[place - 1] if place else None,
        "next": shown[place + 1] if place is not None and place + 1 < len(shown) else None,
        "has_contact": bool(report and report.sealed_contact),
        "look_alikes": queries.look_alikes(request.user, report) if report else [],
        "put_off": bool(report and report.returns_at and report.status == "new" and report.returns_at > now),
        "said": report.messages.select_related("by") if report else [],
        "to_answer": queries.to_answer(request.user)[:6],
        "undo": request.session.pop(UNDO, []),
        "now": now,
    }
    return render(request, "incidents/intake.html", context)


def _form(request: SignedInRequest, act: Act, reports: list[Report]) -> Any:
    data = posted(request)
    if act == Act.DISMISS:
        return forms.DismissForm(data, zone=request.user.zone)
    if act == Act.PUT_OFF:
        return forms.PutOffForm(data, zone=request.user.zone, now=timezone.now())
    return forms.SameAsForm(data, user=request.user, reports=reports)


def _settle(request: SignedInRequest, act: Act, reports: list[Report]) -> HttpResponse:
    """The page of one act on one report or several; afterwards the inbox offers to take it back."""
    form = _form(request, act, reports)

    def settle() -> None:
        given: Settling = form.settling()
        commands.settle_reports(reports, given, by=request.user, now=timezone.now())

    one, many, submit, word = ACTS[act]
    if done(form, settle):
        request.session[UNDO] = [report.reference for report in reports]
        what = reports[0].reference if len(reports) == 1 else f"{len(reports)} reports"
        messages.success(request, f"{what} {'is' if len(reports) == 1 else 'are'} {word}.")
        return redirect(_inbox_behind(request))
    heading = one if len(reports) == 1 else many.format(n=len(reports))
    return _act(request, reports, form, heading=heading, submit=submit, act=act)


def _inbox_behind(request: SignedInRequest) -> str:
    """The inbox, narrowed as it was when the act was chosen."""
    return reverse("incidents:intake") + _narrowed(request)


def _narrowed(request: SignedInRequest) -> str:
    """What the inbox is narrowed to, as the end of an address."""
    query = queries.NarrowedInbox.read(request.GET.dict()).query
    return f"?{urlencode(query)}" if query else ""


def _act(
    request: SignedInRequest,
    reports: list[Report],
    form: BaseForm,
    *,
    heading: str,
    submit: str,
    act: str = "",
) -> HttpResponse:
    context = {
        "reports": reports,
        "report": reports[0],
        "heading": heading,
        "submit": submit,
        "act": act,
        "back": reverse("incidents:intake_report", args=[reports[0].reference]) + _narrowed(request),
        "look_alikes": queries.look_alikes(request.user, reports[0]) if act == Act.SAME else [],
    }
    return page(request, "incidents/intake_act.html", context, form=form)


@require_http_methods(["GET", "POST"])
def settle_report(request: SignedInRequest, reference: str, act: str) -> HttpResponse:
    """Dismiss, put off, or mark as the same: one report."""
    return _settle(request, Act(act), [queries.report_for(request.user, reference)])


@require_http_methods(["GET", "POST"])
def settle_several(request: SignedInRequest) -> HttpResponse:
    """The same act on all reports that were ticked."""
    asked = request.POST if request.method == "POST" else request.GET
    reports = queries.reports_for(request.user, asked.getlist("report"))
    if asked.get("act") not in list(Act):
        raise BadRequest("Say what to do with the reports: there is no such act.")
    if not reports:
        messages.warning(request, "Tick the reports first, then choose what to do with them.")
        return redirect(_inbox_behind(request))
    return _settle(request, Act(asked["act"]), reports)


@require_POST
def undo_triage(request: SignedInRequest) -> HttpResponse:
    """Take back what was just done."""
    reports = queries.reports_for(request.user, request.POST.getlist("report"))
    try:
        commands.undo_triage(reports, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("incidents:intake")
    if len(reports) == 1:
        return redirect("incidents:intake_report", reports[0].reference)
    return redirect("incidents:intake")


@require_http_methods(["GET", "POST"])
def promote_report(request: SignedInRequest, reference: str) -> HttpResponse:
    report = queries.report_for(request.user, reference)
    form = forms.PromoteForm(posted(request), initial={"title": report.title})
    opened: list[Incident] = []
    if done(
        form,
        lambda: opened.append(
            commands.promote_report(report, by=request.user, now=timezone.now(), **form.cleaned_data)
        ),
    ):
        messages.success(request, f"{report.reference} is taken up. Say next what is known.")
        return redirect("incidents:facts", opened[0].reference)
    return _act(request, [report], form, heading="Take it up as an incident", submit="Take up as an incident")


@require_http_methods(["GET", "POST"])
def return_report(request: SignedInRequest, reference: str) -> HttpResponse:
    report = queries.report_for(request.user, reference)
    form = forms.ReasonForm(posted(request))
    if done(
        form, lambda: commands.return_report(report, by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, f"{report.reference} waits in the inbox again.")
        return redirect("incidents:intake_report", report.reference)
    return _act(request, [report], form, heading="Return it to the inbox", submit="Return to the inbox")


@require_POST
def reporter_contact(request: SignedInRequest, reference: str) -> HttpResponse:
    """How the reporter can be reached; asking for it is recorded."""
    report = queries.report_for(request.user, reference)
    contact = commands.read_reporter_contact(report, by=request.user, now=timezone.now())
    return render(request, "incidents/intake_contact.html", {"report": report, "contact": contact})
