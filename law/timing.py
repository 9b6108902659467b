"""From a rule's deadline to instants: where the clock starts, when it ends, what we aim for ourselves."""

from calendar import month_name
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from law.calendars import Calendars
from law.conditions import evaluate, filings_of
from law.counts import inside
from law.deadlines import END_OF_DAY, Period, due, moment, zone_of
from law.findings import Situation
from law.vocabulary import EVENT_KINDS, IMPLIED_BY, PRECURSORS, QUALIFIERS

# Stands in `due_text` where the law asks for haste without a number: how readers tell it from a clock not started.
NO_NUMBER: Final = "law puts no number"


class Start(NamedTuple):
    """Where a clock starts; without `at` it has not started, and `waits_for` or `blocked_by` says why."""

    source: str  # kind of event, or the duty whose filing starts the clock
    label: str
    at: datetime | None = None
    implied_by: str = ""
    blocked_by: str = ""
    waits_for: tuple[str, ...] = ()


class Timing(NamedTuple):
    """Start, legal end and internal target of one duty."""

    start: Start
    due_at: datetime | None = None
    due_text: str = ""
    qualifier: str = ""
    binding: bool = True
    target_at: datetime | None = None
    target_text: str = ""
    notes: tuple[str, ...] = ()


class Clock(NamedTuple):
    """What counting needs beside the deadline: the facts, the place, the policy and duties timed before."""

    situation: Situation
    zone: str
    calendar: str
    calendars: Calendars
    targets: Mapping[str, Any]
    earlier: Mapping[str, tuple[str, Timing]]  # id of an earlier duty of the same rule to its key and timing


def timing_of(deadline: Mapping[str, Any], clock: Clock) -> Timing:
    """The times of a duty under its deadline."""
    for word in ("earliest", "latest"):
        if deadline.get(word):
            return _combined(deadline, word, clock)
    chosen, notes = _alternative(deadline, clock)
    start = _start(chosen["from"], clock)
    if chosen.get("number") is not None and start.at is not None:
        return _counted(start, start.at, chosen, clock, notes)
    qualifier = chosen.get("qualifier") or ""
    known = chosen.get("number") is None
    text = _no_number(start, qualifier, clock.zone) if known else _not_started(start, chosen)
    aim = _aimed(start, qualifier, chosen, clock)
    return Timing(start, None, text, qualifier, chosen.get("binding", True), *aim, notes)


def led_by(deadline: Mapping[str, Any]) -> set[str]:
    """Duties that this one waits for anyway: those whose filing starts its clock, or that it is done together with."""
    start = deadline.get("from")
    after = start.get("after", ()) if isinstance(start, Mapping) else ()
    return {*([after] if isinstance(after, str) else after), (deadline.get("target") or {}).get("as", "")}


def named_by(deadline: Mapping[str, Any]) -> set[str]:
    """Duties whose times a deadline may look at: those that lead it, or one of its parts."""
    parts = (part for word in ("earliest", "latest", "alternatives") for part in deadline.get(word) or ())
    return led_by(deadline).union(*(named_by(part) for part in parts))


def _combined(deadline: Mapping[str, Any], word: str, clock: Clock) -> Timing:
    """Whichever is first, or later, of several deadlines; the later one is known only once all run."""
    shared = {key: value for key, value in deadline.items() if key != word}
    parts = [timing_of({**shared, **part}, clock) for part in deadline[word]]
    dated = sorted((part for part in parts if part.due_at), key=lambda part: str(part.due_at))
    if not dated or (word == "latest" and len(dated) < len(parts)):
        waiting = next(part for part in parts if part.due_at is None)
        return waiting._replace(
            due_text=f"The {word} of several limits; one has not started: {waiting.due_text}"
        )
    best = dated[0] if word == "earliest" else dated[-1]
    others = "; ".join(part.due_text for part in parts if part is not best)
    return best._replace(due_text=f"{best.due_text} ({word} of several limits: {others})")


def _alternative(deadline: Mapping[str, Any], clock: Clock) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The deadline as the facts choose it; an unknown condition leaves the main one and says so."""
    if "alternatives" not in deadline and "extension" not in deadline:
        return deadline, ()
    notes: list[str] = []
    for option in deadline.get("alternatives", ()):
        held = evaluate(option["when"], clock.situation).held
        if held:
            return _extended({**deadline, **option}, clock, [option["text"]])
        if held is None:
            notes.append(f"Not known: {option['text']}")
    return _extended(deadline, clock, notes)


def _extended(
    deadline: Mapping[str, Any], clock: Clock, notes: list[str]
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The longer time where an extension was had; else a word that there is one to be had."""
    longer = deadline.get("extension")
    if not longer or not deadline.get("number"):
        return deadline, tuple(notes)
    length = f"{longer['number']} {_words(longer['unit'])} more" if longer.get("number") else "more time"
    held = evaluate(longer["when"], clock.situation).held if "when" in longer else None
    if held and longer.get("unit") == deadline["unit"]:
        number = deadline["number"] + longer["number"]
        return {**deadline, "number": number}, (*notes, f"Extended: {length} ({longer['condition']}).")
    if held is not False:
        notes.append(f"The law knows {length}: {longer['condition']}.")
    return deadline, tuple(notes)


def _period(deadline: Mapping[str, Any], clock: Clock) -> Period:
    counting = deadline.get("counting") or _default_counting(deadline["unit"])
    return Period(deadline["number"], deadline["unit"], counting, clock.zone, clock.calendar)


_COUNTING: Final = {"business_days": "business_days_local", "hours": "elapsed_hours", "months": "months"}


def _default_counting(unit: str) -> str:
    return _COUNTING.get(unit, "calendar_days")


def _counted(
    start: Start, start_at: datetime, deadline: Mapping[str, Any], clock: Clock, notes: tuple[str, ...]
) -> Timing:
    end = due(start_at, _label(start), _period(deadline, clock), clock.calendars)
    qualifier, notes = deadline.get("qualifier") or "", (*notes, *end.notes)
    if deadline.get("binding", True):
        return Timing(start, end.at, end.text, qualifier, True, None, "", notes)
    text = f"Guidance, not law: {end.text}"
    return Timing(start, None, f"The {NO_NUMBER}.", qualifier, False, end.at, text, notes)


def _label(start: Start) -> str:
    if start.implied_by:
        return f"{start.label}, at the latest when {_words(start.implied_by)}:"
    return start.label


def _words(kind: str) -> str:
    return kind.replace("_", " ")


@lru_cache(maxsize=256)
def _capitalized(kind: str) -> str:
    return _words(kind).capitalize()


def _no_number(start: Start, qualifier: str, zone: str) -> str:
    how = QUALIFIERS.get(qualifier, "") or "with no number in law"
    since = start.label.lower() if start.at is None else f"{_label(start).lower()} {moment(start.at, zone)}"
    return f"{how[0].upper()}{how[1:]}; the {NO_NUMBER} (from: {since})."


def _not_started(start: Start, deadline: Mapping[str, Any]) -> str:
    length = f"{deadline['number']} {_words(deadline['unit'])}"
    if start.blocked_by:
        return f"{length} from the filing of {start.blocked_by}, which has not been made."
    return f"{length} from: {start.label.lower()}. Not recorded yet."


# Where the clock starts


def _start(source: Any, clock: Clock) -> Start:
    if source is None:
        return Start("", "the law does not fix the start")
    if isinstance(source, str):
        return _from_event(source, clock)
    if "after" in source:
        return _from_filing(source, clock)
    if "end_of_year" in source:
        return _from_year_end(source["end_of_year"], clock)
    if "date_of_year" in source:
        return _from_date(source, clock)
    if "found_later" in source:
        return _from_late_find(clock)
    return _from_several(source, clock)


def _from_event(kind: str, clock: Clock) -> Start:
    events = clock.situation.facts.events
    label = _capitalized(kind)
    if kind in events:
        return Start(kind, label, events[kind])
    implied = [(events[later], later) for later in IMPLIED_BY.get(kind, ()) if later in events]
    if implied:
        at, later = min(implied)
        return Start(kind, label, at, implied_by=later)
    return Start(kind, label, waits_for=(kind,))


def _from_several(source: Mapping[str, Any], clock: Clock) -> Start:
    """The earliest recorded of several events, or the latest once all are recorded."""
    word = "earliest" if "earliest" in source else "latest"
    starts = [_from_event(kind, clock) for kind in source[word]]
    dated = [(start.at, start) for start in starts if start.at is not None]
    if word == "latest" and len(dated) < len(starts):
        waits = tuple(kind for start in starts for kind in start.waits_for)
        return Start(waits[0], " and ".join(start.label for start in starts), waits_for=waits)
    if not dated:
        return Start(
            starts[0].source, " or ".join(start.label for start in starts), waits_for=tuple(source[word])
        )
    direct = [pair for pair in dated if not pair[1].implied_by]
    pick = min if word == "earliest" else max
    return pick(direct if word == "earliest" and direct else dated, key=lambda pair: pair[0])[1]


def _from_filing(source: Mapping[str, Any], clock: Clock) -> Start:
    """The first actual filing of an earlier duty: until it is made, the later one is blocked."""
    earlier = [source["after"]] if isinstance(source["after"], str) else list(source["after"])
    key = _key_of(earlier[0], clock)
    facts = clock.situation.facts
    last = source.get("latest")
    dates = {**facts.filings, **facts.latest_filings} if last else facts.filings
    made = [dates[one] for duty in earlier for one in filings_of(clock.situation, duty)]
    event = source.get("event", "")
    if event in facts.events:
        made.append(facts.events[event])
    label = EVENT_KINDS.get(event, f"Filed {key}")
    if made:
        return Start(key, label, max(made) if last else min(made))
    return Start(key, label, blocked_by="" if source.get("alongside") else key)


def _key_of(duty: str, clock: Clock) -> str:
    if duty in clock.earlier:
        return clock.earlier[duty][0]
    return duty if "/" in duty else f"{clock.situation.rule_id}/{duty}"


def _from_year_end(kind: str, clock: Clock) -> Start:
    start = _from_event(kind, clock)
    label = f"End of the year when {_words(kind)}"
    if start.at is None:
        return start._replace(label=label)
    zone = zone_of(clock.zone)
    last = start.at.astimezone(zone).date().replace(month=12, day=31)
    return start._replace(label=label, at=datetime.combine(last, END_OF_DAY, zone).astimezone(UTC))


def _from_date(source: Mapping[str, Any], clock: Clock) -> Start:
    """A date of the year after an event; a period of no days ends with that date."""
    start = _from_event(source["event"], clock)
    month, day = (int(part) for part in source["date_of_year"].split("-"))
    label = f"{day} {month_name[month]} of the year after {_words(source['event'])}"
    if start.at is None:
        return start._replace(label=label)
    zone = zone_of(clock.zone)
    year = start.at.astimezone(zone).year + 1
    return start._replace(label=label, at=datetime(year, month, day, tzinfo=zone).astimezone(UTC))


def _from_late_find(clock: Clock) -> Start:
    """When the first of the people turned up who were found later than the others."""
    found = found_later(clock.situation)
    return Start("found_later", "People found later", min(found) if found else None)


def found_later(situation: Situation) -> list[datetime]:
    """When people of the rule's places turned up who were found later than the others."""
    return [at for place, at in situation.index.found_later if inside(place, situation.places)]


# What we aim for where the law puts no number or its clock has not started

Aim = tuple[datetime | None, str]
NO_AIM: Final[Aim] = (None, "")


def _aimed(start: Start, qualifier: str, deadline: Mapping[str, Any], clock: Clock) -> Aim:
    target = deadline.get("target") or {}
    if "as" in target:
        return _same_as(target["as"], clock)
    if start.blocked_by:
        return NO_AIM
    start_at, why = _safe_start(start, clock)
    if start_at is None:
        return NO_AIM
    number, unit = _target_length(qualifier, target, deadline, clock.targets)
    counting = deadline.get("counting") if deadline.get("number") else None
    counting = None if counting == "none" else counting
    period = Period(number, unit, counting or _default_counting(unit), clock.zone, clock.calendar)
    end = due(start_at, why, period, clock.calendars)
    return end.at, f"Our policy, not law: {end.text}"


def _same_as(duty: str, clock: Clock) -> Aim:
    if duty not in clock.earlier:
        return NO_AIM
    key, other = clock.earlier[duty]
    at = other.due_at or other.target_at
    if at is None:
        return NO_AIM
    what = "the notice to people" if duty == "individuals" else key
    return at, f"Our policy, not law: together with {what}, by {moment(at, clock.zone)}"


def _safe_start(start: Start, clock: Clock) -> tuple[datetime | None, str]:
    if start.at is not None:
        return start.at, _label(start)
    events = clock.situation.facts.events
    known = [(events[kind], kind) for kind in PRECURSORS if kind in events]
    if not known:
        return None, ""
    at, kind = min(known)
    return at, f"{start.label}: not recorded; to be safe counted from {_words(kind)}"


def _target_length(
    qualifier: str, target: Mapping[str, Any], deadline: Mapping[str, Any], policy: Mapping[str, Any]
) -> tuple[int, str]:
    length = target if "number" in target else deadline if deadline.get("number") else None
    length = length or policy.get(qualifier) or policy["default"]
    return length["number"], length["unit"]
