"""E-mail addresses and telephone numbers in the form that is kept."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers.phonemetadata import PhoneMetadata

from stakeholders.importing.values.bad import BadValue

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
        found = validate_email(cell, check_deliverability=False)
    except EmailNotValidError as error:
        raise BadValue("bad_email") from error
    if len(found.local_part) > MOST_LOCAL:
        raise BadValue("bad_email")
    return found.normalized


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


CODES: Final = frozenset(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def _has_country_code(digits: str) -> bool:
    return digits[:2] in CODES or digits[:3] in CODES or digits[:1] in CODES


def _parsed(cell: str, region: str) -> str:
    text = "+" + cell[2:] if cell.startswith("00") else cell
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException as error:
        raise BadValue("bad_phone") from error
    if not phonenumbers.is_possible_number(number):
        # Spreadsheets drop the plus sign of what looks like a number.
        number = (
            phonenumbers.parse("+" + DIGITS.sub("", text)) if text.isdigit() and len(text) >= 10 else number
        )
        if not phonenumbers.is_valid_number(number):
            raise BadValue("bad_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
