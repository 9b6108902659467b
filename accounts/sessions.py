"""When the session of somebody signed in ends, and how to put that off."""

from __future__ import annotations

import time
from typing import Final

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

USED: Final = "used_at"  # in the session: when somebody last did something, in seconds since 1970


def seconds_left(request: HttpRequest) -> int:
    """Seconds until this session ends by itself: idle, or at the end of its hours."""
    now = time.time()
    records = get_authentication_records(request, request.user)
    began = min((float(one["at"]) for one in records), default=now)
    used = float(request.session.get(USED, began))
    ends = min(began + settings.SESSION_COOKIE_AGE, used + settings.SESSION_IDLE.total_seconds())
    return max(int(ends - now), 0)


def stay(request: HttpRequest) -> int:
    """Count as doing something; returns the seconds that are left."""
    request.session[USED] = time.time()
    return seconds_left(request)
