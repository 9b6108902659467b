"""Countries, their parts and languages as people write them."""

from __future__ import annotations

import gettext
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

import django_countries
from django.conf.locale import LANG_INFO
from django_countries import countries

from incidents.places import ALIASES, US_STATES
from stakeholders.importing.values.bad import BadValue
from stakeholders.sealing import fold

# --- places

NAME_LANGUAGES: Final = (
    "de", "fr", "es", "it", "pt_PT", "pt_BR", "nl", "sv", "da", "nb", "fi", "pl", "cs", "hu", "ro", "el", "tr_TR", "ru",
    "ja", "ko_KR", "zh_Hans", "ar",
)  # fmt: skip
MORE_COUNTRIES: Final = {
    **ALIASES, "GREAT BRITAIN": "GB", "BRITAIN": "GB", "SCOTLAND": "GB", "WALES": "GB", "NORTHERN IRELAND": "GB",
    "U.S.": "US", "U.S.A.": "US", "UNITED STATES OF AMERICA": "US", "AMERICA": "US", "HOLLAND": "NL",
    "REPUBLIC OF IRELAND": "IE", "CZECH REPUBLIC": "CZ", "SOUTH KOREA": "KR", "KOREA": "KR", "RUSSIA": "RU",
    "VIETNAM": "VN", "TAIWAN": "TW", "IRAN": "IR", "EL": "GR",
    # What people write and official lists do not.
    "États-Unis": "US", "Vereinigte Staaten": "US", "Estados Unidos": "US", "Stati Uniti": "US",
    "Verenigde Staten": "US", "Royaume-Uni": "GB", "Großbritannien": "GB", "Vereinigtes Königreich": "GB",
    "Reino Unido": "GB", "Regno Unito": "GB", "Verenigd Koninkrijk": "GB",
}  # fmt: skip
PARTS: Final[dict[str, dict[str, str]]] = {
    "US": US_STATES,
    "CA": {
        "AB": "Alberta", "BC": "British Columbia", "MB": "Manitoba", "NB": "New Brunswick",
        "NL": "Newfoundland and Labrador", "NS": "Nova Scotia", "NT": "Northwest Territories", "NU": "Nunavut",
        "ON": "Ontario", "PE": "Prince Edward Island", "QC": "Quebec", "SK": "Saskatchewan", "YT": "Yukon",
    },
    "AU": {
        "ACT": "Australian Capital Territory", "NSW": "New South Wales", "NT": "Northern Territory",
        "QLD": "Queensland", "SA": "South Australia", "TAS": "Tasmania", "VIC": "Victoria", "WA": "Western Australia",
    },
}  # fmt: skip
CODE: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII)


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    found = {fold(str(name)): code for code, name in countries}
    for language in NAME_LANGUAGES:
        # Read by ourselves: Django loads an app's words only when the app is installed.
        words = gettext.translation("django", Path(django_countries.__file__).parent / "locale", [language])
        for code, name in countries:
            found.setdefault(fold(words.gettext(str(name))), code)
    for code, _ in countries:
        found[code.lower()] = code
        found.setdefault(countries.alpha3(code).lower(), code)
    return found | {fold(name): code for name, code in MORE_COUNTRIES.items()}


@lru_cache(maxsize=4096)
def country(cell: str) -> str:
    """ISO 3166-1 alpha-2 from a code or a name in one of many languages."""
    code = _countries().get(fold(cell))
    if code is None:
        raise BadValue("unknown_country")
    return code


@lru_cache(maxsize=1)
def _parts() -> dict[tuple[str, str], str]:
    found = {}
    for land, parts in PARTS.items():
        for code, name in parts.items():
            for word in (code, name, f"{land}-{code}"):
                found[land, fold(word)] = f"{land}-{code}"
    return found


@lru_cache(maxsize=4096)
def subdivision(cell: str, land: str) -> str:
    """ISO 3166-2. For countries whose law asks for the state it must be one; elsewhere only codes are kept."""
    known = _parts().get((land, fold(cell)))
    if known is not None:
        return known
    if land in PARTS:
        raise BadValue("unknown_subdivision")
    code = cell.upper()
    return code if CODE.fullmatch(code) and code.startswith(f"{land}-") else ""


# --- language

ISO_639_1: Final = frozenset(
    [
        "aa",
        "ab",
        "ae",
        "af",
        "ak",
        "am",
        "an",
        "ar",
        "as",
        "av",
        "ay",
        "az",
        "ba",
        "be",
        "bg",
        "bh",
        "bi",
        "bm",
        "bn",
        "bo",
        "br",
        "bs",
        "ca",
        "ce",
        "ch",
        "co",
        "cr",
        "cs",
        "cu",
        "cv",
        "cy",
        "da",
        "de",
        "dv",
        "dz",
        "ee",
        "el",
        "en",
        "eo",
        "es",
        "et",
        "eu",
        "fa",
        "ff",
        "fi",
        "fj",
        "fo",
        "fr",
        "fy",
        "ga",
        "gd",
        "gl",
        "gn",
        "gu",
        "gv",
        "ha",
        "he",
        "hi",
        "ho",
        "hr",
        "ht",
        "hu",
        "hy",
        "hz",
        "ia",
        "id",
        "ie",
        "ig",
        "ii",
        "ik",
        "io",
        "is",
        "it",
        "iu",
        "ja",
        "jv",
        "ka",
        "kg",
        "ki",
        "kj",
        "kk",
        "kl",
        "km",
        "kn",
        "ko",
        "kr",
        "ks",
        "ku",
        "kv",
        "kw",
        "ky",
        "la",
        "lb",
        "lg",
        "li",
        "ln",
        "lo",
        "lt",
        "lu",
        "lv",
        "mg",
        "mh",
        "mi",
        "mk",
        "ml",
        "mn",
        "mr",
        "ms",
        "mt",
        "my",
        "na",
        "nb",
        "nd",
        "ne",
        "ng",
        "nl",
        "nn",
        "no",
        "nr",
        "nv",
        "ny",
        "oc",
        "oj",
        "om",
        "or",
        "os",
        "pa",
        "pi",
        "pl",
        "ps",
        "pt",
        "qu",
        "rm",
        "rn",
        "ro",
        "ru",
        "rw",
        "sa",
        "sc",
        "sd",
        "se",
        "sg",
        "si",
        "sk",
        "sl",
        "sm",
        "sn",
        "so",
        "sq",
        "sr",
        "ss",
        "st",
        "su",
        "sv",
        "sw",
        "ta",
        "te",
        "tg",
        "th",
        "ti",
        "tk",
        "tl",
        "tn",
        "to",
        "tr",
        "ts",
        "tt",
        "tw",
        "ty",
        "ug",
        "uk",
        "ur",
        "uz",
        "ve",
        "vi",
        "vo",
        "wa",
        "wo",
        "xh",
        "yi",
        "yo",
        "za",
        "zh",
        "zu",
    ]
)
TAG: Final = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?", re.ASCII)


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    found: dict[str, str] = {}
    for tag, info in LANG_INFO.items():
        for word in (info.get("name"), info.get("name_local")):
            if word and "-" not in tag:
                found[fold(str(word))] = tag
    return found


@lru_cache(maxsize=2048)
def language(cell: str) -> str:
    """A BCP 47 tag such as pt-BR, from a tag, a POSIX locale or the language's name."""
    text = cell.partition(".")[0].replace("_", "-").lower()
    if (match := TAG.fullmatch(text)) and (
        match[1] in ISO_639_1 or (len(match[1]) == 3 and match[1] not in _languages())
    ):
        parts = [match[1], match[2].title() if match[2] else "", match[3].upper() if match[3] else ""]
        return "-".join(part for part in parts if part)
    named = _languages().get(fold(cell))
    if named is None:
        raise BadValue("unknown_language")
    return named
