"""Who acts when no user does, and the names of streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ORGANISATION: Final = "organisation"


@dataclass(frozen=True)
class Actor:
    """Somebody who acts without an account."""

    label: str
    pk: None = None

    def __str__(self) -> str:
        return self.label


SYSTEM: Final = Actor("Forthright")
PUBLIC: Final = Actor("A member of the public")
