"""Who cannot be on a roster yet: a filter of one size, which saves looking up everybody who comes for the first time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import connection

from stakeholders.importing.rows import Person
from stakeholders.models import Roster
from stakeholders.models.roster import PARTY_TABLE

START: Final = 3  # bytes of a key, which are as good as random: 16 MB, whatever the number of people
WORTH_BYTES: Final = 20  # of file, for each person whose keys are read first
KEYS: Final = ("email_key", "reference_key", "same_key")


class Seen:
    """A mark for each beginning of a key that was met. None proves that nobody has the key; one proves nothing: among
    a million people it sends one in eight to be looked up for nothing.

    It holds for the roster's `version` alone: whatever else changed the roster may have brought other keys.
    """

    def __init__(self, version: int) -> None:
        self.version = version
        self._marks = bytearray(1 << 8 * START)

    @classmethod
    def of(cls, roster: Roster, *, bytes_to_read: int) -> Seen | None:
        """A filter that knows everybody on the roster; None when the file is too short to be worth it."""
        if roster.people * WORTH_BYTES > bytes_to_read:
            return None
        seen = cls(roster.version)
        if roster.people:
            with connection.cursor() as cursor:
                for key in KEYS:
                    cursor.execute(
                        f"SELECT string_agg(substr(uuid_send({key}), 1, {START}), '') FROM {PARTY_TABLE}"  # noqa: S608
                        " WHERE roster_id = %s",
                        [roster.pk],
                    )
                    seen._add_packed(bytes(cursor.fetchone()[0] or b""))
        return seen

    def _add_packed(self, starts: bytes) -> None:
        marks = self._marks
        for at in range(0, len(starts), START):
            marks[int.from_bytes(starts[at : at + START], "big")] = 1

    def add(self, people: Iterable[Person]) -> None:
        marks = self._marks
        for person in people:
            if key := person.email_key:
                marks[int.from_bytes(key[:START], "big")] = 1
            if key := person.reference_key:
                marks[int.from_bytes(key[:START], "big")] = 1
            if key := person.same_key:
                marks[int.from_bytes(key[:START], "big")] = 1

    def met(self, key: bytes) -> int:
        """Whether somebody with this key may be there."""
        return self._marks[int.from_bytes(key[:START], "big")]
