"""Conditions as data, answered yes, no or unknown.

An expression is a mapping with one operator: `all`, `any`, `not`, `fact` (with `is`, `in`, `includes_any` or
`at_least`), `unknown`, `event`, `filed`, `affected`, `count`, `elements`, `established`, `main_established`,
`concerned`, `judgement`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from law.counts import CountIndex, Range, inside, places_named
from law.duty import Truth
from law.facts import UNKNOWN, BreachFacts
from law.vocabulary import EEA, EVENT_KINDS, FACT_KEYS, IMPLIED_BY, RISK_TIERS, allowed_values

Expression = Mapping[str, Any]
FOR_A_PERSON = "For a person to judge: "


@dataclass(frozen=True)
class Finding:
    """The answer to one expression, what was looked at, and which unknown facts would decide it."""

    held: Truth
    looked_at: tuple[str, ...] = ()
    open_facts: Mapping[str, float] = field(default_factory=dict)  # fact to its weight
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class Situation:
    """The facts as one rule, and perhaps one place, sees them."""

    facts: BreachFacts
    rule_id: str
    places: frozenset[str]  # the rule's own
    data: Mapping[str, Any] | None = None  # the rule's data test
    place: str = ""  # of a duty that is owed per place
    shared: CountIndex | None = None  # one index of the counts serves all rules of an evaluation
    # Findings by the identity of their expression, which is kept alive here so that no other takes its identity.
    memory: dict[int, tuple[Expression, "Finding"]] = field(default_factory=dict, compare=False, repr=False)
    judged: dict[tuple[int, bool], tuple[Any, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def index(self) -> CountIndex:
        """The counts by place."""
        return self.shared or CountIndex(self.facts)


class UnknownOperator(ValueError):
    """An expression in a rule uses a word that the engine does not know."""


def evaluate(expression: Expression, situation: Situation) -> Finding:
    """Answer an expression on the facts; the conditions that duties of a rule share are answered once."""
    known = situation.memory.get(id(expression))
    if known is None:
        known = situation.memory[id(expression)] = (expression, _answered(expression, situation))
    return known[1]


def _answered(expression: Expression, situation: Situation) -> Finding:
    for word in expression:
        if word in _OPERATORS:
            return _OPERATORS[word](expression, situation)
    raise UnknownOperator(f"{situation.rule_id}: {sorted(expression)}")


def _merged(findings: Sequence[Finding], held: Truth) -> Finding:
    looked_at = dict.fromkeys(key for finding in findings for key in finding.looked_at)
    # Only what bears on the answer is told: one yes among several, or the no that settled it.
    telling = [finding for finding in findings if finding.held is held] or findings
    found = dict.fromkeys(text for finding in telling for text in finding.found)
    return Finding(held, tuple(looked_at), _weights(findings) if held is None else {}, tuple(found))


def _weights(findings: Sequence[Finding]) -> dict[str, float]:
    # A fact weighs more the fewer other unknown branches stand beside its own.
    unknown = [finding for finding in findings if finding.held is None]
    weights: dict[str, float] = {}
    for finding in unknown:
        for key, weight in finding.open_facts.items():
            weights[key] = weights.get(key, 0.0) + weight / len(unknown)
    return weights


def conjunction(findings: Sequence[Finding]) -> Finding:
    """All of them (Kleene): one no decides, else one unknown leaves it open."""
    truths = [finding.held for finding in findings]
    return _merged(findings, False if False in truths else None if None in truths else True)


def disjunction(findings: Sequence[Finding]) -> Finding:
    """Any of them (Kleene): one yes decides, else one unknown leaves it open."""
    truths = [finding.held for finding in findings]
    return _merged(findings, True if True in truths else None if None in truths else False)


def _all(expression: Expression, situation: Situation) -> Finding:
    return conjunction([evaluate(part, situation) for part in expression["all"]])


def _any(expression: Expression, situation: Situation) -> Finding:
    return disjunction([evaluate(part, situation) for part in expression["any"]])


def _not(expression: Expression, situation: Situation) -> Finding:
    inner = evaluate(expression["not"], situation)
    held = None if inner.held is None else not inner.held
    return Finding(held, inner.looked_at, inner.open_facts, inner.found)


def _unknown_fact(expression: Expression, situation: Situation) -> Finding:
    key = expression["unknown"]
    return Finding(situation.facts.value(key) is UNKNOWN, (key,))


def _fact(expression: Expression, situation: Situation) -> Finding:
    key = expression["fact"]
    value = situation.facts.value(key)
    label = FACT_KEYS[key].label
    if value is UNKNOWN:
        return Finding(None, (key,), {key: 1.0}, (f"{label}: not known",))
    held = _matches(expression, value)
    return Finding(held, (key,), {}, (f"{label}: {in_words(key, value)}",))


def _matches(expression: Expression, value: object) -> bool:
    if "is" in expression:
        return bool(value == expression["is"])
    if "in" in expression:
        return value in expression["in"]
    if "includes_any" in expression:
        return isinstance(value, tuple) and bool(set(value) & set(expression["includes_any"]))
    if isinstance(value, int) and not isinstance(value, bool):
        return value >= int(expression.get("at_least", 1))
    if "at_least" in expression:
        tiers = list(RISK_TIERS)
        return tiers.index(str(value)) >= tiers.index(expression["at_least"])
    return value is True


@lru_cache(maxsize=2048)
def in_words(key: str, value: object) -> str:
    """A known fact's value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    labels = allowed_values(key)
    if isinstance(value, tuple):
        return ", ".join(_word(labels, item) for item in value) or "none"
    return _word(labels, value)


def _word(labels: Mapping[str, str], value: object) -> str:
    return labels.get(str(value), str(value)).partition(":")[0]


def _event(expression: Expression, situation: Situation) -> Finding:
    kind = expression["event"]
    key = f"events.{kind}"
    implied = [kind, *IMPLIED_BY.get(kind, ())] if expression.get("or_implied") else [kind]
    if any(one in situation.facts.events for one in implied):
        return Finding(True, (key,), {}, (f"{EVENT_KINDS[kind]}: recorded",))
    return Finding(None, (key,), {key: 1.0}, (f"{EVENT_KINDS[kind]}: not recorded",))


def _filed(expression: Expression, situation: Situation) -> Finding:
    return Finding(bool(filings_of(situation, expression["filed"])), ("filings",))


def filings_of(situation: Situation, duty: str) -> list[str]:
    """Keys of filings already made for a duty of this rule (`authority`) or of another (`rule/authority`)."""
    stem = duty if "/" in duty else f"{situation.rule_id}/{duty}"
    return [key for key in situation.facts.filings if key == stem or key.startswith((f"{stem}@", f"{stem}#"))]


def _scope(expression: Any, situation: Situation) -> frozenset[str] | None:
    """Places meant by the `scope` of a count: rule (default), place, anywhere, or codes."""
    scope = expression.get("scope", "rule")
    if scope == "anywhere":
        return None
    if scope == "place":
        return frozenset({situation.place})
    return situation.places if scope == "rule" else places_named(scope, situation.places)


def scope_words(places: frozenset[str] | None) -> str:
    """Places in words."""
    if places is None:
        return "all places"
    return "the EEA" if places == EEA else ", ".join(sorted(places))


def _people(held: Truth, number: Range, places: frozenset[str] | None, data: bool) -> Finding:
    whom = "people with such data" if data else "people affected"
    looked_at = ("counts", "elements") if data else ("counts",)
    open_facts = {key: 1.0 for key in number.open_facts or ("counts",)} if held is None else {}
    return Finding(held, looked_at, open_facts, (f"{number} {whom} in {scope_words(places)}",))


def _affected(expression: Expression, situation: Situation) -> Finding:
    words = expression["affected"]
    places = (
        None
        if words == "anywhere"
        else places_named([words] if isinstance(words, str) else words, situation.places)
    )
    number = situation.index.people(places, None)
    return _people(number.at_least(1), number, places, data=False)


def _count(expression: Expression, situation: Situation) -> Finding:
    test = expression["count"]
    places = _scope(test, situation)
    number = situation.index.people(places, situation.data)
    enough, open_body = _enough(number, test, situation)
    above = number.at_least(test["max"] + 1) if "max" in test else False
    held = False if enough is False or above is True else None if enough is None or above is None else True
    found = _people(held, number, places, data=situation.data is not None)
    return replace(found, open_facts={"capacities": 1.0}) if held is None and open_body else found


def _enough(number: Range, test: Expression, situation: Situation) -> tuple[Truth, bool]:
    """Whether the smallest number is reached; some bodies have another, so it may be open which one we are."""
    usual, exceptions = test.get("min", 1), test.get("exceptions") or {}
    if not exceptions:
        return number.at_least(usual), False
    bodies = situation.facts.known_set("capacities")
    if bodies is not None:
        return number.at_least(min([exceptions[one] for one in bodies & set(exceptions)] or [usual])), False
    answers = {number.at_least(one) for one in (usual, *exceptions.values())}
    return (answers.pop(), False) if len(answers) == 1 else (None, None not in answers)


def _elements(expression: Expression, situation: Situation) -> Finding:
    test = expression["elements"]
    places = _scope(test, situation)
    wanted = {"standalone": test.get("any_of", ()), "categories": test.get("categories", ())}
    number = situation.index.people(places, wanted)
    return _people(number.at_least(1), number, places, data=True)


def _established(expression: Expression, situation: Situation) -> Finding:
    """Established in one of the places, or in exactly `exactly` countries of them."""
    places = places_named([expression["established"]], situation.places)
    known = situation.facts.known_set("establishments")
    if known is None:
        main = _main_established({"main_established": expression["established"]}, situation)
        if main.held and "exactly" not in expression:
            return main
        return Finding(None, ("establishments",), {"establishments": 1.0}, ("Establishments: not known",))
    there = sorted(place for place in known if inside(place, places))
    held = len(there) == expression["exactly"] if "exactly" in expression else bool(there)
    text = f"Establishments in {scope_words(places)}: {', '.join(there) or 'none'}"
    return Finding(held, ("establishments",), {}, (text,))


def _main_established(expression: Expression, situation: Situation) -> Finding:
    places = places_named([expression["main_established"]], situation.places)
    main = situation.facts.value("main_establishment")
    if not isinstance(main, str):
        return Finding(
            None, ("main_establishment",), {"main_establishment": 1.0}, ("Main establishment: not known",)
        )
    return Finding(bool(inside(main, places)), ("main_establishment",), {}, (f"Main establishment: {main}",))


def _concerned(expression: Expression, situation: Situation) -> Finding:
    """Data processed in the context of an establishment there; the main establishment counts as concerned."""
    places = places_named([expression["concerned"]], situation.places)
    where = scope_words(places)
    known = situation.facts.known_set("establishments_concerned")
    if known is not None:
        held = any(inside(place, places) for place in known)
        return Finding(
            held,
            ("establishments_concerned",),
            {},
            (f"Establishments concerned: {', '.join(sorted(known))}",),
        )
    main = _main_established({"main_established": expression["concerned"]}, situation)
    if main.held:
        return main
    there = _established({"established": expression["concerned"]}, situation)
    if there.held is False:
        return there
    open_fact = "establishments" if there.held is None else "establishments_concerned"
    text = f"Whether an establishment in {where} is concerned: not known"
    return Finding(None, (open_fact,), {open_fact: 1.0}, (text,))


def _judgement(expression: Expression, situation: Situation) -> Finding:
    """What only a person can say: open until somebody has said it for this rule."""
    text = expression["judgement"]
    key = judgement_key(situation.rule_id, expression)
    held = situation.facts.judgements.get(key)
    if held is None:
        return Finding(None, (key,), {key: 1.0}, (f"{FOR_A_PERSON}{text}",))
    return Finding(held, (key,), {}, (f"Judged: {text}: {in_words('role', held)}",))


def judgement_key(rule_id: str, expression: Expression) -> str:
    """The fact that answers a judgement of a rule."""
    return f"judged.{rule_id}/{expression.get('as') or slug(expression['judgement'])}"


def slug(text: str) -> str:
    """A text as part of a key."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-")


_OPERATORS: dict[str, Callable[[Expression, Situation], Finding]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "unknown": _unknown_fact,
    "fact": _fact,
    "event": _event,
    "filed": _filed,
    "affected": _affected,
    "count": _count,
    "elements": _elements,
    "established": _established,
    "main_established": _main_established,
    "concerned": _concerned,
    "judgement": _judgement,
}
OPERATORS = frozenset(_OPERATORS)
