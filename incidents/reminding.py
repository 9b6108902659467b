"""When somebody is reminded of a deadline: pure, from instants and from what was told before.

A step is a part of the clock's time in percent; 100 is its end, and each day after that counts one more. A worker that
was away tells the latest step alone. A clock that moves on after its end was told begins a new round of steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

END: Final = 100
DAY: Final = timedelta(days=1)
SHORTEST_WAIT: Final = timedelta(minutes=15)
WAIT_AFTER_END: Final = timedelta(hours=2)


@dataclass(frozen=True)
class Clock:
    """The time that an obligation has."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Plan:
    """What the organisation set: steps in percent, and how long an answer is waited for."""

    steps: Sequence[int]
    wait: int  # percent of the time left


@dataclass(frozen=True)
class Told:
    """One reminder that somebody got."""

    round: int
    step: int
    person: int
    at: datetime
    end: datetime  # of the clock as it was then
    lost: bool = False  # its mail certainly did not arrive


@dataclass(frozen=True)
class Wanted:
    """A step that somebody is to be told of now, and who knows of it already."""

    round: int
    step: int
    told: frozenset[int]


def step_at(clock: Clock, plan: Plan, now: datetime) -> int | None:
    """The latest step that has come; none before the first."""
    if now >= clock.end:
        return END + (now - clock.end) // DAY
    whole = clock.end - clock.start
    come = [step for step in plan.steps if clock.start + whole * step / END <= now]
    return max(come, default=None)


def next_step(clock: Clock, plan: Plan, now: datetime) -> tuple[int, datetime]:
    """The step that comes next, and when."""
    whole = clock.end - clock.start
    coming = [(step, clock.start + whole * step / END) for step in sorted(plan.steps)]
    for step, at in [*coming, (END, clock.end)]:
        if at > now:
            return step, at
    days = (now - clock.end) // DAY + 1
    return END + days, clock.end + days * DAY


def round_now(told: Iterable[Told], end: datetime) -> int:
    """The round that reminders belong to: a new one once the end was told and then moved on."""
    latest = max(told, key=lambda one: (one.round, one.step, one.end), default=None)
    if latest is None:
        return 0
    return latest.round + (latest.step >= END and latest.end < end)


def answer_until(at: datetime, end: datetime, plan: Plan) -> datetime:
    """Until when somebody told at this instant has time to say that they have it."""
    if at >= end:
        return at + WAIT_AFTER_END
    return at + max(SHORTEST_WAIT, (end - at) * plan.wait / 100)


def wanted(
    told: Sequence[Told],
    clock: Clock,
    plan: Plan,
    *,
    now: datetime,
    held_at: datetime | None = None,
    owned_since: datetime | None = None,
) -> Wanted | None:
    """Which step somebody is to be told of now; none while one was told and may still be answered, or was."""
    step = step_at(clock, plan, now)
    if step is None:
        return None
    number = round_now(told, clock.end)
    here = [one for one in told if one.round == number]
    if any(one.step > step for one in here):
        return None  # the clock moved on; what was told is not told again
    now_told = [one for one in here if one.step == step]
    people = frozenset(one.person for one in now_told)
    if not now_told:
        return Wanted(number, step, people)
    if held_at is not None and held_at >= min(one.at for one in now_told):
        return None
    heard = [one.at for one in now_told if not one.lost and (owned_since is None or one.at >= owned_since)]
    if heard and now < answer_until(max(heard), clock.end, plan):
        return None
    return Wanted(number, step, people)


def step_words(step: int) -> str:
    """A step as people read it."""
    if step < END:
        return f"{step} % of the time is gone"
    if step == END:
        return "the time is over"
    return f"overdue by {step - END} {'day' if step == END + 1 else 'days'}"
