"""Why a file or a line was refused, in words that say what to do."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError

FILE_REASONS: Final = {
    "empty_file": "The file is empty.",
    "only_header": "The file has a line of headings and no people under it.",
    "too_large": "The file is larger than we read at once. Split it, and import the parts one after another.",
    "nul_bytes": "The file holds NUL bytes: it is not a text file, or it was damaged on the way. Save it as CSV (UTF-8).",
    "spreadsheet": "This is an old Excel file, or one with a password. Save it as .xlsx without a password, or as CSV (UTF-8).",
    "bad_sheet": "This is no spreadsheet we can read. Save it as .xlsx, .ods or CSV (UTF-8) and upload that.",
    "sheet_too_large": "A spreadsheet may have 200,000 rows and 200 columns. Save a longer list as CSV (UTF-8): there is no such limit.",
    "pdf": "This is a PDF. We need the list as a spreadsheet or CSV.",
    "html": "This is a web page, not a list. Perhaps the download asked for a sign-in.",
    "bad_encoding": "The letters of this file cannot be read. Save it as CSV in UTF-8.",
    "unreadable": "This file cannot be read as CSV.",
    "infected": "The virus scanner found something in this file. Nobody was imported; ask whoever sent it for a clean one.",
    "damaged": "The stored file is damaged. Upload it again.",
    "erased": "The people of this incident were erased.",
}

LINE_REASONS: Final = {
    "bad_email": "is not an e-mail address",
    "bad_phone": "is not a telephone number we can read; write it with the country code, such as +353 1 555 0100",
    "unknown_country": "is not a country we know; use the two-letter code",
    "country_missing": "is missing, and no country was set for the whole file",
    "unknown_subdivision": "is not a state of that country",
    "unknown_language": "is not a language we know; use a code such as pt-BR",
    "unknown_element": "names a kind of data we do not know",
    "elements_missing": "does not say which data were exposed",
    "unknown_addressee": "is none of: self, guardian, next of kin, minor",
    "bad_date": "is not a date we can read; use 2009-12-31",
    "too_long": "is longer than any real value (400 characters)",
    "control_character": "holds characters that no text has (such as NUL)",
    "bad_encoding": "holds letters that were damaged: the file's encoding is not what we read it as",
    "unreadable_line": "cannot be read as CSV: a quotation mark may be missing",
    "too_many_columns": "has more columns than the headings",
    "nobody": "names nobody: no e-mail, telephone, reference, name or postal address",
}

FIELD_WORDS: Final = {
    "name": "Full name",
    "given_name": "Given name",
    "family_name": "Family name",
    "email": "E-mail",
    "phone": "Telephone",
    "address1": "Address",
    "address2": "Address, second line",
    "postcode": "Postcode",
    "town": "Town",
    "region": "Region (in the postal address)",
    "reference": "Your own reference (account or customer number)",
    "representative": "Name of guardian or next of kin",
    "country": "Country",
    "subdivision": "State or province",
    "language": "Language",
    "elements": "Data exposed (list)",
    "addressee": "Who to write to",
    "birth_date": "Date of birth (only to tell minors; not kept)",
}


def refusal(code: str) -> ValidationError:
    """A whole file refused."""
    return ValidationError(FILE_REASONS[code], code=code)


def words(field: str, code: str) -> str:
    """Why a line was refused: field and reason."""
    label = FIELD_WORDS.get(field, "The line")
    return f"{label} {LINE_REASONS.get(code, code)}."
