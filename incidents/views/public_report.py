"""`/report/` for everybody: four short pages without account or session; answers travel in a signed field."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms as django_forms
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from accounts import codes, keyring, limits
from accounts.models import Organisation
from incidents import commands, forms
from incidents.lifecycle import ReportStatus
from incidents.models import Door, Report, Said
from incidents.views.answers import INVALID, done, posted

SALT: Final = "incidents.public_report"
ANSWERS_LAST: Final = timedelta(hours=4)
MOST_REPORTS: Final = 20
MOST_WRONG_CODES: Final = 20
HOUR_SECONDS: Final = 3600
AGAIN_SECONDS: Final = 300
TOO_MANY: Final = 429
STEPS: Final[tuple[type[django_forms.Form], ...]] = (
    forms.PublicSeenForm,
    forms.PublicWhereForm,
    forms.PublicReachForm,
)
CHECK: Final = len(STEPS)
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
def report(request: HttpRequest) -> HttpResponse:
    """One question a page; nothing is kept here until the last one is sent."""
    if request.method != "POST":
        return _ask(request, 0, {"nonce": secrets.token_urlsafe(12)})
    if request.POST.get("website"):  # people do not see this field
        return _done(request, "", "")
    try:
        answers: dict[str, Any] = signing.loads(
            request.POST.get("state", ""), salt=SALT, max_age=ANSWERS_LAST
        )
        step = min(max(int(request.POST.get("step", "0")), 0), CHECK)
    except (signing.BadSignature, ValueError):
        return _ask(request, 0, {"nonce": secrets.token_urlsafe(12)}, expired=True)
    if "back" in request.POST:
        return _ask(request, max(step - 1, 0), answers)
    if step == CHECK:
        return _send(request, answers)
    form = STEPS[step](request.POST)
    if not form.is_valid():
        return _ask(request, step, answers, form=form)
    answers |= {name: request.POST.get(name, "").strip() for name in form.fields}
    return _ask(request, step + 1, answers)


def _ask(
    request: HttpRequest,
    step: int,
    answers: Mapping[str, Any],
    *,
    form: django_forms.Form | None = None,
    expired: bool = False,
    refusal: list[str] | None = None,
) -> HttpResponse:
    first = next((number for number in range(step) if not STEPS[number](answers).is_valid()), step)
    if first < step:  # an answer is missing that a later page rests on
        step, form = first, STEPS[first](answers)
    if form is None and step < CHECK:
        form = STEPS[step](initial=dict(answers))
    context = {
        "organisation": Organisation.current(),
        "form": form,
        "step": step,
        "number": step + 1,
        "answers": answers,
        "state": signing.dumps(dict(answers), salt=SALT, compress=True),
        "expired": expired,
        "refusal": refusal or [],
    }
    wrong = bool(refusal) or (form is not None and form.is_bound and bool(form.errors))
    return render(request, "incidents/public_report.html", context, status=INVALID if wrong else 200)


def _send(request: HttpRequest, answers: Mapping[str, Any]) -> HttpResponse:
    missing = next((number for number in range(CHECK) if not STEPS[number](answers).is_valid()), None)
    if missing is not None:
        return _ask(request, missing, answers, form=STEPS[missing](answers))
    nonce = str(answers.get("nonce", ""))
    if already := _sent_before(nonce):
        return _done(request, *already)
    if limits.spent(request, "report", most=MOST_REPORTS):
        _forget(nonce)
        return _ask(
            request,
            CHECK,
            answers,
            refusal=["Many reports came from your network. Please send this one in an hour."],
        )
    try:
        reference, code = _file(answers)
    except ValidationError as refused:
        _forget(nonce)
        return _ask(request, CHECK, answers, refusal=refused.messages)
    limits.count(request, "report", seconds=HOUR_SECONDS)
    _remember(nonce, reference, code)
    return _done(request, reference, code)


def _file(answers: Mapping[str, Any]) -> tuple[str, str]:
    where = forms.PublicWhereForm(answers)
    where.is_valid()
    noticed: datetime | None = where.cleaned_data["at"]
    report, code = commands.file_report(
        door=Door.PUBLIC,
        title=answers["title"],
        words=answers["words"],
        link=answers.get("link", ""),
        noticed_at=noticed,
        contact=answers.get("contact", ""),
        now=timezone.now(),
    )
    return report.reference, code


def _done(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    context = {"organisation": Organisation.current(), "reference": reference, "code": code}
    return render(request, "incidents/public_report_done.html", context)


# A second click sends the same page again, and the browser shows the second answer: it must hold the code of the
# first. For five minutes the answer is kept sealed in the cache; without a cache a second report is filed instead.
def _sent_before(nonce: str) -> tuple[str, str] | None:
    try:
        if cache.add(f"report:{nonce}", b"", AGAIN_SECONDS):
            return None
        for _ in range(20):
            if kept := cache.get(f"report:{nonce}"):
                reference, code = keyring.unseal(kept, context=nonce.encode()).decode().split(" ")
                return reference, code
            time.sleep(0.1)
    except RedisError:
        return None
    return None


def _remember(nonce: str, reference: str, code: str) -> None:
    try:
        cache.set(
            f"report:{nonce}",
            keyring.seal(f"{reference} {code}".encode(), context=nonce.encode()),
            AGAIN_SECONDS,
        )
    except RedisError:
        return


def _forget(nonce: str) -> None:
    try:
        cache.delete(f"report:{nonce}")
    except RedisError:
        return


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def report_status(request: HttpRequest) -> HttpResponse:
    """What came of a report, in plain words, for whoever has its reference and code."""
    form = forms.StatusForm(posted(request))
    found: Report | None = None
    status = 200
    if form.is_bound and limits.spent(request, "report-code", most=MOST_WRONG_CODES):
        form.add_error(None, "Too many wrong codes came from your network. Please try again in an hour.")
        status = TOO_MANY
    elif form.is_valid():
        found = _report_of(form.cleaned_data["reference"], form.cleaned_data["code"].strip())
        if found is None:
            limits.count(request, "report-code", seconds=HOUR_SECONDS)
            form.add_error(
                None, "Reference and code do not belong together. Check both; letters and case count."
            )
    words = forms.WriteAgainForm(request.POST if found and "write" in request.POST else None)
    sent = found is not None and _write_again(request, found, words)
    if (form.is_bound and form.errors) or words.errors:
        status = max(status, INVALID)
    word, meaning = STATUS_WORDS[found.status] if found else ("", "")
    if found and found.incident and found.incident.is_settled:
        word, meaning = "Taken up and finished", "We took this up, dealt with it and closed it."
    context = {
        "organisation": Organisation.current(),
        "form": form,
        "report": found,
        "word": word,
        "meaning": meaning,
        "code": form.cleaned_data["code"].strip() if found else "",
        "said": found.messages.exclude(kind=Said.NOTE) if found else [],
        "words": forms.WriteAgainForm() if sent else words,
        "sent": sent,
    }
    return render(request, "incidents/public_report_status.html", context, status=status)


def _write_again(request: HttpRequest, found: Report, words: forms.WriteAgainForm) -> bool:
    """Add the reporter's words; whether they were kept."""
    if words.is_bound and limits.spent(request, "report-words", most=MOST_REPORTS):
        words.add_error(None, "Many messages came from your network. Please send this one in an hour.")
        return False
    if not done(
        words, lambda: commands.write_again(found, text=words.cleaned_data["text"], now=timezone.now())
    ):
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
