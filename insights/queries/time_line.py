"""A line from awareness on, with a mark for each time at which something falls due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from typing import Final

from insights.queries.outlook import Item

YEAR: Final = 8760.0
TICKS: Final = (
    (0.0, "aware"),
    (24.0, "24 h"),
    (72.0, "72 h"),
    (168.0, "7 d"),
    (720.0, "30 d"),
    (2160.0, "90 d"),
)
FIRST, LAST = 2.5, 97.5  # percent of the width, so that no mark is cut off


@dataclass(frozen=True)
class Mark:
    """A place on the line in percent of its width, and what stands there."""

    at: str
    words: str
    size: int = 0


@dataclass(frozen=True)
class TimeLine:
    """Early times take more room than late ones, for they are what people must know."""

    ticks: tuple[Mark, ...]
    marks: tuple[Mark, ...]


def time_line(items: Iterable[Item]) -> TimeLine:
    """The line of duties that have a time."""
    times = Counter(round(one.hours) for one in items if one.hours is not None)
    marks = tuple(
        Mark(_at(hours), str(number), 6 + min(number, 6)) for hours, number in sorted(times.items())
    )
    return TimeLine(tuple(Mark(_at(hours), words) for hours, words in TICKS), marks)


def _at(hours: float) -> str:
    share = log(1 + min(max(hours, 0.0), YEAR) / 12) / log(1 + YEAR / 12)
    return f"{FIRST + (LAST - FIRST) * share:.2f}%"
