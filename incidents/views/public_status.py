"""What came of a report, in plain words, and the talk about it, for whoever has its reference and code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import codes, limits
from accounts.models import Organisation
from incidents import commands, forms
from incidents.lifecycle import ReportStatus
from incidents.models import Report, Said
from incidents.views.answers import INVALID, done, posted
from incidents.views.report_files import attach_files, keep_files

MOST_MESSAGES: Final = 20
MOST_WRONG_CODES: Final = 20
HOUR_SECONDS: Final = 3600
TOO_MANY: Final = 429
STATUS_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    ReportStatus.NEW: (
        "Received",
        "Your report is here. Somebody will read it; nobody has decided on it yet.",
    ),
    ReportStatus.DISMISSED: (
        "Looked at and closed",
        "We have looked into it and found nothing that we had to take up.",
    ),
    ReportStatus.DUPLICATE: (
        "Known to us",
        "Others have told us of the same. Your report was added to theirs.",
    ),
    ReportStatus.PROMOTED: ("Taken up", "We have taken this up and are working on it."),
}


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def report_status(request: HttpRequest) -> HttpResponse:
    """The status by code; with words, they are added."""
    form = forms.StatusForm(posted(request))
    if form.is_bound and limits.spent(request, "report-code", most=MOST_WRONG_CODES):
        form.add_error(None, "Too many wrong codes came from your network. Please try again in an hour.")
        return _page(request, {"form": form}, status=TOO_MANY)
    if not form.is_valid():
        return _page(request, {"form": form}, status=INVALID if form.is_bound else 200)
    code = form.cleaned_data["code"].strip()
    found = _report_of(form.cleaned_data["reference"], code)
    if found is None:
        limits.count(request, "report-code", seconds=HOUR_SECONDS)
        form.add_error(None, "Reference and code do not belong together. Check both; letters and case count.")
        return _page(request, {"form": form}, status=INVALID)
    writing = "write" in request.POST
    words = forms.WriteAgainForm(request.POST, request.FILES) if writing else forms.WriteAgainForm()
    sent = writing and _write_again(request, found, words)
    word, meaning = _status_words(found)
    context = {
        "report": found,
        "code": code,
        "word": word,
        "meaning": meaning,
        "said": found.messages.exclude(kind=Said.NOTE),
        "attachments": found.attachments.select_related("file").order_by("pk"),
        "words": forms.WriteAgainForm() if sent else words,
        "sent": sent,
    }
    return _page(request, context, status=INVALID if words.errors else 200)


def _page(request: HttpRequest, context: Mapping[str, object], *, status: int) -> HttpResponse:
    context = {"organisation": Organisation.current(), **context}
    return render(request, "incidents/public_report_status.html", context, status=status)


def _status_words(found: Report) -> tuple[str, str]:
    if found.incident and found.incident.is_settled:
        return "Taken up and finished", "We took this up, dealt with it and closed it."
    return STATUS_WORDS[found.status]


def _write_again(request: HttpRequest, found: Report, words: forms.WriteAgainForm) -> bool:
    """Add the reporter's words and files; whether they were kept."""
    if limits.spent(request, "report-words", most=MOST_MESSAGES):
        words.add_error(None, "Many messages came from your network. Please send this one in an hour.")
        return False

    def write() -> None:
        now = timezone.now()
        kept = keep_files(words.cleaned_data["attached"], now=now)
        with transaction.atomic():
            commands.write_again(found, text=words.cleaned_data["text"], now=now)
            attach_files(found, kept, by=None, now=now)

    if not done(words, write):
        return False
    limits.count(request, "report-words", seconds=HOUR_SECONDS)
    found.refresh_from_db()
    return True


def _report_of(reference: str, code: str) -> Report | None:
    report = Report.objects.select_related("incident").filter(reference=reference).first()
    known = bytes(report.code_hash) if report else b""
    # Compared either way, so that the time does not tell whether the reference exists.
    fits = constant_time_compare(codes.digest(code).hex(), (known or codes.digest("")).hex())
    return report if report and known and fits else None
