"""Places as people name them: ISO 3166 codes, names of countries, states of the USA."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django_countries import countries

from law.facts_reading import PLACE
from law.vocabulary import EEA

US_STATES: Final = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas",
    "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts",
    "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana",
    "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico",
    "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island", "SC": "South Carolina",
    "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
# Parts of the world in which a long list of laws is told.
_EUROPE: Final = "AD AL BA BY CH FO GB GE GG GI IM JE MC MD ME MK RS RU SM TR UA VA XK AM AZ"
_AMERICAS: Final = "AG AR AW BB BM BO BR BS BZ CA CL CO CR CU CW DM DO EC GD GT GY HN HT JM KN KY LC MX NI PA PE PY SR SV TC TT UY VC VE VG"
_ASIA: Final = (
    "AU BD BN BT CN FJ HK ID IN JP KG KH KR KZ LA LK MM MN MO MV MY NP NZ PG PH PK SG TH TJ TL TM TW UZ VN WS"
)
_SOUTH: Final = "AE AO BF BH BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW IL IQ IR JO KE KM KW LB LR LS LY MA MG ML MR MU MW MZ NA NE NG OM PS QA RW SA SC SD SL SN SO SS ST SY SZ TD TG TN TZ UG YE ZA ZM ZW"
REGIONS: Final = {
    **dict.fromkeys(["EU", *EEA], "European Economic Area"),
    "US": "United States",
    **dict.fromkeys(_EUROPE.split(), "Europe outside the EEA"),
    **dict.fromkeys(_AMERICAS.split(), "Americas outside the United States"),
    **dict.fromkeys(_ASIA.split(), "Asia and Pacific"),
    **dict.fromkeys(_SOUTH.split(), "Africa and the Middle East"),
}
ALIASES: Final = {"UK": "GB", "USA": "US", "UNITED STATES": "US", "UNITED KINGDOM": "GB", "ENGLAND": "GB"}


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    names = {str(name).upper(): code for code, name in countries}
    names |= {name.upper(): f"US-{code}" for code, name in US_STATES.items()}
    # Georgia is a country first; the state is written US-GA.
    return names | {"GEORGIA": "GE"} | ALIASES


def read_place(text: str) -> str | None:
    """The code of a place given as code or English name; None when there is no such place."""
    word = " ".join(text.upper().split())
    code = _codes_by_name().get(word, word)
    if not PLACE.fullmatch(code) or code[:2] not in dict(countries):
        return None
    if code.startswith("US-") and code[3:] not in US_STATES:
        return None
    return code


def region_name(code: str) -> str:
    """The part of the world a place lies in."""
    return REGIONS.get(code[:2], "Elsewhere")


def place_name(code: str) -> str:
    """A place in words with its code where the words alone would not do: "California (US-CA)"."""
    country, _, part = code.partition("-")
    if code == "EU":
        return "European Union"
    name = str(countries.name(country)) or country
    if not part:
        return name
    return f"{US_STATES[part]} ({code})" if country == "US" and part in US_STATES else f"{name} ({code})"
