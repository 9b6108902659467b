"""Which languages people of a place read: official ones that many there use, as Unicode's CLDR tells them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from babel import Locale
from babel.core import get_global
from babel.languages import get_official_languages

MANY: Final = 35.0  # percent of the people there
# CLDR tells whole countries; Quebec's own language is French (Charter of the French language, s. 1).
PARTS: Final = {"CA-QC": ("fr",)}

NORWEGIAN: Final = {"nb": "no", "nn": "no"}  # one language in two ways of writing


@lru_cache(maxsize=512)
def languages_of(place: str) -> tuple[str, ...]:
    """Language codes, the most used first; none where nothing is known."""
    if place in PARTS:
        return PARTS[place]
    country = place[3:] if place in ("US-PR", "US-GU", "US-VI", "US-AS", "US-MP") else place[:2]
    shares = get_global("territory_languages").get(country, {})
    official = get_official_languages(country, de_facto=False) or get_official_languages(
        country, de_facto=True
    )
    if not official:
        return ()
    used = [code for code in official if shares.get(code, {}).get("population_percent", 0.0) >= MANY]
    chosen = dict.fromkeys(NORWEGIAN.get(code, code).replace("_", "-") for code in (used or official[:1]))
    return tuple(chosen)


@lru_cache(maxsize=512)
def language_words(code: str) -> str:
    """A language in English: "French"."""
    names = Locale("en").languages
    plain = code.replace("-", "_")
    return str(names.get(plain) or names.get(plain.partition("_")[0]) or code)
