"""Systems of an incident, and what the register proposes for its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404

from incidents.models import Fact, Incident, PickedSystem
from incidents.queries.facts import counts_by_place, current_counts, current_facts
from law.vocabulary import DATA_ELEMENTS
from policies.models import System

ELEMENTS: Final = "elements"
PEOPLE: Final = "people"


@dataclass(frozen=True)
class Proposal:
    """What the register would add to the facts; a person accepts it or says that it is not so here."""

    what: str  # ELEMENTS or PEOPLE
    value: Any  # keys of kinds of data, or places with numbers

    @property
    def words(self) -> str:
        if self.what == ELEMENTS:
            return "Kinds of data: " + ", ".join(DATA_ELEMENTS[key].label for key in self.value)
        people = ", ".join(f"{place} {number:,}" for place, number in list(self.value.items())[:6])
        more = f" and {len(self.value) - 6} more places" if len(self.value) > 6 else ""
        return f"At most {sum(self.value.values()):,} people: {people}{more}"


@dataclass(frozen=True)
class Picked:
    row: PickedSystem
    proposals: list[Proposal]


def picked_systems(incident: Incident) -> list[Picked]:
    """Systems that were picked, with what the register still proposes."""
    rows = list(incident.picked_systems.select_related("system__owner", "by"))
    if not rows:
        return []
    facts = current_facts(incident)
    here = {one.place: one.number for one in counts_by_place(current_counts(incident))}
    return [Picked(row, _proposals(row, facts, here)) for row in rows]


def _proposals(row: PickedSystem, facts: Mapping[str, Fact], here: Mapping[str, int]) -> list[Proposal]:
    found = []
    missing = missing_elements(row.system, facts)
    if missing and not row.elements:
        found.append(Proposal(ELEMENTS, missing))
    more = {place: number for place, number in row.system.people.items() if number > here.get(place, 0)}
    if more and not row.people:
        found.append(Proposal(PEOPLE, more))
    return found


def missing_elements(system: System, facts: Mapping[str, Fact]) -> list[str]:
    """Kinds of data that the system holds and the incident does not name."""
    known = facts.get("elements")
    named = set(known.value or []) if known is not None and known.state == "known" else set()
    return [key for key in system.elements if key not in named and key in DATA_ELEMENTS]


def systems_to_pick(incident: Incident) -> QuerySet[System]:
    """Systems in use that were not picked yet."""
    taken = incident.picked_systems.values("system")
    return System.objects.filter(retired_at=None).exclude(pk__in=taken)


def picked_for(incident: Incident, pk: int) -> PickedSystem:
    found = incident.picked_systems.select_related("incident", "system").filter(pk=pk).first()
    if found is None:
        raise Http404("No such system on this incident.")
    return found
