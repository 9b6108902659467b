"""Regions of the world and names of places as the pages of the law tell them."""

from __future__ import annotations

from typing import Final

from incidents.places import place_name
from law.vocabulary import EEA

# EU first, then what most readers ask for; a country in none of them stands at the end.
REGIONS: Final[dict[str, str]] = {
    "eu": "European Union and EEA",
    "europe": "Europe beyond the EEA",
    "us": "United States",
    "americas": "Canada, Latin America and the Caribbean",
    "asia": "Asia and the Pacific",
    "africa": "Middle East and Africa",
    "other": "Elsewhere",
}
_EUROPE: Final = "GB CH UA TR RS ME MK AL BA XK MD BY RU GE AM AZ AD MC SM VA GI GG JE IM FO GL"
_AMERICAS: Final = "CA MX AR BO BR CL CO CR CU DO EC SV GT HN JM NI PA PY PE UY VE TT BB BS BZ GY HT SR AG DM GD KN LC VC BM KY CW AW"
_ASIA: Final = "AU NZ JP CN HK MO TW KR KP IN SG MY ID TH VN PH LK BD PK NP BT MV MM KH LA BN MN KZ KG UZ TJ TM AF TL FJ PG WS TO VU"
_AFRICA: Final = (
    "AE SA QA BH KW OM YE IL PS JO LB SY IQ IR EG MA DZ TN LY SD SS ET ER DJ SO KE TZ UG RW BI CD CG CM GA GQ CF TD NE NG "
    "BJ TG GH CI BF ML SN GM GN GW SL LR MR CV ST AO ZM ZW MW MZ BW NA SZ LS ZA MG MU SC KM"
)
_REGION_OF: Final[dict[str, str]] = {
    code: region
    for region, codes in (
        ("eu", " ".join(sorted(EEA)) + " EU EEA"),
        ("europe", _EUROPE),
        ("us", "US GU VI PR AS MP"),
        ("americas", _AMERICAS),
        ("asia", _ASIA),
        ("africa", _AFRICA),
    )
    for code in codes.split()
}
_NAMES: Final[dict[str, str]] = {
    "EU": "European Union",
    "EEA": "European Economic Area",
    "US": "United States (federal)",
    "US-GU": "Guam (US-GU)",
    "US-VI": "US Virgin Islands (US-VI)",
    "CA-QC": "Quebec (CA-QC)",
    "CA-AB": "Alberta (CA-AB)",
    "CA-ON": "Ontario (CA-ON)",
    "CA-BC": "British Columbia (CA-BC)",
    "AE-DIFC": "Dubai International Financial Centre (AE)",
    "AE-ADGM": "Abu Dhabi Global Market (AE)",
    "QA-QFC": "Qatar Financial Centre (QA)",
}


def region_of(place: str) -> str:
    """The region of a country, a part of one, or a union of them."""
    return _REGION_OF.get(place.partition("-")[0], "other")


def name_of(place: str) -> str:
    """A place of the law in words."""
    return _NAMES.get(place) or place_name(place)
