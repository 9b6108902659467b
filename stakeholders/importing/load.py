"""A chunk of lines into the roster: look up who is there, COPY who is new, add to who is met, keep the counts."""

from __future__ import annotations

import itertools
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Any, Final, cast

from django.db import connection
from psycopg2.extras import execute_values

from stakeholders.importing.merging import Known, People, keys_wanted
from stakeholders.importing.rows import MAIL_BIT, Person
from stakeholders.models import AffectedParty, Roster, new_party_ids
from stakeholders.models.roster import MINORS, PARTY_TABLE
from stakeholders.sealing import RosterKeys, pack

COLUMNS: Final = (
    "roster_id", "id", "country", "subdivision", "language", "elements", "addressee", "present", "email_key",
    "phone_key", "reference_key", "name_key", "same_key", "mail_domain_key", "sealed", "imported_by",
)  # fmt: skip
# Of COPY's binary form: each value follows its length, NULL has none.
SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
NULL: Final = b"\xff\xff\xff\xff"
LENGTH_8: Final = (8).to_bytes(4, "big")
LENGTH_16: Final = (16).to_bytes(4, "big")
VARCHAR_OID: Final = 1043
ROWS_AT_ONCE: Final = 1000
HELD: Final = (
    "id, country, subdivision, language, elements, addressee, present, uuid_send(email_key), uuid_send(phone_key),"
    " uuid_send(reference_key), uuid_send(name_key), uuid_send(same_key), uuid_send(mail_domain_key), sealed,"
    " exempt_at IS NOT NULL"
)
# One index each; a single condition with OR would be a bitmap over all three for every chunk.
LOOK_UP: Final = " UNION ALL ".join(
    f"SELECT {HELD} FROM {PARTY_TABLE} WHERE roster_id = %s AND {key} = ANY(%s::uuid[])"  # noqa: S608
    for key in ("email_key", "reference_key", "same_key")
)
UPDATE: Final = f"""
    UPDATE {PARTY_TABLE} AS party SET subdivision = new.subdivision, language = new.language,
        elements = new.elements::varchar[], addressee = new.addressee, present = new.present,
        email_key = new.email_key::uuid, phone_key = new.phone_key::uuid, reference_key = new.reference_key::uuid,
        name_key = new.name_key::uuid, mail_domain_key = new.mail_domain_key::uuid, sealed = new.sealed
    FROM (VALUES %s) AS new (roster_id, id, subdivision, language, elements, addressee, present, email_key,
        phone_key, reference_key, name_key, mail_domain_key, sealed)
    WHERE party.roster_id = new.roster_id AND party.id = new.id
"""  # noqa: S608
RAISE_COUNTS: Final = """
    INSERT INTO stakeholders_rostercount AS held
        (roster_id, country, subdivision, language, elements, minor, number, mailable, exempt) VALUES %s
    ON CONFLICT (roster_id, country, subdivision, language, elements, minor) DO UPDATE SET
        number = held.number + excluded.number, mailable = held.mailable + excluded.mailable,
        exempt = held.exempt + excluded.exempt
"""
LOWER_COUNTS: Final = """
    UPDATE stakeholders_rostercount AS held SET number = held.number - gone.number,
        mailable = held.mailable - gone.mailable, exempt = held.exempt - gone.exempt
    FROM (VALUES %s) AS gone (roster_id, country, subdivision, language, elements, minor, number, mailable, exempt)
    WHERE held.roster_id = gone.roster_id AND held.country = gone.country AND held.subdivision = gone.subdivision
        AND held.language = gone.language AND held.elements = gone.elements::varchar[] AND held.minor = gone.minor
"""

Group = tuple[str, str, str, tuple[str, ...], bool]
PERSON: Final = attrgetter("person")


class GroupTally:
    """How the counts by group change: what comes and what goes, apart, for a count is never below zero."""

    def __init__(self) -> None:
        self.come: dict[Group, list[int]] = {}
        self.gone: dict[Group, list[int]] = {}

    @staticmethod
    def group(person: Person) -> Group:
        minor = person.addressee in MINORS
        return (person.country, person.subdivision, person.language, person.elements, minor)

    def put(self, side: dict[Group, list[int]], one: Known) -> None:
        mailable = bool(one.person.present & MAIL_BIT)
        self.add(side, self.group(one.person), mailable=mailable, exempt=one.exempt)

    def put_fresh(self, fresh: list[Known]) -> None:
        """Many who come for the first time: alike ones are counted before they are added."""
        alike = Counter(
            (one.country, one.subdivision, one.language, one.elements, one.addressee in MINORS, one.present & MAIL_BIT)
            for one in map(PERSON, fresh)
        )  # fmt: skip
        for (*group, mailable), number in alike.items():
            self.add(
                self.come, cast(Group, tuple(group)), mailable=bool(mailable), exempt=False, number=number
            )

    def add(
        self, side: dict[Group, list[int]], group: Group, *, mailable: bool, exempt: bool, number: int = 1
    ) -> None:
        numbers = side.setdefault(group, [0, 0, 0])
        numbers[0] += number
        numbers[1] += number * mailable
        numbers[2] += number * exempt

    def write(self, roster: Roster) -> None:
        """Bring the counts up to date, and the roster's own totals with them."""
        with connection.cursor() as cursor:
            for statement, side in ((RAISE_COUNTS, self.come), (LOWER_COUNTS, self.gone)):
                # Sorted, so that two writers cannot hold what the other waits for.
                rows = [
                    (roster.pk, *group[:3], list(group[3]), group[4], *side[group]) for group in sorted(side)
                ]
                if rows:
                    execute_values(cursor.cursor, statement, rows, page_size=500)
        for name, place in (("people", 0), ("mailable", 1), ("exempt", 2)):
            change = sum(row[place] for row in self.come.values()) - sum(
                row[place] for row in self.gone.values()
            )
            setattr(roster, name, getattr(roster, name) + change)


class Chunk:
    """The people of one chunk, sorted into who is new and who is met again."""

    def __init__(
        self, roster: Roster, people: list[Person], keys: RosterKeys, met: Callable[[bytes], object]
    ) -> None:
        self.roster, self.keys = roster, keys
        self.known = People(keys)
        self.fresh: list[Known] = []
        self.touched: dict[int, tuple[Known, Group, bool]] = {}  # stored ones as they were before
        self.merged = self.unchanged = 0
        if roster.people:
            for one in _held(roster, people, met):
                self.known.add(one)
        for person in people:
            self._sort(person)

    def _sort(self, person: Person) -> None:
        met = self.known.find(person)
        if met is None:
            met = Known(0, person)
            self.known.add(met)
            self.fresh.append(met)
            return
        if met.id and met.id not in self.touched:
            self.touched[met.id] = (met, GroupTally.group(met.person), bool(met.person.present & MAIL_BIT))
        if self.known.meet(met, person):
            self.merged += 1
        else:
            self.unchanged += 1

    @property
    def added(self) -> int:
        return len(self.fresh)

    def write(self, *, imported_by: int) -> None:
        tally = GroupTally()
        _insert(self.roster, self.fresh, self.keys, imported_by)
        tally.put_fresh(self.fresh)
        changed = [entry for entry in self.touched.values() if entry[0].changed]
        _update(self.roster, [entry[0] for entry in changed], self.keys)
        for one, group, mailable in changed:
            tally.add(tally.gone, group, mailable=mailable, exempt=one.exempt)
            tally.put(tally.come, one)
        tally.write(self.roster)


def load(
    roster: Roster,
    people: list[Person],
    keys: RosterKeys,
    *,
    imported_by: int,
    met: Callable[[bytes], object] = bool,
) -> Chunk:
    """Bring people into a roster that the caller holds locked; nobody who is there comes in again.

    `met` says of a key whether somebody on the roster may have it; whom it denies is not looked up.
    """
    chunk = Chunk(roster, people, keys, met)
    chunk.write(imported_by=imported_by)
    return chunk


def readdress(roster: Roster, party: AffectedParty, *, addressee: str, changed: Mapping[str, str]) -> None:
    """Change who is written to, with details, keys and counts; the caller holds roster and party locked."""
    keys = RosterKeys.open(roster)
    held = _known(party)
    tally = GroupTally()
    tally.put(tally.gone, held)
    details = replace(keys.details(party), **changed)
    person = held.person
    person.values, person.present, person.addressee = details.as_tuple(), details.present, addressee
    if "email" in changed:
        person.email_key = keys.email_key(details.email).bytes
        person.domain_key = keys.mail_domain_key(details.email).bytes
    if "phone" in changed:
        person.phone_key = keys.phone_key(details.phone).bytes
    _update(roster, [held], keys)
    tally.put(tally.come, held)
    tally.write(roster)
    roster.version += 1
    roster.save(update_fields=["people", "mailable", "exempt", "version"])


def _known(party: AffectedParty) -> Known:
    stored = (
        party.email_key, party.phone_key, party.reference_key, party.name_key, party.same_key, party.mail_domain_key,
    )  # fmt: skip
    found = [key.bytes if key else None for key in stored]
    person = Person(
        (), party.country, party.subdivision, party.language, tuple(party.elements), party.addressee, party.present,
        *found,
    )  # fmt: skip
    return Known(party.id, person, exempt=party.exempt_at is not None)


def _held(roster: Roster, people: list[Person], met: Callable[[bytes], object]) -> Iterator[Known]:
    """Those on the roster who share a key with the chunk."""
    wanted = keys_wanted(people, met)
    if not any(wanted):
        return
    arguments: list[Any] = []
    for kind in wanted:
        arguments += [roster.pk, f"{{{','.join(kind)}}}"]
    with connection.cursor() as cursor:
        cursor.execute(LOOK_UP, arguments)
        found: set[int] = set()  # one person may be found by several keys
        for row in cursor:
            if row[0] in found:
                continue
            found.add(row[0])
            keys = [bytes(key) if key is not None else None for key in row[7:13]]
            person = Person((), row[1], row[2], row[3], tuple(row[4]), row[5], row[6], *keys)
            yield Known(row[0], person, sealed=bytes(row[13]), exempt=row[14])


class Rows:
    """A file that COPY reads: rows are sealed and packed while the database takes in those before them.

    PostgreSQL's binary form, for it takes both sides less time than text; every value is one of ours.
    """

    def __init__(self, roster: Roster, fresh: list[Known], keys: RosterKeys, imported_by: int) -> None:
        self._waiting = iter(zip(new_party_ids(len(fresh)), fresh, strict=True))
        self._keys = keys
        self._head = struct.pack("!hiq", len(COLUMNS), 8, roster.pk) + LENGTH_8
        self._tail = struct.pack("!iq", 8, imported_by)
        self._clear: dict[tuple[str, str, str, tuple[str, ...], str, int], bytes] = {}
        self._started = self._ended = False

    def read(self, _: int = 0) -> bytes:
        """The next rows, more than asked for: a thousand at a time keep the database at work."""
        if self._ended:
            return b""
        rows = list(map(self._row, itertools.islice(self._waiting, ROWS_AT_ONCE)))
        if not self._started:
            rows.insert(0, SIGNATURE)
            self._started = True
        if len(rows) < ROWS_AT_ONCE:
            rows.append(TRAILER)
            self._ended = True
        return b"".join(rows)

    def _row(self, numbered: tuple[int, Known]) -> bytes:
        number, known = numbered
        one = known.person
        group = (one.country, one.subdivision, one.language, one.elements, one.addressee, one.present)
        clear = self._clear.get(group)
        if clear is None:
            clear = self._clear[group] = _packed_group(*group)
        sealed = self._keys.seal_packed(pack(one.values), number)
        packed = [self._head, number.to_bytes(8, "big"), clear]
        for key in (
            one.email_key,
            one.phone_key,
            one.reference_key,
            one.name_key,
            one.same_key,
            one.domain_key,
        ):
            packed.append(LENGTH_16 + key if key else NULL)
        packed += (len(sealed).to_bytes(4, "big"), sealed, self._tail)
        return b"".join(packed)


def _packed_group(
    country: str, subdivision: str, language: str, elements: tuple[str, ...], addressee: str, present: int
) -> bytes:
    items = b"".join(_packed_text(element) for element in elements)
    array = struct.pack("!iiiii", 1, 0, VARCHAR_OID, len(elements), 1) + items
    texts = (country, subdivision, language)
    return b"".join(
        (
            *map(_packed_text, texts), len(array).to_bytes(4, "big"), array,
            _packed_text(addressee), struct.pack("!ii", 4, present),
        )
    )  # fmt: skip


def _packed_text(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(4, "big") + encoded


def _insert(roster: Roster, fresh: list[Known], keys: RosterKeys, imported_by: int) -> None:
    if not fresh:
        return
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {PARTY_TABLE} ({', '.join(COLUMNS)}) FROM STDIN WITH (FORMAT binary)",
            Rows(roster, fresh, keys, imported_by),
        )


def _update(roster: Roster, changed: Iterable[Known], keys: RosterKeys) -> None:
    rows = [_new_values(roster, one, keys) for one in changed]
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, UPDATE, rows, page_size=500)


def _new_values(roster: Roster, one: Known, keys: RosterKeys) -> tuple[Any, ...]:
    person = one.person
    found = (person.email_key, person.phone_key, person.reference_key, person.name_key, person.domain_key)
    head = (roster.pk, one.id, person.subdivision, person.language, list(person.elements), person.addressee)
    sealed = keys.seal_packed(pack(person.values), one.id)
    return (*head, person.present, *(key.hex() if key else None for key in found), sealed)
