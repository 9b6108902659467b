"""The page of a notice, kept ready: when a million people were told, many of them look within the same hour."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from notifications import commands
from notifications.queries import reader_of
from notifications.views.public import asked_language, count_wrong_code, wrong_codes_spent

PATH: Final = re.compile(r"/n/([A-Za-z0-9_-]{22})")
QUERY: Final = re.compile(r"(?:lang=[A-Za-z-]{2,8})?")
KEPT: Final = (200, 404, 429)
KEPT_SECONDS: Final = 60  # how late a text in another language or the words of a wrong code may change
MOST_KEPT: Final = 500  # pages of 20 KB
TOKEN: Final = b"\x00code\x00"


@dataclass(frozen=True)
class Page:
    """A whole answer, but for the code in it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    until: float

    def answer(self, code: str) -> HttpResponse:
        body = self.body.replace(TOKEN, code.encode())  # as long as the one it was drawn with
        answer = HttpResponse(body, status=self.status, headers=dict(self.headers))
        answer._has_been_logged = True  # type: ignore[attr-defined] # a line for each guess would fill the disk
        return answer


class NoticePages:
    """Answer a reader from a page that another reader of the same notice, language and kinds of data has had drawn.

    Who may read is asked of the database each time, in two short queries; so is whether the notice, its incident or
    the organisation changed since. A wrong code is counted each time. Everything else goes on to the view, and comes
    back through all of the middleware, whose headers are kept with the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._pages: dict[tuple[Any, ...], Page] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = PATH.fullmatch(request.path_info)
        if found is None or request.method != "GET" or not QUERY.fullmatch(request.META["QUERY_STRING"]):
            return self.get_response(request)
        return self._read(request, found[1])

    def _read(self, request: HttpRequest, code: str) -> HttpResponse:
        reader = reader_of(code)
        spent = reader is None and wrong_codes_spent(request)
        said = reader.said if reader else (spent, asked_language(request))
        key = (request.META.get("HTTP_HOST"), request.scheme, request.META["QUERY_STRING"], said)
        page = self._pages.get(key)
        if page is None or page.until < time.monotonic():
            return self._drawn(request, key, code)
        if reader is None:
            if not spent:
                count_wrong_code(request)
        elif reader.first and "prefetch" not in request.headers.get("Sec-Purpose", ""):
            commands.note_reading(reader.delivery_id, on=timezone.now().date())
        return page.answer(code)

    def _drawn(self, request: HttpRequest, key: tuple[Any, ...], code: str) -> HttpResponse:
        """The view's own answer, which also notes and counts; kept when it is the same for others."""
        answer = self.get_response(request)
        headers = tuple(answer.items())
        if answer.status_code in KEPT and not answer.cookies and "nonce-" not in str(headers):
            if len(self._pages) >= MOST_KEPT:
                self._pages.clear()
            body = answer.content.replace(code.encode(), TOKEN)
            self._pages[key] = Page(answer.status_code, headers, body, time.monotonic() + KEPT_SECONDS)
        return answer
