"""Requests of law enforcement to wait: the clock stands still, and what happens when it may run again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from law.conditions import evaluate
from law.deadlines import END_OF_DAY, Period, due, moment, zone_of
from law.facts import BreachFacts, Hold
from law.timing import Clock, Timing, led_by

CLEARED = "law_enforcement_cleared"


@dataclass(frozen=True)
class Waiting:
    """How long a duty waits, in words; `until` is None while that is open."""

    text: str
    until: datetime | None = None


@dataclass(frozen=True)
class _Pause:
    starts: datetime
    ends: datetime | None
    said: str


def waiting(
    timing: Timing, rule: Mapping[str, Any], spec: Mapping[str, Any], clock: Clock
) -> tuple[Timing, Waiting | None]:
    """The times of a duty under the requests to wait that bind it, and the waiting itself while it lasts."""
    facts = clock.situation.facts
    if not facts.holds and facts.value("law_enforcement_delay") is not True:
        return timing, None
    delay = rule.get("law_enforcement_delay") or {}
    if spec["id"] not in delay.get("duties", ()):
        return _running_on(timing, delay, spec, facts), None
    if not facts.holds:
        asked = facts.value("law_enforcement_delay") is True and CLEARED not in facts.events
        return timing, Waiting(_allowed(delay)) if asked else None
    pauses, refused = _pauses(delay, spec, clock)
    timing = timing._replace(notes=(*timing.notes, *refused))
    if not pauses:
        return timing, None
    last = pauses[-1]
    if last.ends is None:
        timing = _resumed(timing, pauses[:-1], delay, clock)
        return _stopped(timing, last, delay, clock), Waiting(f"{last.said} {_allowed(delay)}")
    cleared = CLEARED in facts.events or all(hold.cleared_at for hold in facts.holds)
    stands = None if cleared else Waiting(f"{last.said} {_allowed(delay)}", last.ends)
    return _resumed(timing, pauses, delay, clock), stands


def _running_on(
    timing: Timing, delay: Mapping[str, Any], spec: Mapping[str, Any], facts: BreachFacts
) -> Timing:
    """The times of a duty that waits for nobody, with a note that says so where somebody asks."""
    asked = [hold for hold in facts.holds if not hold.scope or spec["recipient"]["kind"] in hold.scope]
    if led_by(spec["deadline"]) & set(delay.get("duties", ())):
        return timing
    if facts.holds and not asked:
        return timing
    if delay.get("allowed") is False:
        why = "this rule knows no such delay"
    elif delay.get("duties"):
        why = "this rule lets other notices wait, not this one"
    else:
        why = "nothing held here of this rule lets it wait"
    who = [f"The request of {_who(hold)}" for hold in asked] or ["A request of law enforcement"]
    return timing._replace(notes=(*timing.notes, *(f"{one} does not stop this clock: {why}." for one in who)))


def _allowed(delay: Mapping[str, Any]) -> str:
    limits = (
        "This rule allows it." if delay.get("allowed") else "This rule allows it within narrow limits only."
    )
    must = "The request must be followed." if delay.get("mandatory") else ""
    return " ".join(
        text for text in ("Law enforcement asks to wait.", limits, must, delay.get("note")) if text
    )


def _pauses(
    delay: Mapping[str, Any], spec: Mapping[str, Any], clock: Clock
) -> tuple[list[_Pause], tuple[str, ...]]:
    """Requests that bind this duty, the earliest first, and why others do not."""
    found, refused = [], []
    for hold in sorted(clock.situation.facts.holds, key=lambda one: one.requested_at):
        why = _not_bound(hold, delay, spec, clock)
        if why:
            refused.append(f"The request of {_who(hold)} does not stop this clock: {why}.")
        elif why is None:
            found.append(_pause(hold, delay, clock))
    return _joined(found), tuple(refused)


def _joined(pauses: list[_Pause]) -> list[_Pause]:
    """Pauses one after another: requests that overlap stop the clock once, from the first to the last."""
    joined: list[_Pause] = []
    for pause in pauses:
        before = joined[-1] if joined else None
        if before is None or (before.ends and before.ends < pause.starts):
            joined.append(pause)
            continue
        ends = max(before.ends, pause.ends) if before.ends and pause.ends else None
        joined[-1] = _Pause(before.starts, ends, f"{before.said} {pause.said}")
    return joined


def _not_bound(hold: Hold, delay: Mapping[str, Any], spec: Mapping[str, Any], clock: Clock) -> str | None:
    """Why a request does not stop this clock; empty when it was not meant to, None when it does."""
    if hold.scope and spec["recipient"]["kind"] not in hold.scope:
        return ""
    if delay.get("allowed") is False:
        return "this rule knows no such delay"
    if delay.get("written_only") and hold.written is not True:
        return "the law asks for a written request"
    if delay.get("until_date_only") and hold.until is None:
        return "the law asks for a request that names its end"
    if delay.get("when") and evaluate(delay["when"], clock.situation).held is not True:
        return str(delay.get("otherwise") or "the finding that the law asks for is not recorded")
    return None


def _pause(hold: Hold, delay: Mapping[str, Any], clock: Clock) -> _Pause:
    cleared = clock.situation.facts.events.get(CLEARED)
    ends = [at for at in (hold.ended_at, cleared) if at and at > hold.requested_at]
    longest = delay.get("oral_max" if hold.written is False else "written_max")
    if longest:
        ends.append(_after(hold.requested_at, longest, clock))
    end = min(ends) if ends else None
    form = {True: "in writing", False: "orally", None: "in a form not recorded"}[hold.written]
    until = f", until {moment(end, clock.zone)}" if end else ""
    return _Pause(
        hold.requested_at,
        end,
        f"{_who(hold)} asked {form} on {moment(hold.requested_at, clock.zone)} to wait{until}.",
    )


def _who(hold: Hold) -> str:
    return hold.agency or hold.person or "A law-enforcement body"


def _after(start: datetime, length: Mapping[str, Any], clock: Clock) -> datetime:
    return due(start, "", _period(length, clock), clock.calendars).at


def _period(length: Mapping[str, Any], clock: Clock) -> Period:
    counting = "business_days_local" if length["unit"] == "business_days" else "calendar_days"
    return Period(length["number"], length["unit"], counting, clock.zone, clock.calendar)


def _stopped(timing: Timing, pause: _Pause, delay: Mapping[str, Any], clock: Clock) -> Timing:
    """A clock that stands still: no due time can be told until the request is lifted."""
    if timing.due_at and timing.due_at <= pause.starts:
        return timing
    resume = delay.get("resume")
    after = f"then {_period(resume, clock)}" if resume else "then the rest of the time runs on"
    text = f"The clock stands still. {pause.said} When the request is lifted, {after}."
    ran_out = f" Without it: {timing.due_text}" if timing.due_at else ""
    start = timing.start._replace(waits_for=(*timing.start.waits_for, CLEARED))
    return timing._replace(
        start=start, due_at=None, due_text=f"{text}{ran_out}", target_at=None, target_text=""
    )


def _resumed(timing: Timing, pauses: list[_Pause], delay: Mapping[str, Any], clock: Clock) -> Timing:
    """The due time after waiting; a request never makes it earlier than it would have been."""
    for pause in pauses:
        if pause.ends is None or (timing.due_at and timing.due_at <= pause.starts):
            continue
        if delay.get("resume"):
            timing = _with_new_time(timing, pause, pause.ends, delay["resume"], clock)
        else:
            timing = _moved(timing, pause, pause.ends, clock)
    return timing


def _with_new_time(
    timing: Timing, pause: _Pause, ends: datetime, length: Mapping[str, Any], clock: Clock
) -> Timing:
    end = due(ends, "Request lifted", _period(length, clock), clock.calendars)
    if timing.due_at and timing.due_at >= end.at:
        note = f"{pause.said} The usual limit is later than the time after it: {end.text}"
        return timing._replace(notes=(*timing.notes, note))
    return timing._replace(
        due_at=end.at, due_text=f"{pause.said} {end.text}", notes=(*timing.notes, *end.notes)
    )


def _moved(timing: Timing, pause: _Pause, ends: datetime, clock: Clock) -> Timing:
    """The due time, or where there is none our own aim, later by the time that the clock stood still."""
    at = timing.due_at or timing.target_at
    begins = max(pause.starts, timing.start.at or pause.starts)
    if at is None or at <= pause.starts or ends <= begins:
        return timing
    later, length = _later(at, begins, ends, clock)
    said = f"{pause.said} The clock stood still for {length}: {moment(later, clock.zone)}"
    if timing.due_at:
        return timing._replace(due_at=later, due_text=f"{timing.due_text} {said}")
    return timing._replace(target_at=later, target_text=f"{timing.target_text} {said}")


def _later(at: datetime, begins: datetime, ends: datetime, clock: Clock) -> tuple[datetime, str]:
    """An instant after standing still, and how long in words: whole days where it is the end of a day."""
    zone = zone_of(clock.zone)
    local = at.astimezone(zone)
    if local.time().replace(microsecond=0) == END_OF_DAY:
        days = (ends.astimezone(zone).date() - begins.astimezone(zone).date()).days
        later = datetime.combine(local.date() + timedelta(days=days), END_OF_DAY, zone).astimezone(UTC)
        return later, f"{days} day{'' if days == 1 else 's'}"
    return at + (ends - begins), f"{(ends - begins).total_seconds() / 3600:.1f} hours"
