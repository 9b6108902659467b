"""One line of a file: checked, normalised, keyed. Runs for every person, so it keeps to tuples and remembered words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from stakeholders.importing import values
from stakeholders.importing.columns import CLEAR, ELEMENT_PREFIX
from stakeholders.importing.values import BadValue
from stakeholders.models import Addressee
from stakeholders.sealing import BIT, DOMAIN, EMAIL, FIELDS, NAME, PHONE, REFERENCE, RosterKeys, fold, pack

MOST_LETTERS: Final = 400
SAME: Final = b"same\x00"
BLANKS: Final[dict[int, str | None]] = {ord(letter): " " for letter in "\t\r\n\x0b\x0c\xa0\u2007\u202f"} | {
    ord(letter): None for letter in "\u200b\u200c\u200d\u2060\ufeff\xad"
}
SLOT: Final = {name: place for place, name in enumerate(FIELDS)}
PLAIN: Final = tuple(name for name in FIELDS if name not in ("email", "phone"))
EMAIL_SLOT, PHONE_SLOT, REFERENCE_SLOT = SLOT["email"], SLOT["phone"], SLOT["reference"]
NAME_SLOT, GIVEN_SLOT, FAMILY_SLOT, ADDRESS_SLOT = (
    SLOT["name"], SLOT["given_name"], SLOT["family_name"], SLOT["address1"],
)  # fmt: skip


class Refused(Exception):
    """A line that cannot be imported: which field, and why. Never holds the value."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(field, code)
        self.field, self.code = field, code


Parts = tuple[Any, ...]  # of a Person, in the order of its fields


@dataclass(slots=True)
class Person:
    """One line as it will be kept."""

    values: tuple[str, ...]
    country: str
    subdivision: str
    language: str
    elements: tuple[str, ...]
    addressee: str
    present: int
    email_key: bytes | None = None
    phone_key: bytes | None = None
    reference_key: bytes | None = None
    name_key: bytes | None = None
    same_key: bytes | None = None
    domain_key: bytes | None = None


@dataclass(frozen=True)
class Plan:
    """How the columns of one file are read."""

    columns: tuple[tuple[int, int], ...]  # details that are only cleaned
    single: Mapping[str, int]  # target -> column, for what is read by rule
    flags: tuple[tuple[int, str], ...]  # yes/no columns of one kind of data
    elements: frozenset[str]
    country: str
    language: str
    addressee: str
    today: date  # of the upload, so that a second run decides the same
    width: int = 0
    _sets: dict[frozenset[str], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, mapping: Mapping[str, str], defaults: Mapping[str, Any], today: date) -> Plan:
        """From the mapping and defaults that a person confirmed."""
        by_target = {target: int(column) for column, target in mapping.items()}
        return cls(
            columns=tuple((by_target[name], SLOT[name]) for name in PLAIN if name in by_target),
            single={target: column for target, column in by_target.items() if target not in PLAIN},
            flags=tuple(
                (column, target.removeprefix(ELEMENT_PREFIX))
                for target, column in by_target.items()
                if target.startswith(ELEMENT_PREFIX)
            ),
            elements=frozenset(defaults.get("elements", ())),
            country=defaults.get("country", ""),
            language=defaults.get("language", ""),
            addressee=str(defaults.get("addressee") or Addressee.SELF.value),
            today=today,
            width=1 + max(by_target.values(), default=0),
        )

    def sorted_set(self, elements: frozenset[str]) -> tuple[str, ...]:
        """One tuple a set: a million people share a handful of them."""
        known = self._sets.get(elements)
        if known is None:
            known = self._sets[elements] = tuple(sorted(elements))
        return known


def clean(cells: list[str]) -> list[str]:
    """Cells without the blanks and marks that spreadsheets leave; refuses what is no text."""
    whole = "".join(cells)
    if "\ufffd" in whole:
        raise Refused("", "bad_encoding")
    if not whole.isprintable():
        cells = [cell.translate(BLANKS) for cell in cells]
        if any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in "".join(cells)):
            raise Refused("", "control_character")
    if len(whole) > MOST_LETTERS and any(len(cell) > MOST_LETTERS for cell in cells):
        raise Refused("", "too_long")
    return [cell.strip() for cell in cells]


class RowReader:
    """Turns the cells of a line into a Person, or raises Refused."""

    def __init__(self, plan: Plan, keys: RosterKeys) -> None:
        self.plan = plan
        self._key = keys.key_of
        self._names: dict[str, bytes] = {}
        self._domains: dict[str, bytes] = {}
        # What no column tells reads the empty cell behind the last one.
        self._column = {target: plan.single.get(target, -1) for target in (*CLEAR, "email", "phone")}
        self._lists: dict[str, frozenset[str]] = {}
        self._at = ""  # the field being read, for the refusal

    def read(self, cells: list[str]) -> Parts:
        """What a Person is made of; the object itself is made where it is needed, not in the process that reads ahead."""
        try:
            return self._read(self._padded(clean(cells)))
        except BadValue as problem:
            raise Refused(self._at, problem.code) from None

    def _padded(self, cells: list[str]) -> list[str]:
        missing = self.plan.width - len(cells)
        cells.extend([""] * (missing + 1) if missing > 0 else [""])
        return cells

    def _read(self, cells: list[str]) -> Parts:
        column = self._column
        country, subdivision = self._place(cells)
        details = [""] * len(FIELDS)
        present = 0
        for source, slot in self.plan.columns:
            if cell := cells[source]:
                details[slot] = cell
                present |= 1 << slot
        if cell := cells[column["email"]]:
            self._at = "email"
            details[EMAIL_SLOT] = values.email(cell)
            present |= 1 << EMAIL_SLOT
        if cell := cells[column["phone"]]:
            self._at = "phone"
            details[PHONE_SLOT] = values.phone(cell, country)
            present |= 1 << PHONE_SLOT
        self._at = "language"
        language = values.language(cell) if (cell := cells[column["language"]]) else self.plan.language
        elements, addressee = self._elements(cells), self._addressee(cells, country)
        keys = self._keys_of(details)
        return (tuple(details), country, subdivision, language, elements, addressee, present, *keys)

    def _place(self, cells: Sequence[str]) -> tuple[str, str]:
        cell, part = cells[self._column["country"]], cells[self._column["subdivision"]]
        self._at = "country"
        if cell:
            country = values.country(cell)
        elif len(part) > 3 and part[2] == "-" and values.CODE.fullmatch(part.upper()):
            country = values.country(part[:2])
        elif self.plan.country:
            country = self.plan.country
        else:
            raise BadValue("country_missing")
        self._at = "subdivision"
        return country, values.subdivision(part, country) if part else ""

    def _elements(self, cells: Sequence[str]) -> tuple[str, ...]:
        self._at = "elements"
        cell = cells[self._column["elements"]]
        listed = self._lists.get(cell)
        if listed is None:
            listed = self.plan.elements | values.elements(cell) if cell else self.plan.elements
            self._lists[cell] = listed
        for column, element in self.plan.flags:
            if values.says_yes(cells[column]):
                listed = listed | {element}
        if not listed:
            raise BadValue("elements_missing")
        return self.plan.sorted_set(listed)

    def _addressee(self, cells: Sequence[str], country: str) -> str:
        if cell := cells[self._column["addressee"]]:
            self._at = "addressee"
            return str(values.addressee(cell).value)
        if cell := cells[self._column["birth_date"]]:
            self._at = "birth_date"
            if values.is_minor(values.birth_date(cell, country), self.plan.today):
                return str(Addressee.MINOR.value)
        return self.plan.addressee

    def _keys_of(self, details: list[str]) -> tuple[bytes | None, ...]:
        """Of e-mail, phone, reference, family name, all details, and mail domain."""
        email_key = phone_key = reference_key = name_key = same_key = domain_key = None
        if email := details[EMAIL_SLOT]:
            address = email.lower()
            email_key = self._key(EMAIL, address)
            domain_key = self._remembered(self._domains, DOMAIN, address.rpartition("@")[2])
        if phone := details[PHONE_SLOT]:
            phone_key = self._key(PHONE, phone)
        if reference := details[REFERENCE_SLOT]:
            reference_key = self._key(REFERENCE, fold(reference))
        if family := family_name(details):
            name_key = self._remembered(self._names, NAME, family)
        if not email and not reference:
            if not (phone or family or details[ADDRESS_SLOT]):
                raise Refused("", "nobody")
            same_key = self._key(SAME, pack(tuple(details)).decode())
        return email_key, phone_key, reference_key, name_key, same_key, domain_key

    def _remembered(self, known: dict[str, bytes], kind: bytes, word: str) -> bytes:
        found = known.get(word)
        if found is None:
            if len(known) > 50_000:
                known.clear()
            found = known[word] = self._key(kind, fold(word))
        return found


def family_name(details: Sequence[str]) -> str:
    """The family name to look up by: as given, else the last word of the whole name."""
    if details[FAMILY_SLOT]:
        return details[FAMILY_SLOT]
    return details[NAME_SLOT].rpartition(" ")[2]


def full_name(details: Sequence[str]) -> str:
    return details[NAME_SLOT] or f"{details[GIVEN_SLOT]} {details[FAMILY_SLOT]}".strip()


def same_name(one: str, other: str) -> bool:
    """Whether two names may be one person's: nothing in the shorter contradicts the longer; initials count."""
    first, second = fold(one).replace(".", " ").split(), fold(other).replace(".", " ").split()
    if not first or not second:
        return True
    shorter, longer = sorted((first, second), key=len)
    return all(any(_same_word(word, other_word) for other_word in longer) for word in shorter)


def _same_word(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


MAIL_BIT: Final = BIT["email"]
