"""When the session of somebody signed in ends, and how to put that off."""

from __future__ import annotations

import time
from typing import Final

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

STAYED: Final = "stayed_at"  # seconds since 1970, in the session


def seconds_left(request: HttpRequest) -> int:
    """Seconds until this session ends by itself."""
    began = [float(one["at"]) for one in get_authentication_records(request, request.user)]
    latest = max([*began, float(request.session.get(STAYED, 0))])
    return (
        max(int(latest + settings.SESSION_COOKIE_AGE - time.time()), 0)
        if latest
        else settings.SESSION_COOKIE_AGE
    )


def stay(request: HttpRequest) -> int:
    """Let the session last anew; returns its seconds."""
    request.session[STAYED] = time.time()
    return seconds_left(request)
