"""What holds for every request: limits of input, and the zone that times are told in."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.core.cache import cache
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.sessions import USED
from config import resend
from incidents.commands.looking import note_day

OK, TOO_LARGE = 200, 413
REFUSED = (403, 404)
NOTED_EVERY = 300  # seconds
log = structlog.get_logger(__name__)
DAY = 86_400
UNAUTHORISED = 401
FOUND = 302


class InputLimits:
    """Answer a NUL byte in the address or an over-long body in words instead of an error of the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address holds a character that no address has.")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A body that grew past the limits while a view read it."""
        if isinstance(error, RequestDataTooBig):
            return render(request, "413.html", status=TOO_LARGE)
        return None


class OwnZone:
    """Tell times in the zone of whoever is signed in. Public pages are left alone: they open no session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *args: Any) -> None:
        """After routing, for only the view knows whether it is public."""
        user = getattr(request, "user", None) if getattr(view, "login_required", True) else None
        if user is not None and user.is_authenticated:
            timezone.activate(user.zone)


class KeptPrivate:
    """Keep pages behind the sign-in out of every cache: after signing out, "back" shows nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        # The API's views check for themselves, so the sign-in's middleware knows them as open.
        if match is not None and (
            getattr(match.func, "login_required", True) or request.path.startswith("/api/")
        ):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class SignedOut:
    """Once the sign-in has ended: 401 for a fragment, into whose place the page to sign in would be put; and whatever was
    sent with a form is handed back, to be sent again after signing in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not _asks_to_sign_in(response):
            return response
        if request.headers.get("HX-Request"):
            return HttpResponse(status=UNAUTHORISED)
        if fields := resend.fields_of(request):
            return resend.page(request, fields, signed_out=True, status=UNAUTHORISED)
        return response


def _asks_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == FOUND and response["Location"].partition("?")[0] == reverse(
        "account_login"
    )


class SessionLimits:
    """End a session that nobody used for a while, and any session after its hours, however busy it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *args: Any) -> None:
        """Before the sign-in is asked for. Public pages and programs with a token have no session to look at."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not _reads_session(request, view):
            return
        now = time.time()
        began = min(
            (float(one["at"]) for one in get_authentication_records(request, request.user)), default=now
        )
        used = request.session.get(USED, began)
        if now - began > settings.SESSION_COOKIE_AGE or now - used > settings.SESSION_IDLE.total_seconds():
            logout(request)
        elif now - used > NOTED_EVERY and not _asks_by_itself(request):
            request.session[USED] = now


def _asks_by_itself(request: HttpRequest) -> bool:
    """Whether an open page asks what others changed."""
    return request.path.endswith("/changes/") or request.path.startswith("/changes/")


def _reads_session(request: HttpRequest, view: Callable[..., Any]) -> bool:
    needs = getattr(view, "login_required", True) or request.path.startswith("/api/")
    return needs and request.user.is_authenticated


class WhoRead:
    """Keep, once a day, who read of an incident, by pages and by the API alike; log who was refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if (
            match is not None
            and response.status_code in REFUSED
            and match.route.startswith(("incidents/", "api/"))
        ):
            log.info("refused", user=request.user.pk, route=match.view_name, status=response.status_code)
        if response.status_code == OK and match is not None and "incidents/<str:reference>" in match.route:
            self._note(request, match.kwargs["reference"])
        return response

    def _note(self, request: HttpRequest, reference: str) -> None:
        if not request.user.is_authenticated:
            return
        today = timezone.now().date()
        try:
            new = cache.add(f"read:{request.user.pk}:{reference}:{today}", 1, DAY)
        except RedisError:
            new = True
        if new:
            note_day(reference, by=request.user, on=today)
