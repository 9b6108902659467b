"""Who we are, as the law reads it, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Establishment, Organisation, User
from incidents.models import Incident
from incidents.permissions import visible_to
from incidents.places import place_name
from incidents.queries.facts import standing_values
from incidents.rules import STANDING_FACTS
from law.vocabulary import EEA, FACT_KEYS, FactKey


@dataclass(frozen=True)
class StandingFact:
    """One fact and what we said of it; `value` is None while it is not known."""

    key: FactKey
    value: Any


@dataclass(frozen=True)
class Standing:
    """The organisation with all that holds in every incident."""

    organisation: Organisation
    establishments: list[Establishment]
    facts: list[StandingFact]
    consequences: list[str]
    waiting: int  # incidents they may see whose obligations are about to be assessed again

    @property
    def known(self) -> int:
        return sum(1 for fact in self.facts if fact.value is not None)


def organisation_gaps() -> list[str]:
    """What must be said before the law can be asked rightly; empty once the organisation has a place."""
    if Establishment.objects.filter(organisation_id=1).exists():
        return []
    return ["Say where you are established: which law applies, and which authority leads, depends on it."]


def standing(user: User) -> Standing:
    """The organisation as the settings show it to this person."""
    organisation = Organisation.current()
    establishments = list(organisation.establishments.all())
    said = organisation.standing_facts
    return Standing(
        organisation=organisation,
        establishments=establishments,
        facts=[StandingFact(FACT_KEYS[key], said.get(key)) for key in STANDING_FACTS],
        consequences=_consequences(standing_values(organisation)),
        waiting=Incident.objects.stale().filter(pk__in=visible_to(user).values("pk")).count(),
    )


def _consequences(values: Mapping[str, Any]) -> list[str]:
    """What follows, in words; each sentence from one group of facts."""
    if "establishments" not in values:
        told = ["Nobody has said where you are established, so no authority can be named."]
    else:
        told = [_lead(values), *_representatives(values["establishments"])]
    if "places_served" not in values:
        told.append(
            "Until you say whom you serve, every law of every place is asked about in an incident whose people "
            "are not counted yet."
        )
    return told


def _lead(values: Mapping[str, Any]) -> str:
    """GDPR Art. 55 and 56."""
    main = values.get("main_establishment")
    if values.get("public_task"):
        return "As a public body you have no lead authority: that of your own state is competent (GDPR Art. 55(2))."
    if main == "none":
        return (
            "Without a main establishment in the EEA there is no lead authority: a breach is told to the authority of "
            "every member state where people are affected (GDPR Art. 55)."
        )
    if main is None:
        return (
            "You are established in the EEA, but no main establishment there is named: which one takes the decisions "
            "is asked in each incident, and no lead authority is named before."
        )
    return (
        f"Your main establishment in the EEA is in {place_name(main)}: its authority leads when people of several "
        "member states are affected, and you file there once (GDPR Art. 56)."
    )


def _representatives(places: list[str]) -> list[str]:
    """Where a law reaches us without an establishment, it asks for a representative."""
    told = []
    if not any(place[:2] in EEA for place in places):
        told.append(
            "Without any establishment in the EEA you may need a representative there (GDPR Art. 27)."
        )
    if not any(place[:2] == "GB" for place in places):
        told.append(
            "Without an establishment in the United Kingdom you may need a representative there (UK GDPR Art. 27)."
        )
    return told
