"""When somebody is reminded: tables, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from incidents.reminding import Clock, Plan, Told, answer_until, next_step, step_at, step_words, wanted

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
CLOCK = Clock(START, START + 72 * HOUR)
PLAN = Plan([50, 75, 90], 25)


def told(step: int, at: timedelta, *, person: int = 1, end: timedelta = 72 * HOUR, **more) -> Told:
    return Told(more.pop("round", 0), step, person, START + at, START + end, **more)


def test_the_latest_step_counts_on_both_sides_of_each():
    table = {
        36 * HOUR - SECOND: None, 36 * HOUR: 50, 54 * HOUR - SECOND: 50, 54 * HOUR: 75, 64.8 * HOUR: 90,
        72 * HOUR - SECOND: 90, 72 * HOUR: 100, 96 * HOUR - SECOND: 100, 96 * HOUR: 101, 72 * HOUR + 10 * DAY: 110,
    }  # fmt: skip
    assert {after: step_at(CLOCK, PLAN, START + after) for after in table} == table
    nexts = [
        next_step(CLOCK, PLAN, START + after)[0]
        for after in (0 * HOUR, 36 * HOUR, 65 * HOUR, 72 * HOUR, 97 * HOUR)
    ]
    assert nexts == [50, 75, 100, 101, 102]
    assert [step_words(step) for step in (50, 100, 101, 102)] == [
        "50 % of the time is gone", "the time is over", "overdue by 1 day", "overdue by 2 days",
    ]  # fmt: skip
    # A clock that ends when it starts, or before: it is over, and nothing is divided by nothing.
    assert step_at(Clock(START, START - HOUR), PLAN, START) == 100


def test_an_answer_is_waited_for_in_proportion_to_the_time_left():
    end = CLOCK.end
    assert answer_until(end - 36 * HOUR, end, PLAN) == end - 27 * HOUR
    assert answer_until(end - 20 * timedelta(minutes=1), end, PLAN) == end - 5 * timedelta(minutes=1)
    assert answer_until(end, end, PLAN) == end + 2 * HOUR


def said(history, after, **more):
    found = wanted(history, CLOCK, PLAN, now=START + after, **more)
    return (found.round, found.step, set(found.told)) if found else None


def test_each_step_is_told_once_and_goes_on_until_somebody_has_it():
    at_half = told(50, 36 * HOUR)
    table = [
        ([], 35 * HOUR, {}, None),
        ([], 36 * HOUR, {}, (0, 50, set())),
        ([at_half], 36 * HOUR, {}, None),
        ([at_half], 45 * HOUR - SECOND, {}, None),
        ([at_half], 45 * HOUR, {}, (0, 50, {1})),
        ([at_half], 45 * HOUR, {"held_at": START + 37 * HOUR}, None),
        # What was said before the step does not answer it.
        ([at_half], 45 * HOUR, {"held_at": START + 35 * HOUR}, (0, 50, {1})),
        # Who was told second has their own time, which ends with the step.
        ([at_half, told(50, 45 * HOUR, person=2)], 51 * HOUR, {}, None),
        ([at_half, told(50, 45 * HOUR, person=2)], 52 * HOUR, {}, (0, 50, {1, 2})),
        ([at_half], 54 * HOUR, {"held_at": START + 37 * HOUR}, (0, 75, set())),
        # A mail that was refused is not waited for, and a new owner does not wait for the old one.
        ([told(50, 36 * HOUR, lost=True)], 36 * HOUR, {}, (0, 50, {1})),
        ([at_half], 37 * HOUR, {"owned_since": START + 37 * HOUR}, (0, 50, {1})),
        # After a worker was away the latest step alone.
        ([at_half], 72 * HOUR + 3 * DAY, {}, (0, 103, set())),
    ]
    for history, after, more, right in table:
        assert said(history, after, **more) == right, (history, after, more)


def test_a_moved_clock_repeats_nothing_and_after_its_end_begins_anew():
    moved = Clock(START, START + 100 * HOUR)
    for history, after, right in [
        ([told(50, 36 * HOUR)], 40 * HOUR, None),
        ([told(50, 36 * HOUR), told(75, 54 * HOUR)], 60 * HOUR, None),
        ([told(50, 36 * HOUR)], 75 * HOUR, (0, 75, set())),
        ([told(100, 72 * HOUR)], 73 * HOUR, (1, 50, set())),
        ([told(100, 72 * HOUR)], 100 * HOUR, (1, 100, set())),
        ([told(100, 72 * HOUR), told(50, 73 * HOUR, round=1, end=100 * HOUR)], 74 * HOUR, None),
        # It came nearer: nothing begins anew.
        ([told(100, 120 * HOUR, end=120 * HOUR)], 100 * HOUR, None),
    ]:
        found = wanted(history, moved, PLAN, now=START + after)
        assert ((found.round, found.step, set(found.told)) if found else None) == right, (history, after)
