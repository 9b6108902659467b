"""Instants, days and clocks: absolute time first, relative beside it, always with the zone."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.ui.bars import fuse
from config.ui.library import drawn, escaped, register
from config.ui.words import nothing

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
HOURS_UP_TO: Final = 4 * DAY
SOON: Final = DAY
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Reading(NamedTuple):
    """What a clock says: its state, the words, and how much of its time is used (0 to 1, None: no start known)."""

    state: str
    words: str
    used: float | None


@register.filter
def duration(span: timedelta | None) -> str:
    """A span in words: "48 min", "15 h 48 min", "12 days 4 h". Hours up to four days, as clocks of 72 hours are read."""
    if span is None:
        return ""
    span = abs(span)
    minutes, hours = span // MINUTE, span // HOUR
    if span < MINUTE:
        return "less than a minute"
    if span < HOUR:
        return f"{minutes} min"
    if span < HOURS_UP_TO:
        return f"{hours} h {minutes % 60:02d} min"
    days = span // DAY
    return f"{days} days {hours % 24} h" if days < 14 else f"{days} days"


def in_words(instant: datetime, zone: str | None = None, *, year: bool = True) -> str:
    """An instant as people write it, with its zone: "Mon 23 Nov 2026 23:10 CET"."""
    local = instant.astimezone(_zone(zone) if zone else timezone.get_current_timezone())
    # By hand, for a list tells a hundred of them and Django's formats take ten times as long.
    told = f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"
    if year:
        told += f" {local.year}"
    return f"{told} {local.hour:02d}:{local.minute:02d} {_zone_name(local)}"


_zone = functools.lru_cache(maxsize=64)(ZoneInfo)


def _zone_name(local: datetime) -> str:
    name = local.tzname() or "UTC"
    if name[0] not in "+-":
        return name
    # Zones without letters (Sao Paulo is "-03") would read like a sum.
    offset = local.utcoffset() or timedelta(0)
    hours, rest = divmod(abs(offset), HOUR)
    sign = "−" if offset < timedelta(0) else "+"
    return f"UTC{sign}{hours}" + (f":{rest // MINUTE:02d}" if rest else "")


@register.simple_tag
def told_alike(instant: datetime | None, zone: str, other: str) -> bool:
    """Whether clocks in both zones show the same at that instant, so that telling it twice says nothing."""
    if instant is None or zone == other:
        return True
    here, there = (instant.astimezone(_zone(name or "UTC")) for name in (zone, other))
    return here.utcoffset() == there.utcoffset()


@register.simple_tag
def day(value: date | None) -> SafeString:
    """A date: "Mon 23 Nov 2026"."""
    if value is None:
        return nothing()
    return format_html(
        '<time datetime="{}">{}</time>', value.strftime("%Y-%m-%d"), date_format(value, "D j M Y")
    )


@register.simple_tag(takes_context=True)
def when(
    context: Context, instant: datetime | None, zone: str | None = None, relative: bool = False
) -> SafeString:
    """An instant with its zone, and on wish how long ago it was."""
    if instant is None:
        return nothing()
    stamp = _time(instant, zone)
    return drawn(f"{stamp} {how_long_ago(context, instant)}") if relative else stamp


@register.simple_tag(takes_context=True)
def how_long_ago(context: Context, instant: datetime) -> SafeString:
    """How far an instant lies from now; `ui.js` re-counts it."""
    now = _now(context)
    return drawn(
        f'<span class="muted ago" data-ago="{_iso(instant)}" data-now="{_iso(now)}">{ago(instant, now)}</span>'
    )


def ago(instant: datetime, now: datetime) -> str:
    """How far an instant lies from now: "3 h 02 min ago", "in 48 min"."""
    if abs(now - instant) < MINUTE:
        return "just now"
    words = duration(now - instant)
    return f"{words} ago" if instant <= now else f"in {words}"


def read_clock(
    *, due_at: datetime, started_at: datetime | None, met_at: datetime | None, now: datetime
) -> Reading:
    """What a clock with this due time says now."""
    seen = met_at or now
    used = None
    if started_at is not None and due_at > started_at:
        used = min(max((seen - started_at) / (due_at - started_at), 0.0), 1.0)
    left = due_at - seen
    if met_at is not None:
        if left >= timedelta(0):
            return Reading("met", f"met, {duration(left)} before it was due", used)
        return Reading("met-late", f"met late, {duration(left)} after it was due", 1.0)
    if left < timedelta(0):
        return Reading("late", f"{duration(left)} overdue", 1.0)
    return Reading("soon" if left < SOON else "running", f"{duration(left)} left", used)


@register.simple_tag(takes_context=True)
def clock(context: Context, **given: Any) -> SafeString:
    """A deadline: due time with zone, words and a bar of the time used; `ui.js` re-counts it from the server's time."""
    due_at, label, zone = given.get("due_at"), given.get("label", ""), given.get("zone") or None
    head = f'<span class="clock-label">{escaped(label)}</span>' if label else ""
    if due_at is None:
        text = given.get("words") or "No due time: the law gives none, or facts are missing"
        return drawn(f'<div class="clock clock-idle">{head}<span>{escaped(text)}</span></div>')
    now, started_at, met_at = _now(context), given.get("started_at"), given.get("met_at")
    reading = read_clock(due_at=due_at, started_at=started_at, met_at=met_at, now=now)
    bar = "" if given.get("compact") or reading.used is None else fuse(reading.used)
    live = f' data-clock data-due="{_iso(due_at)}" data-start="{_iso(started_at)}" data-now="{_iso(now)}"'
    due = f"{'Due' if due_at >= now else 'Was due'} {_time(due_at, zone, year=due_at.year != now.year)}"
    return drawn(
        f'<div class="clock clock-{reading.state}"{"" if met_at else live}>{head}<span class="clock-line"><span>{due}</span>'
        f' <span class="clock-left" data-clock-left>{reading.words}</span></span>{bar}</div>'
    )


def _time(instant: datetime, zone: str | None, *, year: bool = True) -> SafeString:
    iso = _iso(instant)
    words = in_words(instant, zone, year=year)
    return drawn(f'<time datetime="{iso}" title="{iso[:10]} {iso[11:16]} UTC">{words}</time>')


def _iso(instant: datetime | None) -> str:
    """To the second, in UTC."""
    return "" if instant is None else f"{instant.astimezone(UTC).isoformat()[:19]}Z"


def _now(context: Context) -> datetime:
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()
