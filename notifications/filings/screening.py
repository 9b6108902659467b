"""A filing holds no personal data of those affected: what looks like it is found with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MAIL: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
# A run of digits with the signs that people put between them; not inside a word or an identifier.
DIGITS: Final = re.compile(r"(?<![\w.,/-])(?:\+|\()?\d[\d ()./\u00a0\u202f-]{5,}\d(?![\w-])")
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
GROUPED: Final = re.compile(r"\d{1,3}(?:[ ,.\u00a0\u202f]\d{3})+")
FEWEST_DIGITS: Final = 8
LEADING: Final = 7  # a leading + or 0 makes fewer digits a telephone number


@dataclass(frozen=True)
class Suspect:
    """Something in a text that looks like a person's contact or number, masked."""

    place: str
    excerpt: str
    kind: str

    def __str__(self) -> str:
        return f"{self.place}: “{self.excerpt}” looks like {self.kind}. Take it out."


def suspects(texts: Iterable[tuple[str, str]], *, allowed: frozenset[str] = frozenset()) -> list[Suspect]:
    """What to take out of these (place, text) pairs; `allowed` are contacts of the organisation itself."""
    known_numbers = {_digits(one) for one in allowed if "@" not in one} - {""}
    known_mails = {one.casefold() for one in allowed}
    found: list[Suspect] = []
    for place, text in texts:
        found += [
            Suspect(place, f"{mail[:1]}…@{mail.rpartition('@')[2]}", "an e-mail address")
            for mail in dict.fromkeys(MAIL.findall(text))
            if mail.casefold().rstrip(".") not in known_mails
        ]
        found += [
            Suspect(place, f"••• {number[-2:]}", "a telephone number or an identifier")
            for number in dict.fromkeys(_numbers(MAIL.sub(" ", text)))
            if _digits(number) not in known_numbers
        ]
    return found


def _numbers(text: str) -> Iterator[str]:
    for match in DIGITS.finditer(text):
        number = match.group().strip()
        if GROUPED.fullmatch(number) and not number.startswith("0"):
            continue  # 1 234 567 people
        rest = DATE.sub(" ", number)
        digits = _digits(rest)
        marked = number.startswith(("+", "0", "("))
        if len(digits) >= (LEADING if marked else FEWEST_DIGITS):
            yield number


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
