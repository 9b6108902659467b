"""One value at a time: what a cell means, in the form that is kept. Each raises `BadValue` with a code."""

from __future__ import annotations

import gettext
import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import django_countries
import phonenumbers
from django.conf.locale import LANG_INFO
from django_countries import countries
from email_validator import EmailNotValidError, validate_email
from phonenumbers.phonemetadata import PhoneMetadata

from incidents.places import ALIASES, US_STATES
from law.vocabulary import DATA_ELEMENTS
from stakeholders.models import Addressee
from stakeholders.sealing import fold


class BadValue(Exception):
    """A cell that cannot be read; the code says why, never the value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# --- e-mail

PLAIN_EMAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]",
    re.ASCII,
)
MOST_EMAIL: Final = 254
MOST_LOCAL: Final = 64


def email(cell: str) -> str:
    """The address with its domain in lower case; the plain majority never reaches the slow validator."""
    local, at, domain = cell.rpartition("@")
    if PLAIN_EMAIL.fullmatch(cell) and len(cell) <= MOST_EMAIL and len(local) <= MOST_LOCAL:
        return local + at + domain.lower()
    if cell.lower().startswith("mailto:"):
        return email(cell[7:])
    try:
        return validate_email(cell, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise BadValue("bad_email") from error


# --- telephone

DIGITS: Final = re.compile(r"\D+")
NUMBER: Final = re.compile(r"\+?[\d\s().\-/·]{5,30}", re.ASCII)


@lru_cache(maxsize=300)
def _dialling(region: str) -> tuple[str, str, frozenset[int]] | None:
    """Country code, national prefix and lengths of a region, where its rule is as simple as that."""
    found = PhoneMetadata.metadata_for_region(region, None)
    if found is None or found.general_desc is None:
        return None
    prefix = found.national_prefix or ""
    if (found.national_prefix_for_parsing or "") != prefix or found.leading_zero_possible:
        return None
    return str(found.country_code), prefix, frozenset(found.general_desc.possible_length)


def phone(cell: str, region: str) -> str:
    """E.164. Numbers written nationally are read as of `region`; the common forms need no parser."""
    if NUMBER.fullmatch(cell):
        digits = DIGITS.sub("", cell)
        if cell[0] == "+" and "(0)" not in cell and 8 <= len(digits) <= 15 and _has_country_code(digits):
            return "+" + digits
        simple = _dialling(region) if cell[0] != "+" and not digits.startswith("00") else None
        if simple is not None:
            code, prefix, lengths = simple
            national = digits.removeprefix(prefix) if prefix else digits
            if len(national) in lengths:
                return f"+{code}{national}"
    return _parsed(cell, region)


@lru_cache(maxsize=2048)
def _code_known(code: int) -> bool:
    return code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE


def _has_country_code(digits: str) -> bool:
    return any(_code_known(int(digits[:length])) for length in (1, 2, 3))


def _parsed(cell: str, region: str) -> str:
    text = "+" + cell[2:] if cell.startswith("00") else cell
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException as error:
        raise BadValue("bad_phone") from error
    if not phonenumbers.is_possible_number(number):
        raise BadValue("bad_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


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
