"""What was begun at the public form, in this browser: a cookie holds the code, the row only what it seals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts import codes, limits
from incidents import commands
from incidents.commands.report_drafts import KEPT, Begun
from incidents.models import StoredFile

COOKIE: Final = "report-draft"
FILES: Final = "attached"
MOST_BEGUN: Final = 200  # of one network and hour
HOUR_SECONDS: Final = 3600
LONGEST_CODE: Final = 40


def begun(request: HttpRequest) -> Begun | None:
    """What this browser has begun; files that lapsed meanwhile are left out."""
    code = _code(request)
    found = commands.report_draft(code, now=timezone.now()) if code else None
    if found is None or not found.answers.get(FILES):
        return found
    keys = [pk for pk, _ in found.answers[FILES]]
    here = set(
        StoredFile.objects.filter(pk__in=keys, lapses_at__gt=timezone.now()).values_list("pk", flat=True)
    )
    files = [one for one in found.answers[FILES] if one[0] in here]
    return Begun({**found.answers, FILES: files}, found.step, found.until)


def keep(request: HttpRequest, response: HttpResponse, answers: Mapping[str, Any], step: int) -> None:
    """Keep the answers for this browser. Where that cannot be, the page itself still carries them."""
    code = _code(request)
    if not code:
        if limits.spent(request, "report-drafts", most=MOST_BEGUN):
            return
        limits.count(request, "report-drafts", seconds=HOUR_SECONDS)
        code = codes.new_code()
    if not commands.keep_report_draft(code, answers=answers, step=step, now=timezone.now()):
        return
    response.set_cookie(
        COOKIE,
        code,
        max_age=int(KEPT.total_seconds()),
        path=reverse("incidents:report"),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def sent(request: HttpRequest, response: HttpResponse) -> None:
    """The report is filed: nothing of it stays in this browser."""
    if code := _code(request):
        commands.discard_report_draft(code)
    _forget(response)


def erase(request: HttpRequest, response: HttpResponse) -> None:
    """Throw away what was begun, with its files."""
    if code := _code(request):
        found = commands.report_draft(code, now=timezone.now())
        files = [pk for pk, _ in found.answers.get(FILES, [])] if found else []
        commands.erase_report_draft(code, files=files, now=timezone.now())
    _forget(response)


def _forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path=reverse("incidents:report"), samesite="Lax")


def _code(request: HttpRequest) -> str:
    code = request.COOKIES.get(COOKIE, "")
    return code if len(code) <= LONGEST_CODE and code.isascii() else ""
