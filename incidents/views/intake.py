"""Triage: is this an incident?"""

from __future__ import annotations

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.models import Incident, Report
from incidents.permissions import check_triage
from incidents.queries.lists import INBOX_LIMIT
from incidents.views.answers import done, page, posted


@require_GET
def intake(request: SignedInRequest) -> HttpResponse:
    """The queue with the oldest report beside it."""
    check_triage(request.user)
    waiting = list(queries.inbox(request.user)[: INBOX_LIMIT + 1])
    return _queue(request, waiting, waiting[0] if waiting else None)


@require_GET
def intake_report(request: SignedInRequest, reference: str) -> HttpResponse:
    """The queue with one report beside it."""
    report = queries.report_for(request.user, reference)
    return _queue(request, list(queries.inbox(request.user)[: INBOX_LIMIT + 1]), report)


@require_GET
def intake_settled(request: SignedInRequest) -> HttpResponse:
    check_triage(request.user)
    settled = queries.settled_reports(request.user)[:INBOX_LIMIT]
    return render(request, "incidents/intake_settled.html", {"reports": settled, "view": "settled"})


def _queue(request: SignedInRequest, waiting: list[Report], report: Report | None) -> HttpResponse:
    context = {
        "view": "waiting",
        "waiting": waiting[:INBOX_LIMIT],
        "more": len(waiting) > INBOX_LIMIT,
        "report": report,
        "has_contact": bool(report and report.sealed_contact),
        "look_alikes": queries.look_alikes(request.user, report) if report else [],
    }
    return render(request, "incidents/intake.html", context)


def _act(
    request: SignedInRequest, report: Report, form: BaseForm, *, heading: str, submit: str, key: str = ""
) -> HttpResponse:
    context = {
        "report": report,
        "heading": heading,
        "submit": submit,
        "key": key,
        "look_alikes": queries.look_alikes(request.user, report),
    }
    return page(request, "incidents/intake_act.html", context, form=form)


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
    return _act(request, report, form, heading="Take it up as an incident", submit="Take up as an incident")


@require_http_methods(["GET", "POST"])
def mark_duplicate(request: SignedInRequest, reference: str) -> HttpResponse:
    report = queries.report_for(request.user, reference)
    form = forms.SameAsForm(posted(request), user=request.user, report=report)

    def act() -> None:
        data = form.cleaned_data
        commands.mark_duplicate(
            report, of=data["same"], by=request.user, reason=data["reason"], now=timezone.now()
        )

    if done(form, act):
        messages.success(request, f"{report.reference} is marked as the same as {form.cleaned_data['same']}.")
        return redirect("incidents:intake")
    return _act(
        request,
        report,
        form,
        heading="It tells of the same as another report",
        submit="Mark as the same",
        key="same",
    )


@require_http_methods(["GET", "POST"])
def dismiss_report(request: SignedInRequest, reference: str) -> HttpResponse:
    report = queries.report_for(request.user, reference)
    form = forms.ReasonForm(posted(request))
    if done(
        form,
        lambda: commands.dismiss_report(report, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, f"{report.reference} is dismissed. You can return it to the inbox.")
        return redirect("incidents:intake")
    return _act(request, report, form, heading="Dismiss this report", submit="Dismiss")


@require_http_methods(["GET", "POST"])
def return_report(request: SignedInRequest, reference: str) -> HttpResponse:
    report = queries.report_for(request.user, reference)
    form = forms.ReasonForm(posted(request))
    if done(
        form, lambda: commands.return_report(report, by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, f"{report.reference} waits in the inbox again.")
        return redirect("incidents:intake_report", report.reference)
    return _act(request, report, form, heading="Return it to the inbox", submit="Return to the inbox")


@require_POST
def reporter_contact(request: SignedInRequest, reference: str) -> HttpResponse:
    """How the reporter can be reached; asking for it is recorded."""
    report = queries.report_for(request.user, reference)
    contact = commands.read_reporter_contact(report, by=request.user, now=timezone.now())
    return render(request, "incidents/intake_contact.html", {"report": report, "contact": contact})
