"""One fact that a rule may look at: its shape."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FactKey:
    """One fact: its key, its words and the values it may hold (`vocabulary` names the list of words)."""

    key: str
    label: str
    question: str
    type: str  # bool, enum, list, place, places, int
    vocabulary: str = ""  # name in `law.vocabulary` of the allowed values of enum and list
    help: str = ""
    group: str = "breach"  # organisation, breach, data, harm, notice


def bools(group: str, rows: Iterable[tuple[str, str, str, str]]) -> list[FactKey]:
    return [FactKey(key, label, question, "bool", "", hint, group) for key, label, question, hint in rows]
