"""Who is the same person, and what becomes of one who is met again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from stakeholders.importing.rows import (
    EMAIL_SLOT,
    REFERENCE_SLOT,
    Person,
    family_name,
    full_name,
    same_name,
)
from stakeholders.models import Addressee
from stakeholders.sealing import NAME, Details, RosterKeys, fold

COMPARED: Final = 50  # people of one mailbox whose names are compared beyond equality


@dataclass(slots=True)
class Known:
    """A person on the roster, or one of this chunk on the way to it."""

    id: int  # 0 until the chunk is written
    person: Person
    sealed: bytes | None = None  # of a stored row, opened only when it is met
    exempt: bool = False
    changed: bool = False

    def open(self, keys: RosterKeys) -> Person:
        if self.sealed is not None:
            details: Details = keys.open_sealed(self.sealed, self.id)
            self.person.values = details.as_tuple()
            self.sealed = None
        return self.person


class Mailbox:
    """Those who share one address. Thousands may; an equal name is found at once, likeness only among the first."""

    def __init__(self, first: Known) -> None:
        self.people = [first]
        self._unnamed = [first]
        self._by_name: dict[str, Known] = {}

    def add(self, known: Known) -> None:
        if not any(one is known for one in self.people[-COMPARED:]):
            self.people.append(known)
            self._unnamed.append(known)

    def candidates(self, name: str, keys: RosterKeys) -> Iterator[Known]:
        for one in self._unnamed:
            self._by_name.setdefault(fold(full_name(one.open(keys).values)), one)
        self._unnamed.clear()
        if equal := self._by_name.get(fold(name)):
            yield equal
        yield from self.people[:COMPARED]


class People:
    """Those who could be met in one chunk, found by their keys.

    The same person only on an equal reference, or on an equal e-mail address when neither name nor reference
    contradicts: families and clubs share mailboxes. Who has neither is the same only when all details are.
    """

    def __init__(self, keys: RosterKeys) -> None:
        self._keys = keys
        self._by_reference: dict[bytes, Known] = {}
        self._by_same: dict[bytes, Known] = {}
        self._by_email: dict[bytes, Known | Mailbox] = {}  # most addresses have one person

    def add(self, known: Known) -> None:
        person = known.person
        if person.reference_key:
            self._by_reference[person.reference_key] = known
        if person.same_key:
            self._by_same[person.same_key] = known
        if key := person.email_key:
            held = self._by_email.setdefault(key, known)
            if held is not known:
                if isinstance(held, Known):
                    self._by_email[key] = held = Mailbox(held)
                held.add(known)

    def find(self, person: Person) -> Known | None:
        if person.reference_key and (known := self._by_reference.get(person.reference_key)):
            return known
        if person.email_key:
            held = self._by_email.get(person.email_key)
            if held is None or isinstance(held, Known):
                return held if held and self._fits(held, person) else None
            candidates = held.candidates(full_name(person.values), self._keys)
            return next((one for one in candidates if self._fits(one, person)), None)
        return self._by_same.get(person.same_key) if person.same_key else None

    def _fits(self, known: Known, person: Person) -> bool:
        held = known.person
        if held.reference_key and person.reference_key:
            return False  # not equal, else it had been found: two accounts behind one address
        return same_name(full_name(known.open(self._keys).values), full_name(person.values))

    def meet(self, known: Known, person: Person) -> bool:
        """Add to `known` what `person` tells anew: blanks are filled, exposed data united. Whether anything was new."""
        held = known.open(self._keys)
        values = tuple(old or new for old, new in zip(held.values, person.values, strict=True))
        elements = tuple(sorted({*held.elements, *person.elements}))
        addressee = person.addressee if held.addressee == Addressee.SELF else held.addressee
        before = (held.values, held.elements, held.addressee, held.language, held.subdivision)
        subdivision = held.subdivision or (person.subdivision if person.country == held.country else "")
        language = held.language or person.language
        if before == (values, elements, addressee, language, subdivision):
            return False
        self._rekey(known, held, person, values)
        held.values, held.elements, held.addressee = values, elements, addressee
        held.language, held.subdivision = language, subdivision
        held.present = sum(1 << place for place, value in enumerate(values) if value)
        known.changed = True
        return True

    def _rekey(self, known: Known, held: Person, person: Person, values: tuple[str, ...]) -> None:
        if values[REFERENCE_SLOT] != held.values[REFERENCE_SLOT]:
            held.reference_key = person.reference_key
        if values[EMAIL_SLOT] != held.values[EMAIL_SLOT]:
            held.email_key, held.domain_key = person.email_key, person.domain_key
        held.phone_key = held.phone_key or person.phone_key
        if family := family_name(values):
            held.name_key = self._keys.key_of(NAME, fold(family))
        self.add(known)


def keys_wanted(people: Iterable[Person], met: Callable[[bytes], object]) -> tuple[list[str], ...]:
    """E-mail, reference and all-details keys of a chunk that may be `met`, as hex, sorted so that the index is read in order."""
    emails, references, same = set[bytes](), set[bytes](), set[bytes]()
    for person in people:
        if (key := person.email_key) and met(key):
            emails.add(key)
        if (key := person.reference_key) and met(key):
            references.add(key)
        if (key := person.same_key) and met(key):
            same.add(key)
    return tuple([key.hex() for key in sorted(kind)] for kind in (emails, references, same))
