"""How many people, told as a range: places and kinds of data may be known only in part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from law.duty import Truth
from law.facts import UNKNOWN, BreachFacts, PlaceCount
from law.vocabulary import DATA_ELEMENTS, EEA, ELEMENT_IMPLIES, IDENTIFIERS


@dataclass(frozen=True)
class Range:
    """Between `least` and `most` people; `most` is None while nothing bounds it."""

    least: int
    most: int | None
    estimated: bool = False
    open_facts: tuple[str, ...] = ()  # what would narrow the range

    def at_least(self, number: int) -> Truth:
        """Whether there are at least so many people."""
        if self.least >= number:
            return True
        return None if self.most is None or self.most >= number else False

    def __str__(self) -> str:
        if self.most == self.least:
            number = f"{self.least:,}"
        elif self.most is None:
            number = f"{self.least:,} or more" if self.least else "unknown"
        else:
            number = f"{self.least:,} to {self.most:,}"
        return f"{number} (estimate)" if self.estimated else number


def places_named(words: Iterable[str], own: Iterable[str]) -> frozenset[str]:
    """Codes meant by `here` (the rule's own places), `eea`, or codes themselves."""
    named: set[str] = set()
    for word in words:
        named |= set(own) if word == "here" else EEA if word == "eea" else {word}
    return frozenset(named)


def inside(place: str, places: frozenset[str]) -> Truth:
    """Whether a place lies in one of the places; None when it is the country of a part that is meant."""
    if place in places or place.partition("-")[0] in places:
        return True
    return None if any(wanted.startswith(f"{place}-") for wanted in places) else False


def with_implied(elements: Iterable[str]) -> frozenset[str]:
    """The kinds of data together with those that they contain."""
    found: set[str] = set()
    queue = list(elements)
    while queue:
        element = queue.pop()
        if element not in found:
            found.add(element)
            queue.extend(ELEMENT_IMPLIES.get(element, ()))
    return frozenset(found)


def row_elements(facts: BreachFacts, row: PlaceCount) -> frozenset[str] | None:
    """Kinds of data of these people: their own, else those of the incident, else None."""
    return row.elements if row.elements is not None else facts.known_set("elements")


def meets(rule_data: Mapping[str, Any] | None, elements: frozenset[str] | None) -> Truth:
    """Whether kinds of data meet a rule's data test (name rule, elements, stand-alone elements)."""
    if rule_data is None:
        return True
    if elements is None:
        return None
    held = with_implied(elements)
    if held & set(rule_data.get("standalone", ())):
        return True
    categories = set(rule_data.get("categories", ()))
    if any(DATA_ELEMENTS[element].category in categories for element in held):
        return True
    listed = held & set(rule_data.get("with_name", ()))
    return bool(listed) and _named(rule_data.get("name_rule", "none"), held)


def _named(name_rule: str, held: frozenset[str]) -> bool:
    if name_rule == "none":
        return True
    return bool(held & IDENTIFIERS) if name_rule == "any_identifier" else "name" in held


def people(facts: BreachFacts, places: frozenset[str] | None, rule_data: Mapping[str, Any] | None) -> Range:
    """People in the places (None: anywhere) whose data meet the test."""
    least, most = 0, 0
    unbounded = estimated = False
    open_facts: dict[str, None] = {}
    for row in facts.counts:
        here = True if places is None else inside(row.place, places)
        fits = meets(rule_data, row_elements(facts, row))
        if here is False or fits is False or row.number == 0:
            continue
        open_facts |= {"elements": None} if fits is None else {}
        open_facts |= {"counts": None} if here is None or row.number is None else {}
        estimated = estimated or not row.confirmed
        if here and fits:
            least += 1 if row.number is None else row.number
        most += row.number or 0
        unbounded = unbounded or row.number is None
    if not_all_counted(facts):
        unbounded = True
        open_facts |= {"counts": None}
    return Range(least, None if unbounded else most, estimated, tuple(open_facts))


def not_all_counted(facts: BreachFacts) -> bool:
    """Whether people in places not counted may yet turn up."""
    complete = facts.value("places_complete")
    if complete is UNKNOWN:
        return not facts.counts
    return not complete
