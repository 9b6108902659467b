"""`/report/` for everybody: one question a page, without account or session.

Answers travel in a signed field, so that it works without cookies; a sealed copy lets a closed browser go on later.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms as django_forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import codes, limits
from accounts.models import Organisation
from incidents import commands, forms
from incidents.commands.attachments import MOST_ATTACHMENTS
from incidents.forms.reports import KINDS_IN_PLAIN_WORDS
from incidents.models import Door, Report, StoredFile
from incidents.models.report import Whose
from incidents.views import public_draft
from incidents.views.answers import INVALID
from incidents.views.public_draft import FILES
from incidents.views.report_files import attach_files, keep_files

SALT: Final = "incidents.public_report"
ANSWERS_LAST: Final = timedelta(hours=24)  # as long as files wait for their report
MOST_REPORTS: Final = 20
HOUR_SECONDS: Final = 3600
STEPS: Final[tuple[type[django_forms.Form], ...]] = (
    forms.PublicSeenForm,
    forms.PublicWhereForm,
    forms.PublicWhoseForm,
    forms.PublicReachForm,
)
CHECK: Final = len(STEPS)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """One question a page; what is answered waits a day for whoever closes the browser."""
    if request.method != "POST":
        return _open(request)
    if request.POST.get("website"):  # people do not see this field
        return _done(request, "", "")
    if "afresh" in request.POST:
        return _afresh(request)
    try:
        answers: dict[str, Any] = signing.loads(
            request.POST.get("state", ""), salt=SALT, max_age=ANSWERS_LAST
        )
        step = min(max(int(request.POST.get("step", "0")), 0), CHECK)
    except (signing.BadSignature, ValueError):
        return _ask(request, 0, {"nonce": secrets.token_urlsafe(12)}, expired=True)
    return _send(request, answers) if step == CHECK and not _turns(request) else _take(request, step, answers)


def _turns(request: HttpRequest) -> bool:
    """Whether the button leads to another page instead of on."""
    return "back" in request.POST or "to" in request.POST


def _take(request: HttpRequest, step: int, answers: dict[str, Any]) -> HttpResponse:
    """What one page answered: keep it, and show the page that was asked for."""
    if _turns(request):
        typed = _typed(request, STEPS[step]()) if step < CHECK else {}
        to = request.POST.get("to", "")
        return _ask(request, int(to[:3]) if to.isdecimal() else max(step - 1, 0), answers | typed)
    if "keep" in request.POST:
        return _kept(request, step, answers)
    form = STEPS[step](request.POST, request.FILES)
    if not (form.is_valid() and _keep_files(request, form, answers)):
        return _ask(request, step, answers, form=form)
    return _ask(request, step + 1, answers | _typed(request, form))


def _typed(request: HttpRequest, form: django_forms.Form) -> dict[str, str]:
    """What the page sent of a question; what it did not send stays as it was."""
    return {
        name: request.POST[name].strip() for name in form.fields if name != FILES and name in request.POST
    }


def _open(request: HttpRequest) -> HttpResponse:
    """The first question; or, where this browser has begun a report, whether to go on with it."""
    begun = public_draft.begun(request)
    if begun is None:
        return _ask(request, 0, {"nonce": secrets.token_urlsafe(12)})
    if "go-on" in request.GET:
        return _ask(request, begun.step, begun.answers)
    context = {"organisation": Organisation.current(), "until": begun.until}
    return render(request, "incidents/public_report_begun.html", context)


def _afresh(request: HttpRequest) -> HttpResponse:
    """Erase what was begun in this browser."""
    answer = redirect("incidents:report")
    public_draft.erase(request, answer)
    return answer


def _kept(request: HttpRequest, step: int, answers: dict[str, Any]) -> HttpResponse:
    """What stands in the page while somebody still types; files are kept when the page is sent."""
    answer = HttpResponse(status=204)
    public_draft.keep(request, answer, answers | _typed(request, STEPS[step]()), step)
    return answer


def _keep_files(request: HttpRequest, form: django_forms.Form, answers: dict[str, Any]) -> bool:
    """Keep what was chosen until the report is sent, drop what was ticked off; whether all of it is taken."""
    if FILES not in form.fields:
        return True
    dropped = request.POST.getlist("drop")
    kept = [one for one in answers.get(FILES, []) if str(one[0]) not in dropped]
    new = form.cleaned_data[FILES]
    answers[FILES] = kept
    if len(kept) + len(new) > MOST_ATTACHMENTS:
        form.add_error(FILES, f"At most {MOST_ATTACHMENTS} files with one report.")
        return False
    if new and limits.spent(request, "report-files", most=MOST_REPORTS):
        form.add_error(FILES, "Many files came from your network. Please send these in an hour.")
        return False
    for _ in new:
        limits.count(request, "report-files", seconds=HOUR_SECONDS)
    try:
        answers[FILES] = kept + [[one.pk, one.name] for one in keep_files(new, now=timezone.now())]
    except ValidationError as refusal:
        form.add_error(FILES, refusal)
        return False
    return True


def _ask(
    request: HttpRequest,
    step: int,
    answers: Mapping[str, Any],
    *,
    form: django_forms.Form | None = None,
    expired: bool = False,
    refusal: list[str] | None = None,
) -> HttpResponse:
    step = min(step, CHECK)
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
        "questions": CHECK,
        "answers": answers,
        "whose": dict(Whose.choices).get(answers.get("whose", ""), ""),
        "kind": dict(KINDS_IN_PLAIN_WORDS).get(answers.get("violation", ""), ""),
        "state": signing.dumps(dict(answers), salt=SALT, compress=True),
        "expired": expired,
        "refusal": refusal or [],
    }
    wrong = bool(refusal) or (form is not None and form.is_bound and bool(form.errors))
    answer = render(request, "incidents/public_report.html", context, status=INVALID if wrong else 200)
    if request.method == "POST" and not expired:
        typed = _typed(request, form) if form is not None and form.is_bound else {}
        public_draft.keep(request, answer, {**answers, **typed}, step)
    return answer


def _send(request: HttpRequest, answers: Mapping[str, Any]) -> HttpResponse:
    missing = next((number for number in range(CHECK) if not STEPS[number](answers).is_valid()), None)
    if missing is not None:
        return _ask(request, missing, answers, form=STEPS[missing](answers))
    code = _code_of(answers)
    if reference := _sent_before(code):
        return _done(request, reference, code)
    if limits.spent(request, "report", most=MOST_REPORTS):
        return _ask(
            request,
            CHECK,
            answers,
            refusal=["Many reports came from your network. Please send this one in an hour."],
        )
    try:
        reference = _file(answers, code)
    except ValidationError as refused:
        return _ask(request, CHECK, answers, refusal=refused.messages)
    except IntegrityError:  # the other of two clicks at once was faster
        return _done(request, _sent_before(code), code)
    limits.count(request, "report", seconds=HOUR_SECONDS)
    return _done(request, reference, code)


# A second click sends the same page again, and the browser shows the second answer: it must hold the code of the
# first. So the code follows from the page, and of two reports with one code the database refuses the second.
def _code_of(answers: Mapping[str, Any]) -> str:
    told = hmac.digest(settings.SECRET_KEY.encode(), f"report-code:{answers['nonce']}".encode(), "sha256")
    return base64.urlsafe_b64encode(told[:16]).decode().rstrip("=")


def _sent_before(code: str) -> str:
    """Reference of the report that this page has become already; empty when it has not."""
    found = Report.objects.filter(code_hash=codes.digest(code)).values_list("reference", flat=True).first()
    return found or ""


@transaction.atomic
def _file(answers: Mapping[str, Any], code: str) -> str:
    where = forms.PublicWhereForm(answers)
    where.is_valid()
    noticed: datetime | None = where.cleaned_data["at"]
    now = timezone.now()
    report, _ = commands.file_report(
        door=Door.PUBLIC,
        title=answers["title"],
        words=answers["words"],
        link=answers.get("link", ""),
        violation=answers["violation"],
        whose=answers["whose"],
        noticed_at=noticed,
        contact=answers.get("contact", ""),
        code=code,
        now=now,
    )
    kept = StoredFile.objects.filter(pk__in=[pk for pk, _ in answers.get(FILES, [])]).order_by("pk")
    attach_files(report, kept, by=None, now=now)
    return report.reference


def _done(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    context = {"organisation": Organisation.current(), "reference": reference, "code": code}
    answer = render(request, "incidents/public_report_done.html", context)
    public_draft.sent(request, answer)
    return answer
