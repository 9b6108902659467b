"""Facts of a scenario: the organisation as it stands, the people of the profile, and what is said to have happened."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Organisation
from incidents.queries.facts import standing_values
from insights.models import ExposureProfile
from insights.scenarios import LARGEST, OWN, Scenario
from law.facts import BreachFacts, instant_text


@dataclass(frozen=True)
class Given:
    """A scenario as it is asked: what a person may say otherwise than it is written."""

    scenario: Scenario
    aware_at: datetime
    number: int | None = None  # None: as the scenario says
    encrypted: bool | None = None  # None: as the scenario says


@dataclass(frozen=True)
class Exposed:
    """The facts of a scenario for us, and which of its kinds of data the profile says that we do not hold."""

    facts: BreachFacts
    people: Mapping[str, int]
    elements: tuple[str, ...]
    not_held: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.people.values())


def exposed(given: Given, profile: ExposureProfile, organisation: Organisation) -> Exposed:
    """The facts of a scenario, read as the engine reads those of an incident."""
    elements, not_held = _elements(given.scenario, profile)
    people = _people(given, profile)
    facts: dict[str, Any] = {**standing_values(organisation), **given.scenario.facts}
    if given.encrypted is not None:
        facts |= {"encrypted": given.encrypted, "key_safe": given.encrypted}
    counts = [
        {"place": place, "number": number, "elements": sorted(elements), "confirmed": False}
        for place, number in sorted(people.items())
    ]
    times = {
        kind: instant_text(given.aware_at + timedelta(hours=hours))
        for kind, hours in given.scenario.times.items()
    }
    known = {key: value for key, value in facts.items() if value is not None} | {"elements": sorted(elements)}
    read = BreachFacts.from_dict({"facts": known, "events": times, "counts": counts})
    return Exposed(read, people, elements, not_held)


def _elements(scenario: Scenario, profile: ExposureProfile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kinds of data concerned. Kinds that we do not hold are left out, unless that would leave none."""
    if scenario.elements is None:
        return tuple(profile.elements), ()
    if not profile.elements or scenario.id == OWN:
        return scenario.elements, ()
    held = tuple(one for one in scenario.elements if one in profile.elements)
    return held or scenario.elements, tuple(one for one in scenario.elements if one not in profile.elements)


def _people(given: Given, profile: ExposureProfile) -> dict[str, int]:
    """How many people of each place; a number is spread over the places, or all in the largest."""
    everybody = {place: number for place, number in profile.people.items() if number}
    if not everybody:
        return {}
    number = given.number if given.number is not None else given.scenario.number
    if given.number is None and given.scenario.share is not None:
        return {place: math.ceil(count * given.scenario.share) for place, count in everybody.items()}
    if given.scenario.where == LARGEST:
        return {max(sorted(everybody), key=lambda place: everybody[place]): number}
    total = sum(everybody.values())
    spread = {place: max(1, count * number // total) for place, count in everybody.items()}
    largest = max(sorted(everybody), key=lambda place: everybody[place])
    spread[largest] += max(0, number - sum(spread.values()))  # what rounding left over
    return spread
