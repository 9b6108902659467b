"""Stated scenarios as data: what happened to whom; what the law asks of it is for the engine alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).parent / "scenarios.yaml"
OWN: Final = "own"
HELD: Final = "held"
SPREAD, LARGEST = "spread", "largest"


@dataclass(frozen=True)
class Scenario:
    """What happened: to which share or number of people, with which kinds of data, on which facts."""

    id: str
    version: int
    title: str
    story: str
    assumed: tuple[str, ...] = ()
    share: float | None = 1.0  # of the people in the profile; None: `number` says how many
    number: int = 0
    where: str = SPREAD
    elements: tuple[str, ...] | None = None  # None: every kind that the profile holds
    facts: Mapping[str, Any] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)  # kind of event to hours from awareness

    @property
    def role(self) -> str:
        return str(self.facts.get("role", ""))


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def scenarios() -> Mapping[str, Scenario]:
    """All named scenarios by id, in the order in which they are shown."""
    return {row["id"]: _scenario(row) for row in _file()["scenarios"]}


def ways() -> dict[str, str]:
    """How a breach can happen, for a scenario of one's own."""
    return {row["id"]: row["label"] for row in _file()["ways"]}


def findings() -> tuple[str, ...]:
    """How grave a scenario of one's own may be taken to be."""
    return tuple(_file()["findings"])


def own(
    *,
    elements: tuple[str, ...],
    way: str,
    number: int | None = None,
    finding: str = "",
    role: str = "",
    encrypted: bool | None = None,
) -> Scenario:
    """A scenario of somebody's own; what is left empty is not known."""
    how = next(row for row in _file()["ways"] if row["id"] == way)
    found = _file()["findings"].get(finding, {})
    facts = {**_file()["facts"], **found, **how["facts"]}
    times = {kind: hours for kind, hours in _file()["times"].items() if found or kind != "harm_determined"}
    return Scenario(
        OWN,
        0,
        "Your own scenario",
        f"{how['label']}.",
        share=1.0 if number is None else None,
        number=number or 0,
        elements=elements,
        facts={**facts, "role": role or facts["role"], "encrypted": encrypted, "key_safe": encrypted},
        times=times,
    )


def _scenario(row: Mapping[str, Any]) -> Scenario:
    people, elements = row["people"], row["elements"]
    return Scenario(
        row["id"],
        row["version"],
        row["title"],
        row["story"],
        tuple(row.get("assumed", ())),
        people.get("share"),
        people.get("number", 0),
        people.get("where", SPREAD),
        None if elements == HELD else tuple(elements),
        {**_file()["facts"], **row.get("facts", {})},
        {**_file()["times"], **row.get("times", {})},
    )
