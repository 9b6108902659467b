"""What to find out for each kind of incident, as data; answers are facts, with state, source and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from law.fact_key import FactKey
from law.risk import signed_facts
from law.vocabulary import FACT_KEYS, allowed_values

FILE: Final = Path(__file__).parent / "questions.yaml"
GROUP: Final = "kind"
SIGNED: Final = signed_facts()  # told by signing a finding, never as an answer


@dataclass(frozen=True)
class Question(FactKey):
    """A question of our own, which no rule looks at; besides the types of the law `text` and `instant`."""

    words: Mapping[str, str] = field(default_factory=dict)  # what an `enum` may hold, with labels


@dataclass(frozen=True)
class Kind:
    """What one kind of incident asks."""

    questions: tuple[FactKey, ...] = ()
    platform: bool = False  # whether it is asked where it can be seen


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    """By kind of incident; one that is missing asks nothing of its own."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))["kinds"]
    return {
        name: Kind(tuple(_question(row) for row in kind["questions"]), bool(kind.get("platform")))
        for name, kind in told.items()
    }


def questions_of(violation: str) -> Kind:
    return kinds().get(violation, Kind())


@lru_cache(maxsize=1)
def own_questions() -> Mapping[str, Question]:
    """Every question of our own by its key."""
    return {one.key: one for kind in kinds().values() for one in kind.questions if isinstance(one, Question)}


def asked(key: str, violation: str = "") -> FactKey | None:
    """What a key asks, in the words of the kind of incident where that has its own; nothing for an unknown key."""
    for one in questions_of(violation).questions:
        if one.key == key:
            return one
    return FACT_KEYS.get(key) or own_questions().get(key)


def words_of(asked: FactKey) -> Mapping[str, str]:
    """The words that an answer chooses from, with labels."""
    return asked.words if isinstance(asked, Question) else allowed_values(asked.key)


def _question(row: Mapping[str, Any]) -> FactKey:
    if "fact" in row:
        told = {name: row[name] for name in ("question", "help") if name in row}
        return replace(FACT_KEYS[row["fact"]], **told)
    return Question(
        key=row["key"],
        label=row["label"],
        question=row["question"],
        type=row["type"],
        help=row.get("help", ""),
        group=GROUP,
        words=row.get("words", {}),
    )
