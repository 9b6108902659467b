"""One line of a file: checked, normalised, keyed. Runs for every person, so it keeps to tuples and remembered words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from stakeholders.importing import values
from stakeholders.importing.columns import ELEMENT_PREFIX
from stakeholders.importing.values import BadValue
from stakeholders.models import Addressee
from stakeholders.sealing import BIT, DOMAIN, EMAIL, FIELDS, NAME, PHONE, REFERENCE, RosterKeys, fold, pack

MOST_LETTERS: Final = 400
SAME: Final = b"same\x00"
BLANKS: Final = {ord(letter): " " for letter in "\t\r\n\x0b\x0c\xa0\u2007\u202f"} | {
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

    columns: tuple[tuple[int, str], ...]  # details that are only cleaned
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
            addressee=defaults.get("addressee", "") or Addressee.SELF,
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

    def read(self, cells: list[str]) -> Person:
        plan = self.plan
        cells = clean(cells)
        if len(cells) < plan.width:
            cells += [""] * (plan.width - len(cells))
        country, subdivision = self._place(cells)
        details = [""] * len(FIELDS)
        for column, slot in plan.columns:
            details[slot] = cells[column]
        if cell := self._cell(cells, "email"):
            details[EMAIL_SLOT] = self._value("email", values.email, cell)
        if cell := self._cell(cells, "phone"):
            details[PHONE_SLOT] = self._value("phone", values.phone, cell, country)
        person = Person(
            values=tuple(details),
            country=country,
            subdivision=subdivision,
            language=self._language(cells),
            elements=self._elements(cells),
            addressee=self._addressee(cells, country),
            present=sum(1 << place for place, value in enumerate(details) if value),
        )
        self._put_keys(person)
        return person

    def _cell(self, cells: Sequence[str], target: str) -> str:
        column = self.plan.single.get(target)
        return "" if column is None else cells[column]

    @staticmethod
    def _value(target: str, read: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return read(*arguments)
        except BadValue as problem:
            raise Refused(target, problem.code) from None

    def _place(self, cells: Sequence[str]) -> tuple[str, str]:
        cell, part = self._cell(cells, "country"), self._cell(cells, "subdivision")
        if cell:
            country = self._value("country", values.country, cell)
        elif len(part) > 3 and part[2] == "-" and values.CODE.fullmatch(part.upper()):
            country = self._value("subdivision", values.country, part[:2])
        elif self.plan.country:
            country = self.plan.country
        else:
            raise Refused("country", "country_missing")
        return country, self._value("subdivision", values.subdivision, part, country) if part else ""

    def _language(self, cells: Sequence[str]) -> str:
        cell = self._cell(cells, "language")
        return self._value("language", values.language, cell) if cell else self.plan.language

    def _elements(self, cells: Sequence[str]) -> tuple[str, ...]:
        found = self.plan.elements
        if cell := self._cell(cells, "elements"):
            found = found | self._value("elements", values.elements, cell)
        for column, element in self.plan.flags:
            if values.says_yes(cells[column]):
                found = found | {element}
        if not found:
            raise Refused("elements", "elements_missing")
        return self.plan.sorted_set(found)

    def _addressee(self, cells: Sequence[str], country: str) -> str:
        if cell := self._cell(cells, "addressee"):
            return str(self._value("addressee", values.addressee, cell).value)
        if cell := self._cell(cells, "birth_date"):
            born = self._value("birth_date", values.birth_date, cell, country)
            if self._value("birth_date", values.is_minor, born, self.plan.today):
                return str(Addressee.MINOR.value)
        return self.plan.addressee

    def _put_keys(self, person: Person) -> None:
        details = person.values
        if email := details[EMAIL_SLOT]:
            address = email.lower()
            person.email_key = self._key(EMAIL, address)
            person.domain_key = self._remembered(self._domains, DOMAIN, address.rpartition("@")[2])
        if phone := details[PHONE_SLOT]:
            person.phone_key = self._key(PHONE, phone)
        if reference := details[REFERENCE_SLOT]:
            person.reference_key = self._key(REFERENCE, fold(reference))
        if family := family_name(details):
            person.name_key = self._remembered(self._names, NAME, family)
        if not email and not person.reference_key:
            if not (phone or family or details[ADDRESS_SLOT]):
                raise Refused("", "nobody")
            person.same_key = self._key(SAME, pack(details).decode())

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
