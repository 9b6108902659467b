"""Conditions as data, answered yes, no or unknown.

An expression is a mapping with one operator: `all`, `any`, `not`, `fact` (with `is`, `in`, `includes_any` or
`at_least`), `unknown`, `event`, `filed`, `affected`, `count`, `elements`, `established`, `main_established`,
`concerned`, `judgement`. It is made ready once, as a `Test`; what is worked out then is not worked out at each answer.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from law.counts import DataTest, Range, inside, places_named
from law.duty import Truth
from law.facts import UNKNOWN
from law.findings import (
    FACTS,
    PLACE,
    PLACES,
    RULE,
    Expression,
    Finding,
    Situation,
    Test,
    all_of,
    conjunction,
    disjunction,
)
from law.vocabulary import EEA, EVENT_KINDS, FACT_KEYS, IMPLIED_BY, RISK_TIERS, allowed_values

FOR_A_PERSON: Final = "For a person to judge: "
HERE: Final = "here"  # the rule's own places
# Equal expressions of many rules are one test, which one evaluation asks once.
once = lru_cache(maxsize=8192)


class UnknownOperator(ValueError):
    """An expression in a rule uses a word that the engine does not know."""


def evaluate(expression: Expression, situation: Situation) -> Finding:
    """Answer an expression on the facts; the conditions that duties share are answered once."""
    known = situation.ready.get(id(expression))
    if known is None:
        known = situation.ready[id(expression)] = (expression, test_of(expression))
    return situation.answer(known[1])


def test_of(expression: Expression) -> Test:
    """The expression made ready to be asked."""
    for word in expression:
        if word in _OPERATORS:
            return _OPERATORS[word](expression)
    raise UnknownOperator(f"No operator among {sorted(expression)}")


def _all(expression: Expression) -> Test:
    return _joined("all", tuple(test_of(part) for part in expression["all"]))


def _any(expression: Expression) -> Test:
    return _joined("any", tuple(test_of(part) for part in expression["any"]))


@once
def _joined(word: str, tests: tuple[Test, ...]) -> Test:
    if len(tests) == 1:
        return tests[0]
    merge = conjunction if word == "all" else disjunction
    return Test(
        lambda situation: merge([situation.answer(test) for test in tests]),
        max((test.width for test in tests), default=FACTS),
    )


def _not(expression: Expression) -> Test:
    return _turned(test_of(expression["not"]))


@once
def _turned(test: Test) -> Test:
    def ask(situation: Situation) -> Finding:
        inner = situation.answer(test)
        held = None if inner.held is None else not inner.held
        return Finding(held, lambda: inner.looked_at, inner.open_facts, lambda: inner.found)

    return Test(ask, test.width)


@once
def _is_unknown(key: str) -> Test:
    return Test(lambda situation: Finding(situation.facts.value(key) is UNKNOWN, (key,)), FACTS)


def _fact(expression: Expression) -> Test:
    for word in ("is", "in", "includes_any", "at_least"):
        if word in expression:
            given = expression[word]
            return _of_fact(expression["fact"], word, tuple(given) if isinstance(given, list) else given)
    return _of_fact(expression["fact"], "", None)


@once
def _of_fact(key: str, word: str, given: Any) -> Test:
    label = FACT_KEYS[key].label
    not_known = Finding(None, (key,), {key: 1.0}, (f"{label}: not known",))

    def ask(situation: Situation) -> Finding:
        value = situation.facts.value(key)
        if value is UNKNOWN:
            return not_known
        return Finding(
            _matches(word, given, value), (key,), found=lambda: (f"{label}: {in_words(key, value)}",)
        )

    return Test(ask, FACTS)


def _matches(word: str, given: Any, value: object) -> bool:
    if word == "is":
        return bool(value == given)
    if word == "in":
        return value in given
    if word == "includes_any":
        return isinstance(value, tuple) and not set(value).isdisjoint(given)
    if isinstance(value, int) and not isinstance(value, bool):
        return value >= int(1 if word == "" else given)
    if word == "at_least":
        tiers = list(RISK_TIERS)
        return tiers.index(str(value)) >= tiers.index(given)
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


@once
def _recorded(kind: str, or_implied: bool) -> Test:
    key = f"events.{kind}"
    kinds = (kind, *IMPLIED_BY.get(kind, ())) if or_implied else (kind,)
    recorded = Finding(True, (key,), found=(f"{EVENT_KINDS[kind]}: recorded",))
    not_recorded = Finding(None, (key,), {key: 1.0}, (f"{EVENT_KINDS[kind]}: not recorded",))

    def ask(situation: Situation) -> Finding:
        return recorded if any(one in situation.facts.events for one in kinds) else not_recorded

    return Test(ask, FACTS)


@once
def _was_filed(duty: str) -> Test:
    return Test(lambda situation: Finding(bool(filings_of(situation, duty)), ("filings",)), RULE)


def filings_of(situation: Situation, duty: str) -> list[str]:
    """Keys of filings already made for a duty of this rule (`authority`) or of another (`rule/authority`)."""
    if not situation.facts.filings:
        return []
    stem = duty if "/" in duty else f"{situation.rule_id}/{duty}"
    return [key for key in situation.facts.filings if key == stem or key.startswith((f"{stem}@", f"{stem}#"))]


# People and places


def _width(words: Iterable[str]) -> int:
    return PLACES if HERE in words else FACTS


@lru_cache(maxsize=2048)
def scope_words(places: frozenset[str] | None) -> str:
    """Places in words."""
    if places is None:
        return "all places"
    return "the EEA" if places == EEA else ", ".join(sorted(places))


def _people(held: Truth, number: Range, places: frozenset[str] | None, data: bool) -> Finding:
    whom = "people with such data" if data else "people affected"
    looked_at = ("counts", "elements") if data else ("counts",)
    open_facts = dict.fromkeys(number.open_facts or ("counts",), 1.0) if held is None else None
    return Finding(held, looked_at, open_facts, lambda: (f"{number} {whom} in {scope_words(places)}",))


def _affected(expression: Expression) -> Test:
    words = expression["affected"]
    if words == "anywhere":
        return _any_affected(None)
    return _any_affected((words,) if isinstance(words, str) else tuple(words))


@once
def _any_affected(words: tuple[str, ...] | None) -> Test:
    def ask(situation: Situation) -> Finding:
        places = None if words is None else places_named(words, situation.places)
        number = situation.index.people(places, None)
        return _people(number.at_least(1), number, places, data=False)

    return Test(ask, _width(words or ()))


def _scope(test: Expression) -> tuple[Callable[[Situation], frozenset[str] | None], int]:
    """How to tell the places meant by the `scope` of a count: rule (default), place, anywhere, or codes."""
    scope = test.get("scope", "rule")
    if scope == "anywhere":
        return lambda situation: None, FACTS
    if scope == "place":
        return lambda situation: frozenset({situation.place}), PLACE
    if scope == "rule":
        return lambda situation: situation.places, PLACES
    words = tuple(scope)
    return lambda situation: places_named(words, situation.places), _width(words)


def _count(expression: Expression) -> Test:
    test = expression["count"]
    places_of, width = _scope(test)

    def ask(situation: Situation) -> Finding:
        places = places_of(situation)
        number = situation.index.people(places, situation.data)
        enough, open_body = _enough(number, test, situation)
        above = number.at_least(test["max"] + 1) if "max" in test else False
        held = all_of((enough, None if above is None else not above))
        found = _people(held, number, places, data=situation.data is not None)
        if held is None and open_body:
            found.open_facts = {"capacities": 1.0}
        return found

    return Test(ask, max(width, RULE))  # the rule's data test counts


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


def _elements(expression: Expression) -> Test:
    test = expression["elements"]
    places_of, width = _scope(test)
    wanted = DataTest(frozenset(test.get("any_of", ())), frozenset(test.get("categories", ())))

    def ask(situation: Situation) -> Finding:
        places = places_of(situation)
        number = situation.index.people(places, wanted)
        return _people(number.at_least(1), number, places, data=True)

    return Test(ask, width)


# Establishments


@once
def _established_in(word: str, exactly: int | None) -> Test:
    return Test(lambda situation: _establishments(word, exactly, situation), _width((word,)))


def _establishments(word: str, exactly: int | None, situation: Situation) -> Finding:
    """Established in one of the places, or in exactly so many countries of them."""
    places = places_named([word], situation.places)
    known = situation.facts.known_set("establishments")
    if known is None:
        main = situation.answer(_main_in(word))
        if main.held and exactly is None:
            return main
        return Finding(None, ("establishments",), {"establishments": 1.0}, ("Establishments: not known",))
    there = [place for place in known if inside(place, places)]
    held = bool(there) if exactly is None else len(there) == exactly
    return Finding(
        held,
        ("establishments",),
        found=lambda: (f"Establishments in {scope_words(places)}: {', '.join(sorted(there)) or 'none'}",),
    )


@once
def _main_in(word: str) -> Test:
    key = "main_establishment"

    def ask(situation: Situation) -> Finding:
        main = situation.facts.value(key)
        if not isinstance(main, str):
            return Finding(None, (key,), {key: 1.0}, ("Main establishment: not known",))
        there = bool(inside(main, places_named([word], situation.places)))
        return Finding(there, (key,), found=(f"Main establishment: {main}",))

    return Test(ask, _width((word,)))


@once
def _concerned_in(word: str) -> Test:
    return Test(lambda situation: _establishments_concerned(word, situation), _width((word,)))


def _establishments_concerned(word: str, situation: Situation) -> Finding:
    """Data processed in the context of an establishment there; the main establishment counts as concerned."""
    key = "establishments_concerned"
    places = places_named([word], situation.places)
    known = situation.facts.known_set(key)
    if known is not None:
        held = any(inside(place, places) for place in known)
        named = ", ".join(sorted(known))
        return Finding(held, (key,), found=(f"Establishments concerned: {named}",))
    main = situation.answer(_main_in(word))
    if main.held:
        return main
    there = situation.answer(_established_in(word, None))
    if there.held is False:
        return there
    open_fact = "establishments" if there.held is None else key
    text = f"Whether an establishment in {scope_words(places)} is concerned: not known"
    return Finding(None, (open_fact,), {open_fact: 1.0}, (text,))


# What a person judges


def _judgement(expression: Expression) -> Test:
    """What only a person can say: open until somebody has said it for this rule."""
    return _judged(judgement_name(expression), expression["judgement"])


@once
def _judged(name: str, text: str) -> Test:
    def ask(situation: Situation) -> Finding:
        key = f"judged.{situation.rule_id}/{name}"
        held = situation.facts.judgements.get(key)
        if held is None:
            return Finding(None, (key,), {key: 1.0}, (f"{FOR_A_PERSON}{text}",))
        return Finding(held, (key,), found=(f"Judged: {text}: {in_words('role', held)}",))

    return Test(ask, RULE)


def judgement_key(rule_id: str, expression: Expression) -> str:
    """The fact that answers a judgement of a rule."""
    return f"judged.{rule_id}/{judgement_name(expression)}"


def judgement_name(expression: Expression) -> str:
    """What a judgement is called within its rule."""
    return str(expression.get("as") or slug(expression["judgement"]))


def slug(text: str) -> str:
    """A text as part of a key."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-")


_OPERATORS: dict[str, Callable[[Expression], Test]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "unknown": lambda one: _is_unknown(one["unknown"]),
    "fact": _fact,
    "event": lambda one: _recorded(one["event"], bool(one.get("or_implied"))),
    "filed": lambda one: _was_filed(one["filed"]),
    "affected": _affected,
    "count": _count,
    "elements": _elements,
    "established": lambda one: _established_in(one["established"], one.get("exactly")),
    "main_established": lambda one: _main_in(one["main_established"]),
    "concerned": lambda one: _concerned_in(one["concerned"]),
    "judgement": _judgement,
}
OPERATORS = frozenset(_OPERATORS)
