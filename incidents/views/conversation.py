"""What is said about a report: staff answer and keep notes; whoever reported it as staff reads and replies."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.commands.conversation import address_of
from incidents.lifecycle import ReportStatus
from incidents.models import Door, Report, Said
from incidents.permissions import may_triage
from incidents.views.answers import done, page, posted


@require_http_methods(["GET", "POST"])
def answer_reporter(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say something to the reporter."""
    report = queries.report_for(request.user, reference)
    form = forms.WordsForm(posted(request))
    if done(
        form,
        lambda: commands.answer_reporter(report, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, "Your answer is with the reporter.")
        return redirect("incidents:intake_report", report.reference)
    return _words(
        request, report, form, heading="Answer the reporter", submit="Send the answer", lede=way_words(report)
    )


@require_http_methods(["GET", "POST"])
def add_report_note(request: SignedInRequest, reference: str) -> HttpResponse:
    """Keep a note that the reporter never sees."""
    report = queries.report_for(request.user, reference)
    form = forms.WordsForm(posted(request))
    if done(
        form,
        lambda: commands.add_report_note(report, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, "The note is kept.")
        return redirect("incidents:intake_report", report.reference)
    lede = "For staff alone: the reporter never sees it."
    return _words(request, report, form, heading="Add a note", submit="Keep the note", lede=lede)


@require_POST
def needs_no_answer(request: SignedInRequest, reference: str) -> HttpResponse:
    report = queries.report_for(request.user, reference)
    try:
        commands.needs_no_answer(report, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    return redirect("incidents:intake_report", report.reference)


def way_words(report: Report) -> str:
    """How an answer reaches the reporter."""
    if not address_of(report):
        return "The reporter left no e-mail address: they read it when they come back with their code."
    if report.door == Door.MAILBOX:
        return "Goes by e-mail, as they wrote by e-mail; their reply comes back here."
    if report.reporter is not None:
        return "Stands under their “My reports”; a mail without your words tells them to look there."
    return "They read it with their code; a mail without your words tells them that there is an answer."


def _words(
    request: SignedInRequest, report: Report, form: forms.WordsForm, *, heading: str, submit: str, lede: str
) -> HttpResponse:
    context = {
        "reports": [report], "report": report, "heading": heading, "submit": submit, "lede": lede,
        "said": report.messages.select_related("by"),
    }  # fmt: skip
    return page(request, "incidents/intake_act.html", context, form=form)


@require_http_methods(["GET", "POST"])
def my_report(request: SignedInRequest, reference: str) -> HttpResponse:
    """One's own report: what came of it, and what was said."""
    report = get_object_or_404(queries.my_reports(request.user), reference=reference)
    form = forms.WordsForm(posted(request))

    def write() -> None:
        commands.write_again(report, text=form.cleaned_data["text"], by=request.user, now=timezone.now())

    if done(form, write):
        messages.success(request, "Your words are with the responders.")
        return redirect("incidents:report_thanks", report.reference)
    said = report.messages.exclude(kind=Said.NOTE)
    waits = report.status == ReportStatus.NEW and may_triage(request.user)
    context = {"report": report, "said": said, "may_triage": waits}
    return page(request, "incidents/report_thanks.html", context, form=form)
