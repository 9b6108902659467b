"""Nobody signed in draws out quietly what they may see piece by piece: exports, look-ups and searches have limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.throttling import BaseThrottle

from accounts import drawing
from accounts.drawing import Spent
from accounts.models import User

# What each address counts as; those with a form count when it is sent.
KINDS: Final = {
    "exports": frozenset(
        {
            "incidents:api_attachment_file",
            "incidents:api_download_evidence",
            "incidents:api_export_evidence",
            "incidents:api_export_list",
            "incidents:api_export_record",
            "incidents:attachment_file",
            "incidents:evidence_file",
            "incidents:evidence_zip",
            "incidents:export_list",
            "incidents:export_record",
            "notifications:api_filing_pdf",
            "notifications:filing_pdf",
            "stakeholders:download_rejects",
        }
    ),
    "lookups": frozenset(
        {
            "incidents:api_reporter_contact",
            "incidents:reporter_contact",
            "stakeholders:api_reveal_contact",
            "stakeholders:api_reveal_party",
            "stakeholders:reveal_contact",
            "stakeholders:reveal_party",
        }
    ),
    "searches": frozenset({"insights:api_search", "insights:search"}),
}
KIND_OF: Final = {name: kind for kind, names in KINDS.items() for name in names}
READ: Final = frozenset(  # what is drawn by reading it
    {
        "incidents:api_export_record",
        "incidents:export_record",
        "insights:api_search",
        "insights:search",
        "notifications:api_filing_pdf",
        "notifications:filing_pdf",
    }
)


class DrawingLimits:
    """Pages; requests of the API, which may carry a token, are counted by `DrawingThrottle`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        if request.path.startswith("/api/"):
            return None
        now = timezone.now()
        spent = _spent(request, request.user, now)  # type: ignore[arg-type]
        if spent is None:
            return None
        answer = render(request, "limit.html", {"spent": spent}, status=429)
        answer["Retry-After"] = _seconds(spent, now)
        return answer


class DrawingThrottle(BaseThrottle):
    """The same for the API."""

    def allow_request(self, request: Any, view: Any) -> bool:
        now = timezone.now()
        if spent := _spent(request._request, request.user, now):
            words = f"{spent.words} Go on later, or ask a privacy officer to lift the limit."
            raise Throttled(_seconds(spent, now), words)
        return True


def _spent(request: HttpRequest, user: User, now: datetime) -> Spent | None:
    name = request.resolver_match.view_name if request.resolver_match else ""
    kind = KIND_OF.get(name)
    if kind is None or not user.is_authenticated:
        return None
    if request.method != "POST" and not (request.method == "GET" and name in READ):
        return None
    return drawing.draw(user, kind, now=now)


def _seconds(spent: Spent, now: datetime) -> int:
    return max(1, int((spent.again_at - now).total_seconds()))
