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
from notifications.queries import reader_of, state_of
from notifications.views.public import asked_language, count_wrong_code, wrong_codes_spent

PATH: Final = re.compile(r"/n/([A-Za-z0-9_-]{22})")
QUERY: Final = re.compile(r"(?:lang=[A-Za-z-]{2,8})?")
OPEN, UNKNOWN, WAIT = 200, 404, 429
KEPT_SECONDS: Final = 60  # how late a text in another language or the words of a wrong code may change
STATE_SECONDS: Final = 1.0  # how late a notice that was changed or withdrawn shows as that
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

    Whom a code belongs to, and what was exposed of them, is asked of the database each time; once a second for all
    readers of a notice, whether it is open and whether it, its incident or the organisation changed. Everything else
    goes on to the view, and comes back through all of the middleware, whose headers are kept with the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._pages: dict[tuple[Any, ...], Page] = {}
        self._states: dict[int, tuple[float, tuple[object, ...]]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = PATH.fullmatch(request.path_info)
        if found is None or request.method != "GET" or not QUERY.fullmatch(request.META["QUERY_STRING"]):
            return self.get_response(request)
        return self._read(request, found[1])

    def _read(self, request: HttpRequest, code: str) -> HttpResponse:
        reader = reader_of(code)
        state = self._state(reader.notice_id) if reader else ()
        if reader is not None and not state[0]:
            return self.get_response(request)
        spent = reader is None and wrong_codes_spent(request)
        said = (reader.notice_id, *state, *reader.said) if reader else (spent, asked_language(request))
        key = (request.META.get("HTTP_HOST"), request.scheme, request.META["QUERY_STRING"], said)
        page = self._pages.get(key)
        if page is None or page.until < time.monotonic():
            return self._drawn(request, key, code, OPEN if reader else WAIT if spent else UNKNOWN)
        if reader is None:
            if not spent:
                count_wrong_code(request)
        elif reader.first and "prefetch" not in request.headers.get("Sec-Purpose", ""):
            commands.note_reading(reader.delivery_id, on=timezone.now().date())
        return page.answer(code)

    def _state(self, notice_id: int) -> tuple[object, ...]:
        until, state = self._states.get(notice_id, (0.0, ()))
        now = time.monotonic()
        if until < now:
            if len(self._states) >= MOST_KEPT:
                self._states.clear()
            state = state_of(notice_id)
            self._states[notice_id] = (now + STATE_SECONDS, state)
        return state

    def _drawn(self, request: HttpRequest, key: tuple[Any, ...], code: str, expected: int) -> HttpResponse:
        """The view's own answer, which also notes and counts; kept when it is the same for others.

        Not when the view saw something else meanwhile: one network's limit must not stand for all.
        """
        answer = self.get_response(request)
        headers = tuple(answer.items())
        if answer.status_code == expected and not answer.cookies and "nonce-" not in str(headers):
            if len(self._pages) >= MOST_KEPT:
                self._pages.clear()
            body = answer.content.replace(code.encode(), TOKEN)
            self._pages[key] = Page(answer.status_code, headers, body, time.monotonic() + KEPT_SECONDS)
        return answer
