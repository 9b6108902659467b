"""Counting time as the laws count it, with the arithmetic in words."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from law.calendars import Calendars

END_OF_DAY = time(23, 59, 59)

COUNTING: dict[str, str] = {
    "elapsed_hours": "every hour counts",
    "eu_1182_71": "every hour counts, Reg. 1182/71 Art. 3",
    "uk_periods_of_time": "every hour counts, Reg. 1182/71 Art. 3 as assimilated, DPA 2018 s. 205(2)",
    "calendar_days": "every day counts, the day of the event does not",
    "business_days_local": "working days only, the day of the event does not count",
    "months": "same date of the later month",
    "dora_noon": "every hour counts, Reg. 1182/71 Art. 3; a last day that is no working day moves to noon of the next",
    "none": "",
}
_EU_LIKE = frozenset({"eu_1182_71", "uk_periods_of_time", "dora_noon"})
NOON = time(12)
_UNIT_WORDS = {
    "minutes": "minute",
    "hours": "hour",
    "calendar_days": "calendar day",
    "business_days": "business day",
    "weeks": "week",
    "months": "month",
}


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """A time zone; `ZoneInfo` itself keeps only the last few and reads the rest from disk again."""
    return ZoneInfo(name)


class Period(NamedTuple):
    """A number of units, the way they are counted and where."""

    number: int
    unit: str
    counting: str  # key of COUNTING
    zone: str  # IANA zone of the authority
    calendar: str = ""  # place of the public holidays

    def __str__(self) -> str:
        return f"{self.number} {_UNIT_WORDS[self.unit]}{'' if self.number == 1 else 's'}"


class Due(NamedTuple):
    """When a period ends, how it was counted, and what else to know."""

    at: datetime  # UTC
    text: str
    notes: tuple[str, ...] = ()


def due(start: datetime, label: str, period: Period, calendars: Calendars) -> Due:
    """The end of a period that starts at an instant: to the minute for hours, at the end of the day for days."""
    # In UTC, for two instants of an hour that comes twice are equal in the zone that puts its clocks back.
    at = start.astimezone(UTC)
    return _counted(at, label, period, calendars) if calendars.extra else _usual(at, label, period)


@lru_cache(maxsize=8192)
def _usual(start: datetime, label: str, period: Period) -> Due:
    """By the public holidays alone: the same events are counted from whenever an incident is assessed again."""
    return _counted(start, label, period, Calendars())


def _counted(start: datetime, label: str, period: Period, calendars: Calendars) -> Due:
    end = _due(start, label, period, calendars)
    return _to_noon(end, period, calendars) if period.counting == "dora_noon" else end


def _to_noon(end: Due, period: Period, calendars: Calendars) -> Due:
    """An end on a day that is no working day moves to noon of the next one."""
    zone = zone_of(period.zone)
    last = end.at.astimezone(zone).date()
    working = calendars.same_or_next(period.calendar, last)
    if working == last:
        return end
    # Del. Reg. (EU) 2025/301 Art. 5(4)
    at = datetime.combine(working, NOON, zone).astimezone(UTC)
    text = f"{end.text}, moved to noon of the next working day: {moment(at, period.zone)} (Del. Reg. 2025/301 Art. 5(4))"
    return Due(at, text, end.notes)


def _due(start: datetime, label: str, period: Period, calendars: Calendars) -> Due:
    if period.unit in ("hours", "minutes"):
        return _elapsed(start, label, period)
    zone = zone_of(period.zone)
    first = start.astimezone(zone).date()
    last = _last_day(first, period, calendars)
    shifted = calendars.same_or_next(period.calendar, last) if _moves(period) else last
    at = datetime.combine(shifted, END_OF_DAY, zone).astimezone(UTC)
    moved = (
        ""
        if shifted == last
        else f", moved from {_day(last)} to the next working day (Reg. 1182/71 Art. 3(4))"
    )
    text = f"{label} {moment(start, period.zone)} + {period} ({_rule(period)}) = end of {moment(at, period.zone)}{moved}"
    return Due(at, text, _day_notes(shifted, period, calendars))


@lru_cache(maxsize=8192)
def moment(at: datetime, zone: str) -> str:
    """An instant in words, always with its zone: Fri 20 Nov 2026 23:10 CET."""
    local = at.astimezone(zone_of(zone))
    name = local.strftime("%Z")
    if name[:1] in "+-":
        name = f"UTC{name}"
    return f"{local:%a} {local.day} {local:%b %Y %H:%M} {name}"


def _rule(period: Period) -> str:
    words = COUNTING[period.counting]
    if period.unit == "business_days":
        return f"{words}; weekends and public holidays of {period.calendar or 'the place'} left out"
    return "the day of the event does not count" if period.counting in _EU_LIKE else words


def _elapsed(start: datetime, label: str, period: Period) -> Due:
    length = timedelta(hours=period.number) if period.unit == "hours" else timedelta(minutes=period.number)
    at = start.astimezone(UTC) + length
    words = COUNTING[period.counting] or COUNTING["elapsed_hours"]
    text = f"{label} {moment(start, period.zone)} + {period} ({words}) = {moment(at, period.zone)}"
    return Due(at, text, _hour_notes(at, period))


def _hour_notes(at: datetime, period: Period) -> tuple[str, ...]:
    if period.counting not in _EU_LIKE:
        return ()
    legal_end = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return (
        f"The last counted hour ends {moment(legal_end, period.zone)}: the hour of the event is not counted "
        "(Reg. 1182/71 Art. 3(1)). Weekends and holidays count; a period in hours is not moved to a working day.",
        "Whether the period must hold two working days (Art. 3(5)) is disputed: do not rely on it.",
    )


def _last_day(first: date, period: Period, calendars: Calendars) -> date:
    if period.unit == "business_days":
        return calendars.after(period.calendar, first, period.number)
    if period.unit == "months":
        return _months_later(first, period.number)
    return first + timedelta(days=period.number * (7 if period.unit == "weeks" else 1))


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _moves(period: Period) -> bool:
    return (
        period.counting in _EU_LIKE - {"dora_noon"}
        and period.unit != "business_days"
        and bool(period.calendar)
    )


def _day_notes(last: date, period: Period, calendars: Calendars) -> tuple[str, ...]:
    if period.unit == "business_days" and not calendars.knows(period.calendar):
        where = period.calendar or "the place"
        return (f"Public holidays of {where} are not known here; only Saturdays and Sundays were left out.",)
    if not period.calendar or calendars.is_working_day(period.calendar, last):
        return ()
    before = calendars.same_or_previous(period.calendar, last)
    return (
        f"{_day(last)} is no working day and the time is not known to be extended: plan for {_day(before)}.",
    )


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
