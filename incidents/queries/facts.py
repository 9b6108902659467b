"""What is known of an incident now, and as the law reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation
from incidents.models import AffectedCount, EventTime, Fact, Incident
from incidents.models.facts import Basis, FactState
from incidents.models.incident import OwnRole
from incidents.queries.delays import law_holds
from incidents.queries.judgements import judgements_of_law
from law.facts import BreachFacts
from law.vocabulary import EEA, FACT_KEYS


def current_times(incident: Incident) -> list[EventTime]:
    """The instants that stand, earliest first."""
    return list(incident.event_times.filter(superseded_at=None).select_related("signed_by"))


def current_facts(incident: Incident) -> dict[str, Fact]:
    """The facts that stand, by key; a key that is missing was never asked."""
    return {fact.key: fact for fact in incident.facts.filter(superseded_at=None).select_related("by")}


def current_counts(incident: Incident) -> list[AffectedCount]:
    """The counts that stand, largest first."""
    return list(incident.counts.filter(superseded_at=None).select_related("by"))


def total_affected(counts: Iterable[AffectedCount]) -> tuple[int, bool]:
    """How many people, and whether all of that is confirmed; estimates count where they exceed it."""
    rows = _law_counts(list(counts))
    return sum(row["number"] for row in rows), bool(rows) and all(row["confirmed"] for row in rows)


@dataclass(frozen=True)
class PlaceCount:
    """All counts of one place: their sum as the law reads it, and the lines it is made of."""

    place: str
    number: int
    lines: list[AffectedCount]

    @property
    def confirmed(self) -> int:
        return sum(one.number for one in self.lines if one.basis == Basis.CONFIRMED)

    @property
    def estimated(self) -> int:
        """What an estimate adds to the confirmed number."""
        return self.number - self.confirmed

    @property
    def elements(self) -> list[str]:
        return sorted({element for one in self.lines for element in one.elements})

    @property
    def latest(self) -> AffectedCount:
        return max(self.lines, key=lambda one: one.at)


def counts_by_place(counts: Iterable[AffectedCount]) -> list[PlaceCount]:
    """One entry a place, the largest first; its lines the largest first."""
    lines: dict[str, list[AffectedCount]] = defaultdict(list)
    for count in sorted(counts, key=lambda one: (-one.number, one.basis, one.elements)):
        lines[count.place].append(count)
    found = [PlaceCount(place, total_affected(ours)[0], ours) for place, ours in lines.items()]
    return sorted(found, key=lambda one: (-one.number, one.place))


def breach_facts(incident: Incident) -> BreachFacts:
    """All that rules may look at. What is disputed counts as unknown, so no duty falls away by it."""
    values = _organisation_values(incident)
    for key, fact in current_facts(incident).items():
        if key not in FACT_KEYS:
            continue
        if fact.state == FactState.KNOWN:
            values[key] = fact.value
        elif fact.state == FactState.NOT_APPLICABLE and FACT_KEYS[key].type in ("bool", "list"):
            values[key] = False if FACT_KEYS[key].type == "bool" else []
        else:
            values.pop(key, None)
    return BreachFacts.from_dict(
        {
            "facts": values,
            "events": {time.kind: time.at.isoformat() for time in current_times(incident)},
            "counts": _law_counts(current_counts(incident)),
            "filings": {
                key: at.isoformat()
                for key, at in incident.obligations.exclude(met_at=None).values_list("key", "met_at")
                if at
            },
            "holds": law_holds(incident),
            "judgements": judgements_of_law(incident),
        }
    )


def _organisation_values(incident: Incident) -> dict[str, Any]:
    """What follows from who we are; a fact of the incident wins over it."""
    organisation = Organisation.current()
    values = standing_values(organisation)
    if incident.own_role != OwnRole.UNKNOWN:
        values["role"] = incident.own_role
    return values


def standing_values(organisation: Organisation) -> dict[str, Any]:
    """Facts that hold in every incident: what was stated, and what follows from where we are established."""
    values = dict(organisation.standing_facts)
    establishments = list(organisation.establishments.all()) if organisation.pk else []
    if not establishments:
        return values
    values["establishments"] = [one.place for one in establishments]
    main = next((one.place for one in establishments if one.main), "")
    if main[:2] in EEA:
        values["main_establishment"] = main
    elif not any(one.place[:2] in EEA for one in establishments):
        # GDPR Art. 4(16): without an establishment in the Union there is no main one, and no lead (Art. 56).
        values["main_establishment"] = "none"
    return values


def _law_counts(counts: list[AffectedCount]) -> list[dict[str, Any]]:
    """Confirmed numbers, and of each place's estimate only what exceeds them.

    A first list of a place is often a part of it; until a person drops the estimate, the rest still counts.
    """
    confirmed: dict[str, int] = defaultdict(int)
    for count in counts:
        if count.basis == Basis.CONFIRMED:
            confirmed[count.place] += count.number
    rows = []
    for count in counts:
        number = count.number
        if count.basis == Basis.ESTIMATE:
            covered = min(number, confirmed[count.place])
            confirmed[count.place] -= covered
            number -= covered
        if number:
            rows.append(
                {
                    "place": count.place,
                    "number": number,
                    "elements": list(count.elements) or None,
                    "confirmed": count.basis == Basis.CONFIRMED,
                }
            )
    return rows
