"""Facts for tests, told shortly."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from law.duties import Duty, duties_for
from law.facts import BreachFacts, PlaceCount
from law.pack import Pack, load_pack

PERSON = frozenset({"name", "email"})
CONTROLLER: dict[str, Any] = {
    "role": "controller",
    "establishments": (),
    "main_establishment": "none",
    "hipaa_role": "none",
    "breach_kinds": ("confidentiality",),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)  # a Tuesday


def people(place: str, number: int | None, *elements: str, confirmed: bool = True) -> PlaceCount:
    return PlaceCount(place, number, frozenset(elements) or PERSON, confirmed)


def facts(
    *counts: PlaceCount,
    events: Mapping[str, datetime] | None = None,
    filings: Mapping[str, datetime] | None = None,
    forget: tuple[str, ...] = (),
    **values: Any,
) -> BreachFacts:
    """A controller outside every place, aware at NOON, unless told otherwise; `forget` makes facts unknown."""
    known = {key: value for key, value in {**CONTROLLER, **values}.items() if key not in forget}
    return BreachFacts(known, {"aware": NOON} if events is None else events, counts, filings or {})


def duties(given: BreachFacts, rule: str = "") -> dict[str, Duty]:
    return {duty.key: duty for duty in duties_for(given, load_pack()) if duty.key.startswith(rule)}


def askable(pack: Pack) -> set[str]:
    """Rules that are law today and ask something of more than a few."""
    return {
        rule.id
        for rule in pack.rules
        if rule["status"] in ("in_force", "partly_effective", "voluntary")
        and not all(duty.get("quiet") for duty in rule["duties"])
    }


def answers(given: BreachFacts, rule: str) -> dict[str, str]:
    """Answers by the duty's name within its rule."""
    return {key.removeprefix(f"{rule}/"): duty.answer for key, duty in duties(given, f"{rule}/").items()}
