"""Kinds of data, who is written to, and dates."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from law.vocabulary import DATA_ELEMENTS
from stakeholders.importing.values.bad import BadValue
from stakeholders.models import Addressee
from stakeholders.sealing import fold

# --- data elements and addressee

SPLIT: Final = re.compile(r"[;,|/+\n]+")
NO: Final = frozenset({"", "0", "no", "n", "false", "f", "nein", "non", "nao", "nej", "-", "none", "null"})


@lru_cache(maxsize=1)
def _elements() -> dict[str, str]:
    labels = {fold(element.label): key for key, element in DATA_ELEMENTS.items()}
    return labels | {fold(key.replace("_", " ")): key for key in DATA_ELEMENTS}


@lru_cache(maxsize=4096)
def elements(cell: str) -> frozenset[str]:
    """Kinds of data listed in one cell, by key or label."""
    whole = _elements().get(fold(cell.replace("_", " ")))
    if whole is not None:
        return frozenset({whole})
    found = set()
    for word in SPLIT.split(cell):
        if word.strip():
            key = _elements().get(fold(word.replace("_", " ")))
            if key is None:
                raise BadValue("unknown_element")
            found.add(key)
    return frozenset(found)


def says_yes(cell: str) -> bool:
    return fold(cell) not in NO


ADDRESSEES: Final = {
    "self": Addressee.SELF, "person": Addressee.SELF, "adult": Addressee.SELF,
    "guardian": Addressee.GUARDIAN, "parent": Addressee.GUARDIAN, "parents": Addressee.GUARDIAN,
    "next of kin": Addressee.NEXT_OF_KIN, "deceased": Addressee.NEXT_OF_KIN, "estate": Addressee.NEXT_OF_KIN,
    "minor": Addressee.MINOR, "child": Addressee.MINOR,
}  # fmt: skip


@lru_cache(maxsize=512)
def addressee(cell: str) -> Addressee:
    found = ADDRESSEES.get(fold(cell.replace("_", " ")))
    if found is None:
        raise BadValue("unknown_addressee")
    return found


# --- dates

DATE: Final = re.compile(r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})(?:[T ].*)?", re.ASCII)
ADULT_AT: Final = 18


def birth_date(cell: str, land: str) -> date:
    """Year first, or day first, or month first in the USA; what could be both goes by the country."""
    match = DATE.fullmatch(cell)
    if match is None:
        raise BadValue("bad_date")
    first, second, third = int(match[1]), int(match[2]), int(match[3])
    if len(match[1]) == 4:
        year, month, day = first, second, third
    else:
        month_first = second > 12 or (land == "US" and first <= 12)
        year, month, day = (third, first, second) if month_first else (third, second, first)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadValue("bad_date") from error


def is_minor(born: date, on: date) -> bool:
    """Not yet 18 on that day."""
    if born > on or born.year < 1900:
        raise BadValue("bad_date")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < ADULT_AT
