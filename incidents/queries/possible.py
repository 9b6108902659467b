"""Laws that nothing known ties to an incident yet: what would tie them, told in one calm list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from incidents import places
from incidents.models import Incident
from incidents.queries.facts import breach_facts
from incidents.queries.law import law_now
from law.duties import Duty
from law.missing import ToFindOut, still_to_find_out

MOST_QUESTIONS: Final = 3
SMALLEST_SHARE: Final = 0.1  # a question that settles less than that of what is open is not put first


@dataclass(frozen=True)
class PossibleLaw:
    """One law that may apply, and what would bring it into play."""

    title: str
    place: str
    citation: str
    tie: str
    duties: int


@dataclass(frozen=True)
class Region:
    name: str
    laws: list[PossibleLaw]


@dataclass(frozen=True)
class Possible:
    """Laws that may apply by region, and the questions that settle most of them."""

    regions: list[Region]
    questions: list[ToFindOut]

    @property
    def laws(self) -> int:
        return sum(len(region.laws) for region in self.regions)


def possible_laws(incident: Incident) -> Possible:
    """What may apply once more is known of an incident; nothing where the law is not asked any more."""
    if incident.historic or incident.merged_into_id or incident.is_settled:
        return Possible([], [])
    duties = [
        duty
        for duty in law_now().possible_duties(breach_facts(incident))
        if duty.answer == "undecided" and duty.binding
    ]
    return Possible(_regions(duties), _questions(duties))


def _regions(duties: list[Duty]) -> list[Region]:
    by_law: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties:
        by_law[duty.rule_id].append(duty)
    regions: dict[str, list[PossibleLaw]] = defaultdict(list)
    for ours in by_law.values():
        first = ours[0]
        tie = first.trace[0].text if first.trace else ""
        law = PossibleLaw(first.regime, first.place, first.citation, tie, len(ours))
        regions[places.region_name(first.place)].append(law)
    return [
        Region(name, sorted(laws, key=lambda one: (places.place_name(one.place), one.title)))
        for name, laws in sorted(regions.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]


def _questions(duties: list[Duty]) -> list[ToFindOut]:
    found = still_to_find_out(duties)[:MOST_QUESTIONS]
    return [one for one in found if one is found[0] or one.duties >= SMALLEST_SHARE * len(duties)]
