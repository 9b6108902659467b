"""How many people, told as a range: places and kinds of data may be known only in part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from law.duty import Truth
from law.facts import UNKNOWN, BreachFacts
from law.vocabulary import DATA_ELEMENTS, EEA, ELEMENT_IMPLIES, IDENTIFIERS


class Range(NamedTuple):
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


@lru_cache(maxsize=4096)
def _named(words: tuple[str, ...], own: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for word in words:
        found |= own if word == "here" else EEA if word == "eea" else {word}
    return frozenset(found)


def places_named(words: Iterable[str], own: frozenset[str]) -> frozenset[str]:
    """Codes meant by `here` (the rule's own places), `eea`, or codes themselves."""
    return _named(tuple(words), own)


@lru_cache(maxsize=4096)
def countries_of_parts(places: frozenset[str]) -> frozenset[str]:
    """Countries of which only parts are among the places."""
    return frozenset(place.partition("-")[0] for place in places if "-" in place)


def with_countries(places: Iterable[str]) -> frozenset[str]:
    """Places with the countries that they are parts of: one of them lies inside others just when both share a code."""
    return frozenset(code for place in places for code in (place, place.partition("-")[0]))


def inside(place: str, places: frozenset[str]) -> Truth:
    """Whether a place lies in one of the places; None when it is the country of a part that is meant."""
    if place in places or place.partition("-")[0] in places:
        return True
    return None if place in countries_of_parts(places) else False


@lru_cache(maxsize=4096)
def with_implied(elements: frozenset[str]) -> frozenset[str]:
    """The kinds of data together with those that they contain."""
    found: set[str] = set()
    queue = list(elements)
    while queue:
        element = queue.pop()
        if element not in found:
            found.add(element)
            queue.extend(ELEMENT_IMPLIES.get(element, ()))
    return frozenset(found)


@dataclass(frozen=True)
class DataTest:
    """Which kinds of data a rule is about: alone, by their category, or together with a name."""

    standalone: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    with_name: frozenset[str] = frozenset()
    name_rule: str = "none"

    @classmethod
    def of(cls, data: Mapping[str, Any] | None) -> "DataTest | None":
        """The test as a rule writes it; None where a rule is about any data."""
        if data is None:
            return None
        standalone, categories, with_name = (
            frozenset(data.get(key, ())) for key in ("standalone", "categories", "with_name")
        )
        return cls(standalone, categories, with_name, data.get("name_rule", "none"))


def meets(test: DataTest | None, elements: frozenset[str] | None) -> Truth:
    """Whether kinds of data meet a rule's data test (name rule, elements, stand-alone elements)."""
    if test is None:
        return True
    if elements is None:
        return None
    held = with_implied(elements)
    if not held.isdisjoint(test.standalone) or not _categories(held).isdisjoint(test.categories):
        return True
    return not held.isdisjoint(test.with_name) and _has_name(test.name_rule, held)


@lru_cache(maxsize=4096)
def _categories(elements: frozenset[str]) -> frozenset[str]:
    return frozenset(DATA_ELEMENTS[element].category for element in elements)


def _has_name(name_rule: str, held: frozenset[str]) -> bool:
    if name_rule == "none":
        return True
    return bool(held & IDENTIFIERS) if name_rule == "any_identifier" else "name" in held


class _Group(NamedTuple):
    """People of one place with the same kinds of data."""

    elements: frozenset[str] | None
    number: int | None
    confirmed: bool


class CountIndex:
    """The counts of a breach, by place: rules ask for the people of their own places and read no other row."""

    def __init__(self, facts: BreachFacts) -> None:
        self.facts = facts
        self.open = not_all_counted(facts)
        self.found_later = tuple((row.place, row.found_at) for row in facts.counts if row.found_at)
        self.places: dict[str, list[_Group]] = {}  # zero people name no place
        self.parts: dict[str, list[str]] = {}  # country to the parts of it that are counted
        self._memory: dict[tuple[frozenset[str] | None, DataTest | None], Range] = {}
        self._fits: dict[DataTest | None, dict[frozenset[str] | None, Truth]] = {}
        self._sets: set[frozenset[str] | None] = set()
        for (place, elements, confirmed), numbers in self._rows().items():
            if place not in self.places and "-" in place:
                self.parts.setdefault(place.partition("-")[0], []).append(place)
            self._sets.add(elements)
            for number in numbers:
                self.places.setdefault(place, []).append(_Group(elements, number, confirmed))

    def _rows(self) -> dict[tuple[str, frozenset[str] | None, bool], list[int | None]]:
        """Numbers by place, kinds of data and certainty: known ones added up, unknown ones beside them."""
        own = self.facts.known_set("elements")
        rows: dict[tuple[str, frozenset[str] | None, bool], list[int | None]] = {}
        for row in self.facts.counts:
            if row.number == 0:
                continue
            key = (row.place, row.elements if row.elements is not None else own, row.confirmed)
            numbers = rows.setdefault(key, [])
            if row.number is not None and numbers and numbers[-1] is not None:
                numbers[-1] += row.number
            else:
                numbers.append(row.number)
        return rows

    def people(self, places: frozenset[str] | None, data: DataTest | None) -> Range:
        """People in the places (None: anywhere) whose data meet the test."""
        known = self._memory.get((places, data))
        if known is None:
            known = self._memory[places, data] = self._counted(places, data)
        return known

    def _within(self, places: frozenset[str] | None) -> tuple[list[str], list[str]]:
        """Counted places that lie inside, and those that are the country of a part that is meant."""
        if places is None:
            return list(self.places), []
        sure: dict[str, None] = {}
        perhaps: dict[str, None] = {}
        for wanted in places:
            sure |= dict.fromkeys(self.parts.get(wanted, ()))
            if wanted in self.places:
                sure[wanted] = None
            if "-" in wanted:
                country = wanted.partition("-")[0]
                if country in self.places and country not in places:
                    perhaps[country] = None
        return list(sure), list(perhaps)

    def _met(self, data: DataTest | None) -> dict[frozenset[str] | None, Truth]:
        """Which sets of data meet the test: a breach has few of them, and they recur in all its places."""
        if data not in self._fits:
            self._fits[data] = {elements: meets(data, elements) for elements in self._sets}
        return self._fits[data]

    def _counted(self, places: frozenset[str] | None, data: DataTest | None) -> Range:
        met = self._met(data)
        least, most = 0, 0
        unbounded = estimated = False
        open_facts: dict[str, None] = {}
        sure, perhaps = self._within(places)
        for here, codes in ((True, sure), (None, perhaps)):
            for group in [group for code in codes for group in self.places[code]]:
                fits = met[group.elements]
                if fits is False:
                    continue
                if fits is None:
                    open_facts["elements"] = None
                if here is None or group.number is None:
                    open_facts["counts"] = None
                estimated = estimated or not group.confirmed
                if here and fits:
                    least += 1 if group.number is None else group.number
                most += group.number or 0
                unbounded = unbounded or group.number is None
        if self.open:
            unbounded = True
            open_facts["counts"] = None
        return Range(least, None if unbounded else most, estimated, tuple(open_facts))


def people(facts: BreachFacts, places: frozenset[str] | None, data: DataTest | None) -> Range:
    """People in the places (None: anywhere) whose data meet the test."""
    return CountIndex(facts).people(places, data)


def not_all_counted(facts: BreachFacts) -> bool:
    """Whether people in places not counted may yet turn up."""
    complete = facts.value("places_complete")
    if complete is UNKNOWN:
        return not facts.counts
    return not complete
