"""How many messages a text message becomes, by the rules of GSM 03.38 and 03.40."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")  # each takes the room of two


@dataclass(frozen=True)
class Size:
    """A text message's length as networks count it."""

    units: int
    segments: int
    room: int  # units that fit into that many segments
    foreign: str = ""  # letters outside the basic alphabet, for which a segment holds 70 in place of 160

    @property
    def words(self) -> str:
        """As a page says it."""
        messages = "1 message" if self.segments == 1 else f"{self.segments} messages"
        why = (
            f"; {' '.join(self.foreign[:5])} cost room: a message holds 70 letters then"
            if self.foreign
            else ""
        )
        return f"{self.units} of {self.room} characters, {messages}{why}"


def measure(text: str) -> Size:
    """Characters and segments: 160 alone or 153 each in a row; 70 and 67 with letters outside the alphabet."""
    foreign = "".join(dict.fromkeys(letter for letter in text if letter not in _BASIC | _EXTENDED))
    if foreign:
        units, alone, each = len(text.encode("utf-16-be")) // 2, 70, 67
    else:
        units, alone, each = sum(2 if letter in _EXTENDED else 1 for letter in text), 160, 153
    segments = 1 if units <= alone else -(-units // each)
    return Size(units, segments, alone if segments == 1 else segments * each, foreign)
