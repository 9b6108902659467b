"""What shows in the window of the envelope: line by line, as the post of the country wants it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from babel import Locale

from notifications.compile import clean
from stakeholders.models.roster import REPRESENTED
from stakeholders.sealing import Details

MOST_LINES: Final = 6
STATE_BEFORE_CODE: Final = frozenset({"US", "CA", "AU"})
TOWN_FIRST: Final = frozenset({"GB", "IE", "NZ", "IN"})


@lru_cache(maxsize=300)
def country_name(code: str) -> str:
    """In English capitals: the post of the country of posting reads it."""
    return str(Locale("en").territories.get(code, code)).upper()


def lines(details: Details, *, addressee: str, country: str, subdivision: str, home: str) -> list[str]:
    """The address, at most six lines; who is written to in place of the person comes first."""
    name = (
        details.representative if addressee in REPRESENTED and details.representative else details.full_name
    )
    state = details.region or (subdivision.partition("-")[2] if country in STATE_BEFORE_CODE else "")
    town, code = clean(details.town), clean(details.postcode)
    if country in STATE_BEFORE_CODE:
        places = [" ".join(part for part in (town, clean(state), code) if part)]
    elif country in TOWN_FIRST:
        places = [town, code]
    else:
        places = [" ".join(part for part in (code, town) if part)]
    found = [clean(name), clean(details.address1), clean(details.address2), *places]
    if country and country != home:
        found.append(country_name(country))
    return [line for line in found if line][:MOST_LINES]
