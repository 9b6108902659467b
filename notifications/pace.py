"""How fast we may go: so many mails a minute to the relay, and to one receiving domain.

One row a key says until when its mails are given out; the database's clock and row lock make it one limit for all
workers on all machines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import NAMESPACE_DNS, UUID, uuid5

from django.conf import settings
from django.db import connection

BURST: Final = 1.0  # seconds whose mails may go out at once


def relay_key() -> UUID:
    return uuid5(NAMESPACE_DNS, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")


def relay_pause() -> float:
    """Seconds until the relay may get another mail; 0 now, or when there is no limit."""
    if not settings.SMTP_PER_MINUTE:
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM free_at - clock_timestamp()) FROM notifications_pace WHERE key = %s",
            [str(relay_key())],
        )
        row = cursor.fetchone()
    return max(0.0, float(row[0])) if row else 0.0


def relay_allows(wanted: int) -> int:
    """How many of so many mails the relay may get now; inside the caller's transaction, which then takes them."""
    per_minute = settings.SMTP_PER_MINUTE
    if not per_minute:
        return wanted
    free = _behind(relay_key())
    return max(0, min(wanted, int(free * per_minute / 60) + 1)) if free >= 0 else 0


def take_from_relay(number: int) -> None:
    """So many mails are on their way to the relay."""
    if settings.SMTP_PER_MINUTE and number:
        _move(relay_key(), number * 60 / settings.SMTP_PER_MINUTE)


def domain_slots(wanted: Mapping[UUID, int]) -> dict[UUID, list[float]]:
    """For each domain the seconds from now at which its next mails may leave; the slots are taken."""
    per_minute = settings.SMTP_DOMAIN_PER_MINUTE
    slots: dict[UUID, list[float]] = {}
    for key, number in sorted(wanted.items()):
        free = _behind(key)
        step = 60 / per_minute
        slots[key] = [max(0.0, place * step - free) for place in range(number)]
        _move(key, number * step)
    return slots


def _behind(key: UUID) -> float:
    """Seconds for which nothing was given out, at most the burst; below 0 while given out ahead. Locks the key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_pace (key, free_at) VALUES (%s, clock_timestamp()) ON CONFLICT DO NOTHING",
            [str(key)],
        )
        cursor.execute(
            """SELECT least(%s, extract(epoch FROM clock_timestamp() - free_at)) FROM notifications_pace
            WHERE key = %s FOR UPDATE""",
            [BURST, str(key)],
        )
        return float(cursor.fetchone()[0])


def _move(key: UUID, seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE notifications_pace SET free_at = greatest(free_at, clock_timestamp() - %s * interval '1 second')
                + %s * interval '1 second' WHERE key = %s""",
            [BURST, seconds, str(key)],
        )
