"""The page that proves a notice: no account, no session, no cookie; the code in the address is all there is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import limits
from accounts.models import Organisation
from notifications import commands, queries, words
from notifications.forms.public import AskForm
from notifications.models import Notice
from notifications.queries import Told
from stakeholders import commands as stakeholders
from stakeholders.models import Topic
from stakeholders.sealing import Contact

NOT_FOUND: Final = 404
TOO_MANY: Final = 429
INVALID: Final = 422
WRONG_CODES: Final = 20
WRONG_SECONDS: Final = 600
QUESTIONS: Final = 5
QUESTION_SECONDS: Final = int(timedelta(days=1).total_seconds())


# No session means no CSRF: who has the code may ask, and nothing else rides on the request.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_page(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one person's notice, or one identical page for every code that opens none."""
    told = queries.told_by(code)
    if told is None:
        return _closed(_unknown(request))
    language = words.spoken(request.GET.get("lang") or told.notice.language)
    if request.method == "POST":
        return _closed(_ask(request, told, code, language))
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        commands.note_reading(told.delivery.pk, on=timezone.now().date())
    form = AskForm(language=language)
    return _closed(
        render(request, "notifications/public_notice.html", _context(told, code, language, form=form))
    )


def _closed(answer: HttpResponse) -> HttpResponse:
    """Kept nowhere, found by nobody, told to nobody."""
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _unknown(request: HttpRequest) -> HttpResponse:
    """Only wrong codes count against a network; without the cache nothing is counted and all works."""
    language = asked_language(request)
    exceeded = wrong_codes_spent(request)
    if not exceeded:
        count_wrong_code(request)
    context = {
        "words": words.of(language)["page"],
        "language": language,
        "organisation": Organisation.current(),
        "exceeded": exceeded,
        **_chrome(language),
    }
    return render(
        request, "notifications/public_unknown.html", context, status=TOO_MANY if exceeded else NOT_FOUND
    )


def wrong_codes_spent(request: HttpRequest) -> bool:
    return limits.spent(request, "notice-code", most=WRONG_CODES)


def count_wrong_code(request: HttpRequest) -> None:
    limits.count(request, "notice-code", seconds=WRONG_SECONDS)


def asked_language(request: HttpRequest) -> str:
    """What the browser asks for, where there is no notice to tell the language."""
    wanted = request.GET.get("lang") or request.headers.get("Accept-Language", "")[:35]
    return words.spoken(wanted.split(",")[0].split(";")[0].strip())


def _chrome(language: str) -> dict[str, str]:
    page = words.of(language)["page"]
    return {
        "languages_words": page["language"],
        "skip_words": page["skip"],
        "foot_words": page["foot"],
        "sign_in_words": page["staff"],
        "direction": words.direction(language),
    }


def _context(told: Told, code: str, language: str, **more: object) -> dict[str, object]:
    shown = queries.siblings(told.notice).get(language, told.notice)
    page = words.of(language)["page"]
    organisation = Organisation.current()
    sent_on = told.sent_on or timezone.now().date()
    date_words = _day(sent_on, language)
    steps = words.actions(told.elements, language)
    return {
        "words": page,
        "language": language,
        "organisation": organisation,
        "languages": [
            {"url": f"?lang={key}", "code": key, "label": label, "current": key == language}
            for key, label in words.LANGUAGES.items()
        ],
        "genuine_detail": format_html(
            page["genuine_detail"],
            organisation=organisation.name,
            date=date_words,
            # Whoever compares it with the mail reads it in one piece.
            reference=format_html('<span class="nowrap">{}</span>', told.notice.reference),
        ),
        "notice": shown,
        "statement": queries.statement_html(shown),
        "statement_language": shown.language,
        "updates": _updates(shown, language),
        "exposed": queries.exposed(told.elements, language),
        "steps": steps,
        "drill": told.notice.incident.drill,
        "action": f"{reverse('notifications:public_notice', args=[code])}?lang={language}#ask",
        **_chrome(language),
        **more,
    }


def _day(day: date, language: str) -> str:
    with override(language):
        # English readers live in many countries: "22 November 2026" is read alike in all of them.
        return date_format(day, "j F Y" if language == "en" else "DATE_FORMAT")


def _updates(notice: Notice, language: str) -> list[dict[str, object]]:
    """What was added since, newest first, each with its day."""
    return [
        {"at": at, "words": _day(at.date(), language), "html": html} for at, html in queries.updates(notice)
    ]


def _ask(request: HttpRequest, told: Told, code: str, language: str) -> HttpResponse:
    """Take a question; its answer can be read by a code that is shown once."""
    form = AskForm(request.POST, language=language)
    if form.is_valid():
        if limits.spent(request, f"notice-question-{told.delivery.pk}", most=QUESTIONS):
            form.add_error(None, words.say("error_busy", language))
        else:
            data = form.cleaned_data
            try:
                asked = stakeholders.ask_question(
                    told.notice.incident,
                    topic=Topic.OTHER,
                    words=data["question"],
                    contact=Contact(email=data["email"]),
                    party_id=told.delivery.party_id,
                    now=timezone.now(),
                )
            except ValidationError as refusal:
                form.add_error(None, ValidationError(refusal.messages))
            else:
                limits.count(request, f"notice-question-{told.delivery.pk}", seconds=QUESTION_SECONDS)
                context = _context(told, code, language, asked=asked, answer_code=asked.code)
                context["answer_url"] = f"{settings.PUBLIC_URL}/q/{asked.code}"
                return render(request, "notifications/public_asked.html", context)
    context = _context(told, code, language, form=form)
    return render(request, "notifications/public_notice.html", context, status=INVALID)
