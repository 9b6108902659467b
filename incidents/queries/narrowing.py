"""What a list is narrowed to: the parameters of its address, and nothing that the list does not offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import ClassVar, Final, Self

MOST_WORDS: Final = 200


def tidy(text: str) -> str:
    return " ".join(text.replace("\x00", "")[:MOST_WORDS].split())


@dataclass(frozen=True)
class Narrowing:
    """Base of what each list is narrowed to; an empty field is all."""

    offered: ClassVar[Mapping[str, Iterable[str]]] = {}
    frame: ClassVar[frozenset[str]] = frozenset()  # fields that hide no row

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """From a query string; what nobody offers counts as not given."""
        found = {one.name: tidy(given.get(one.name, "")) for one in fields(cls)}
        for name, among in cls.offered.items():
            if found[name] not in among:
                found[name] = ""
        return cls(**cls.folded(found))

    @classmethod
    def folded(cls, found: dict[str, str]) -> dict[str, str]:
        """The same in the one spelling that is compared."""
        return found

    @property
    def query(self) -> dict[str, str]:
        """What belongs into an address."""
        return {name: text for name, text in asdict(self).items() if text}

    @property
    def filters(self) -> dict[str, str]:
        """What hides rows."""
        return {name: text for name, text in self.query.items() if name not in self.frame}
