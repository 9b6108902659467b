"""Instants, spans and lists in the words of a report; they do not depend on the reader."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from accounts.models import User
from incidents.models.facts import Precision

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE: Final = timedelta(minutes=1)


def instant_words(at: datetime, zone: str, precision: str = Precision.MINUTE) -> str:
    """Such as "Fri 20 Nov 2026, 23:10 CET", no more exactly than it is known."""
    local = at.astimezone(ZoneInfo(zone))
    day = f"{local.day} {MONTHS[local.month - 1]} {local.year}"
    if precision == Precision.YEAR:
        return str(local.year)
    if precision == Precision.MONTH:
        return f"{MONTHS[local.month - 1]} {local.year}"
    day = f"{DAYS[local.weekday()]} {day}"
    if precision == Precision.DAY:
        return day
    clock = f"about {local:%H}:00" if precision == Precision.HOUR else f"{local:%H:%M}"
    return f"{day}, {clock} {zone_words(local)}"


def zone_words(local: datetime) -> str:
    """The zone's letters; zones without letters as their distance from UTC."""
    name = local.tzname() or "UTC"
    if re.fullmatch(r"[+-]\d+", name):
        offset = local.strftime("%z")
        return f"UTC{offset[:3].replace('-', '−')}:{offset[3:]}"
    return name


def span_words(span: timedelta) -> str:
    """Such as "15 h 48 min" or "3 days 2 h"."""
    minutes = int(abs(span) / MINUTE)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} {'day' if days == 1 else 'days'}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min"


def number_words(number: int) -> str:
    """Grouped by thin spaces, which every language reads."""
    return f"{number:,}".replace(",", "\u202f")


def person_words(user: User) -> str:
    """Name and roles of one of us."""
    roles = user.role_words
    return f"{user} ({roles.lower()})" if user.roles else str(user)


def listed(words: Iterable[str]) -> str:
    return "; ".join(word for word in words if word)
