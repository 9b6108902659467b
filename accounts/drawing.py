"""How much one person draws out of the house in an hour and a day; counted in the cache, which may be gone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from accounts import commands
from accounts.models import User

WORDS: Final = {
    "exports": "exported or downloaded",
    "lookups": "revealed or looked up contact details",
    "searches": "searched",
}
DAY_TIMES: Final = 5  # a day allows so many times what an hour does
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Spent:
    """A limit that somebody has reached."""

    kind: str
    number: int
    span: timedelta
    again_at: datetime

    @property
    def words(self) -> str:
        span = "hour" if self.span == HOUR else "day"
        return f"You have {WORDS[self.kind]} {self.number} times in one {span}."


def draw(user: User, kind: str, *, now: datetime) -> Spent | None:
    """Count one; the limit when it was reached before. Nobody is held up while the cache is gone."""
    limit = settings.DRAWING_LIMITS[kind]
    if not limit:
        return None
    try:
        found = [
            _count(user, kind, span, most, now) for span, most in ((HOUR, limit), (DAY, limit * DAY_TIMES))
        ]
    except (RedisError, ValueError):  # gone, or run out between two steps
        return None
    return next((one for one in reversed(found) if one is not None), None)


def _count(user: User, kind: str, span: timedelta, most: int, now: datetime) -> Spent | None:
    key = _key(user, kind, span, now)
    cache.add(key, 0, int(span.total_seconds()))
    number = cache.incr(key)
    if number <= most:
        return None
    if number == most + 1:  # told once, not at each further try
        commands.note_limit_reached(user, kind=kind, number=most, hours=span // HOUR)
    return Spent(kind, most, span, datetime.fromtimestamp(_began(span, now), UTC) + span)


def let_go_on(user: User, *, by: User, now: datetime) -> None:
    """Begin to count anew for somebody who asked."""
    commands.lift_limits(user, by=by)
    with suppress(RedisError):
        cache.delete_many([_key(user, kind, span, now) for kind in WORDS for span in (HOUR, DAY)])


def _key(user: User, kind: str, span: timedelta, now: datetime) -> str:
    return f"drawn:{kind}:{user.pk}:{span.days}:{_began(span, now)}"


def _began(span: timedelta, now: datetime) -> int:
    seconds = int(span.total_seconds())
    return int(now.timestamp()) // seconds * seconds
