"""Which text of a rule governs: the version of the day of the breach, and the national law under a common rule."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from law.deadlines import zone_of
from law.facts import BreachFacts
from law.pack import Rule, rule_from
from law.vocabulary import PRECURSORS

NEVER_LAW = ("proposal", "policy")
NOT_YET = ("enacted_not_in_force", "not_yet_effective")
VERSION_BY = ("aware", "discovered", "determined", "detected")


@dataclass(frozen=True, slots=True)
class _Span:
    """When a rule is law, read once: its first and last day, the day its text begins, and what tells the day."""

    kinds: tuple[str, ...]  # of event: the first that is recorded gives the day
    zone: str
    began: date | None
    starts: date | None
    ends: date | None
    never: bool
    repealed: bool
    not_yet: bool

    @classmethod
    def of(cls, rule: Rule) -> "_Span":
        status = rule["status"]
        return cls(
            kinds=tuple(dict.fromkeys((*rule.get("version_by", ()), *VERSION_BY, *PRECURSORS))),
            zone=rule["zone"],
            began=_day(rule.get("began")),
            starts=_day(rule.get("effective_from")),
            ends=_day(rule.get("effective_to")),
            never=status in NEVER_LAW,
            repealed=status == "repealed",
            not_yet=status in NOT_YET,
        )


def rule_in_force(rule: Rule, facts: BreachFacts) -> Rule | None:
    """The rule as it governs these facts, or None when it did not apply then.

    Where the pack does not hold the text of that day, the rule comes back with `held` False: it decides nothing then.
    """
    span: _Span | None = rule.made.get("span")
    if span is None:
        span = rule.made["span"] = _Span.of(rule)
    if span.never:
        return None
    day = _governing_day(span, facts)
    standing = _on_no_day(rule, span) if day is None else _on(rule, span, day)
    if standing and standing.held and "variants" in standing.data:
        return _national(standing, facts, day)
    return standing


def _governing_day(span: _Span, facts: BreachFacts) -> date | None:
    """The day of the first event that the rule names; else of another that shows when the breach was."""
    for kind in span.kinds:
        if kind in facts.events:
            return _local_day(facts.events[kind], span.zone)
    return None


@lru_cache(maxsize=1024)
def _local_day(at: datetime, zone: str) -> date:
    return at.astimezone(zone_of(zone)).date()


def _on_no_day(rule: Rule, span: _Span) -> Rule | None:
    """While no event is recorded: today's text, if it is law today."""
    if span.repealed or span.not_yet:
        return None
    if span.starts:
        return rule
    return next((earlier for _, ends, earlier in _earlier(rule) if ends is None), rule)


def _on(rule: Rule, span: _Span, day: date) -> Rule | None:
    starts = span.starts
    if (span.began and day < span.began) or (span.ends and day > span.ends):
        return None
    if starts and day >= starts:
        return rule
    for first, last, earlier in _earlier(rule):
        if (first is None or day >= first) and (day <= last if last else not starts or day < starts):
            return earlier if earlier.held else _unheld(earlier, day)
    if span.not_yet:
        return None
    return _unheld(replace(rule, text=""), day)


def _unheld(rule: Rule, day: date) -> Rule:
    said = f" What is known of it: {rule.text}." if rule.text else ""
    why = (
        f"No version of this rule is held for {day:%-d %b %Y}.{said} Look it up; today's text is not applied."
    )
    return replace(rule, held=False, version="not held", text=why)


def _earlier(rule: Rule) -> tuple[tuple[date | None, date | None, Rule], ...]:
    """Earlier versions with their first and last day, made once a rule."""
    if "earlier" not in rule.made:
        rule.made["earlier"] = tuple(_version(rule, version) for version in rule.get("versions") or ())
    found: tuple[tuple[date | None, date | None, Rule], ...] = rule.made["earlier"]
    return found


def _version(rule: Rule, version: Mapping[str, Any]) -> tuple[date | None, date | None, Rule]:
    starts, ends = version.get("effective_from"), version.get("effective_to")
    if "changes" in version:
        changed = laid_over(rule.data, version["changes"]) | {"effective_from": starts, "effective_to": ends}
        return _day(starts), _day(ends), rule_from(changed)
    words = [version.get(key) for key in ("individual_deadline", "authority_deadline")]
    text = "; ".join(
        f"{whom}: {word}" for whom, word in zip(("people", "authority"), words, strict=True) if word
    )
    return _day(starts), _day(ends), replace(rule, held=False, text=text, made={})


@lru_cache(maxsize=1024)
def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def laid_over(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes over data; `duties` is a mapping from a duty's id to its changes, and null takes the duty away."""
    changed = {**data, **{key: value for key, value in changes.items() if key != "duties"}}
    by_duty = changes.get("duties") or {}
    changed["duties"] = [
        {**duty, **(by_duty.get(duty["id"]) or {})}
        for duty in data["duties"]
        if by_duty.get(duty["id"], {}) is not None
    ]
    return changed


# National laws under a common rule


def _national(rule: Rule, facts: BreachFacts, day: date | None) -> Rule:
    """The common rule as the law of one country has it, once the facts tell which country."""
    country = _country(rule, facts)
    for variant in rule["variants"]:
        if variant["country"] == country:
            return _varied(rule, variant, bool(_is_law(variant, day)))
    return rule


def _country(rule: Rule, facts: BreachFacts) -> str:
    for word in rule.get("variant_by", ("main_establishment", "breach_place", "establishments")):
        if word == "affected":
            named = {row.place for row in facts.counts if row.number != 0}
        else:
            value = facts.value(word)
            named = set(value) if isinstance(value, tuple) else {value} if isinstance(value, str) else set()
        countries = {place.partition("-")[0] for place in named} & set(rule.places)
        if len(countries) == 1:
            return countries.pop()
    return ""


def _is_law(variant: Mapping[str, Any], day: date | None) -> bool:
    """Whether the national law binds on that day; a law known by its year alone binds all that year."""
    if not variant.get("binding", True):
        return False
    starts = variant.get("in_force")
    return day is None or starts is None or day.isoformat()[: len(starts)] >= starts


def _varied(rule: Rule, variant: Mapping[str, Any], is_law: bool) -> Rule:
    key = f"{variant['country']}/{is_law}"
    if key not in rule.made:
        changed = laid_over(rule.data, variant.get("changes") or {})
        changed["duties"] = [_in_country(duty, variant, is_law) for duty in changed["duties"]]
        del changed["variants"]
        rule.made[key] = rule_from(changed | {"confidence": variant["confidence"]})
    varied: Rule = rule.made[key]
    return varied


def _in_country(duty: Mapping[str, Any], variant: Mapping[str, Any], is_law: bool) -> dict[str, Any]:
    words = [
        f"National law ({variant['country']}): {variant['act']}",
        "" if is_law else "not law there on that day as far as is known: guidance only",
        f"recipient: {variant['recipient']}" if variant.get("recipient") else "",
        f"differs: {variant['differs']}" if variant.get("differs") else "",
    ]
    note = "; ".join(word for word in words if word)
    said = f"{duty['note']} {note}" if duty.get("note") else note
    deadline = duty["deadline"] if is_law else {**duty["deadline"], "binding": False}
    channel = {
        **(duty.get("channel") or {}),
        **({"portal": variant["portal"]} if variant.get("portal") else {}),
    }
    return {**duty, "note": f"{said}.", "deadline": deadline, "channel": channel}
