"""Deadlines for calendar programs: no session; the code in the address is all there is."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts import commands, limits
from accounts import queries as people
from insights.calendar import calendar_of
from insights.queries.deadlines import dated_clocks

SUFFIX: Final = ".ics"
NOT_FOUND: Final = 404
TOO_MANY: Final = 429
WRONG_CODES: Final = 20
WRONG_SECONDS: Final = 600


@login_not_required
@require_safe
def feed(request: HttpRequest, file: str) -> HttpResponse:
    """What is due, as its owner would see it now; one identical answer for every code that opens nothing."""
    opened = people.feed_opened_by(file.removesuffix(SUFFIX)) if file.endswith(SUFFIX) else None
    if opened is None:
        return _closed(_unknown(request), "no-store")
    commands.note_calendar_read(opened, on=timezone.now().date())
    body = calendar_of(dated_clocks(opened.person))
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    etag = f'"{sha256(body).hexdigest()}"'
    answer["ETag"] = etag
    return _closed(
        get_conditional_response(request, etag=etag, response=answer) or answer, "private, no-cache"
    )


def _closed(answer: HttpResponse, cache: str) -> HttpResponse:
    """For this one program alone, and told to nobody."""
    answer["Cache-Control"] = cache
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _unknown(request: HttpRequest) -> HttpResponse:
    """Only wrong codes count against a network."""
    exceeded = limits.spent(request, "feed-code", most=WRONG_CODES)
    limits.count(request, "feed-code", seconds=WRONG_SECONDS)
    words = (
        "Too many wrong addresses; try again in ten minutes.\n"
        if exceeded
        else "There is no calendar here.\n"
    )
    return HttpResponse(
        words, content_type="text/plain; charset=utf-8", status=TOO_MANY if exceeded else NOT_FOUND
    )
