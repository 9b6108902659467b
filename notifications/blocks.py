"""Shared blocks: words kept in one place, inserted by name, chosen by a person's data and place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "block."
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Block:
    """One block in one language, as a notice holds it."""

    name: str
    body: str
    elements: frozenset[str] = frozenset()  # none: whatever was exposed
    places: frozenset[str] = frozenset()  # countries and subdivisions; none: wherever somebody lives
    version: int = 0  # none in this language
    title: str = ""
    approved: bool = True
    order: int = 50

    def is_for(self, elements: Iterable[str], place: str) -> bool:
        """Whether a person with these data and this place gets it."""
        if self.elements and self.elements.isdisjoint(elements):
            return False
        return not self.places or bool(narrowed(place, self.places))


def narrowed(place: str, places: Collection[str]) -> str:
    """The person's place as far as these places tell people apart: itself, its country, or nothing."""
    if place in places:
        return place
    country = place.partition("-")[0]
    return country if country in places else ""


def inserted(paths: Iterable[str]) -> frozenset[str]:
    """Names of blocks among the paths of fields."""
    return frozenset(path.removeprefix(PREFIX) for path in paths if path.startswith(PREFIX))


def chosen(
    blocks: Iterable[Block], names: Iterable[str], elements: Collection[str], place: str
) -> Mapping[str, tuple[Block, ...]]:
    """For each name the blocks this person gets, in their order; a name may have none."""
    standing = tuple(blocks)
    return {
        name: tuple(one for one in standing if one.name == name and one.is_for(elements, place))
        for name in names
    }
