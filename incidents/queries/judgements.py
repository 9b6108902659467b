"""Conditions that rules leave to a person: what they are in words, and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from incidents.models import Incident, Judgement
from incidents.queries.law import law_now
from law.conditions import slug
from law.missing import JUDGED
from law.pack import load_pack


@dataclass(frozen=True)
class Question:
    """One condition for a person to judge, and what stands."""

    key: str
    text: str
    standing: Judgement | None

    @property
    def held(self) -> bool | None:
        return self.standing.held if self.standing else None


def questions(incident: Incident) -> list[Question]:
    """What the rules asked of this incident leave to a person, the open ones first."""
    standing = {one.key: one for one in current_judgements(incident)}
    asked = {
        key
        for trace in incident.obligations.filter(met_at=None).values_list("trace", flat=True)
        for condition in trace
        for key in condition.get("facts", ())
        if key.startswith(JUDGED)
    }
    found = [Question(key, judgement_words(key), standing.get(key)) for key in sorted(asked | set(standing))]
    return sorted(found, key=lambda one: (one.held is not None, one.text))


def current_judgements(incident: Incident) -> list[Judgement]:
    """What stands."""
    return list(incident.judgements.filter(superseded_at=None).select_related("by"))


def judgements_of_law(incident: Incident) -> dict[str, bool]:
    """What stands, as rules read it."""
    standing = incident.judgements.filter(superseded_at=None).exclude(held=None)
    return {key: held for key, held in standing.values_list("key", "held") if held is not None}


@lru_cache(maxsize=2048)
def judgement_words(key: str) -> str:
    """A condition in the words of its rule; of a rule that is gone, what its key says."""
    rule_id, _, name = key.removeprefix(JUDGED).partition("/")
    of_law = next((rule for rule in load_pack().rules if rule.id == rule_id), None)
    rule = of_law or law_now().rules.get(rule_id)
    for text, said in judgements_in(rule.data) if rule else ():
        if name == said:
            return text
    return name.replace("-", " ")


def judgements_in(data: Any) -> Iterator[tuple[str, str]]:
    """Every judgement that a rule's data holds: its text and its name."""
    if isinstance(data, dict):
        if "judgement" in data:
            yield data["judgement"], data.get("as") or slug(data["judgement"])
        for part in data.values():
            yield from judgements_in(part)
    elif isinstance(data, list):
        for part in data:
            yield from judgements_in(part)
