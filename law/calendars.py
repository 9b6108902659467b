"""Working days: weekends and public holidays of a place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version

import holidays

SATURDAY = 5


# More than there are places with a calendar: to build one again costs more than to evaluate its law.
@lru_cache(maxsize=512)
def _public(place: str) -> holidays.HolidayBase | None:
    """Public holidays of a place, of its country where the part has none of its own, or None where nobody lists them."""
    country, _, part = place.partition("-")
    for subdivision in (part or None, None):
        try:
            return holidays.country_holidays(country, subdiv=subdivision)
        except NotImplementedError:
            continue
    return None


@dataclass(frozen=True)
class Calendars:
    """Public holidays by place; `extra` adds days that an authority has announced."""

    extra: Mapping[str, frozenset[date]] = field(default_factory=dict)

    def is_working_day(self, place: str, day: date) -> bool:
        """Whether offices of the place work on this day."""
        public = _public(place)
        if day in self.extra.get(place, ()):
            return False
        return (
            day.weekday() < SATURDAY
            if public is None
            else day.weekday() not in public.weekend and day not in public
        )

    def knows(self, place: str) -> bool:
        """Whether public holidays of the place are known; else only Saturdays and Sundays are left out."""
        return _public(place) is not None

    def after(self, place: str, day: date, working_days: int) -> date:
        """The day that many working days after the given one, which does not count."""
        while working_days:
            day += timedelta(days=1)
            working_days -= self.is_working_day(place, day)
        return day

    def same_or_next(self, place: str, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        while not self.is_working_day(place, day):
            day += timedelta(days=1)
        return day

    def same_or_previous(self, place: str, day: date) -> date:
        """The day itself if it is a working day, else the one before."""
        while not self.is_working_day(place, day):
            day -= timedelta(days=1)
        return day


def calendar_version() -> str:
    """Name and version of the source of public holidays."""
    return f"holidays {version('holidays')}"
