"""Check the record, in the database: each link is hashed again where it lies.

The same bytes as `audit.chain`, in SQL, for one stream or for all at once. What a chain alone cannot show, that the
whole of it was written anew, is shown by the anchors (`audit.queries.anchors`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pgtrigger
from django.db import connection, transaction

from audit.chain import Broken
from audit.models import GUARDED, digest_sql

# All streams at once, on every processor that the database may use: each event against itself and the one before it.
LINES: Final = f"""
    SELECT event.stream, count(*) AS events, max(event.sequence) AS sequence, bool_and(
        {digest_sql("event.previous_hash", "event.")} = event.hash
        AND coalesce(before.hash, ''::bytea) = event.previous_hash
        AND (before.hash IS NULL) = (event.sequence = 1)
    ) AS whole
    FROM audit_auditevent event
    LEFT JOIN audit_auditevent before ON before.stream = event.stream AND before.sequence = event.sequence - 1
    WHERE %(stream)s IS NULL OR event.stream = %(stream)s GROUP BY event.stream
"""  # noqa: S608 - made of constants
HEADS: Final = f"""
    SELECT coalesce(head.stream, line.stream), head.hash, coalesce(line.events, 0),
        coalesce(line.whole AND line.sequence = line.events, true),
        head.sequence = line.events AND head.hash = last.hash,
        coalesce(head.sequence, 0) > coalesce(line.events, 0)
    FROM (SELECT * FROM audit_streamhead WHERE %(stream)s IS NULL OR stream = %(stream)s) head
    FULL JOIN ({LINES}) line ON line.stream = head.stream
    LEFT JOIN audit_auditevent last ON last.stream = head.stream AND last.sequence = head.sequence
    ORDER BY 1
"""  # noqa: S608 - made of constants
# Where lines are not whole: the first place of each that is not.
LINKS: Final = f"""
    WITH link AS (
        SELECT stream, sequence, previous_hash, {digest_sql("previous_hash")} = hash AS whole,
            coalesce(lag(sequence) OVER line, 0) + 1 AS expected,
            coalesce(lag(hash) OVER line, ''::bytea) AS before
        FROM audit_auditevent WHERE %(stream)s IS NULL OR stream = %(stream)s
        WINDOW line AS (PARTITION BY stream ORDER BY sequence)
    )
    SELECT DISTINCT ON (stream) stream, sequence, expected, previous_hash = before
    FROM link WHERE sequence <> expected OR previous_hash <> before OR NOT whole
    ORDER BY stream, sequence
"""  # noqa: S608 - made of constants
REASONS: Final = """
    SELECT DISTINCT ON (stream) stream, sequence, reason.id IS NULL
    FROM audit_auditevent event LEFT JOIN audit_reason reason ON reason.id = event.reason_id
    WHERE (%(stream)s IS NULL OR stream = %(stream)s) AND reason_hash <> ''::bytea AND (
        reason.id IS NULL
        OR (reason.erased_at IS NULL AND sha256(reason.salt || convert_to(reason.text, 'UTF8')) <> reason_hash)
    )
    ORDER BY stream, sequence
"""


@dataclass(frozen=True)
class Verdict:
    """What a check of one stream found."""

    stream: str
    events: int
    head: str
    broken: Broken | None

    @property
    def holds(self) -> bool:
        return self.broken is None


@dataclass(frozen=True)
class Survey:
    """What a check of all streams found."""

    streams: int
    events: int
    broken: tuple[Verdict, ...] = ()
    guards: tuple[str, ...] = field(default=())  # what no longer keeps the tables from being altered

    @property
    def holds(self) -> bool:
        return not self.broken and not self.guards


def verify(stream: str) -> Verdict:
    """Check every link of a stream, its reasons, and that its head was not cut off."""
    return next(_verdicts(stream), Verdict(stream, 0, "", None))


def verify_all() -> Survey:
    """Check every stream, and that the tables are still guarded."""
    found = list(_verdicts(None))
    broken = tuple(one for one in found if not one.holds)
    return Survey(len(found), sum(one.events for one in found), broken, tuple(missing_guards()))


def _verdicts(stream: str | None) -> Iterator[Verdict]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")  # or a large record is hashed over the disk
        heads = _rows(cursor, HEADS, stream)
        links: dict[str, Broken] = {}
        if not all(whole for _, _, _, whole, _, _ in heads):
            links = {row[0]: _link(*row[1:]) for row in _rows(cursor, LINKS, stream)}
        reasons = {row[0]: _reason(*row[1:]) for row in _rows(cursor, REASONS, stream)}
        for name, head, events, _, fits, longer in heads:
            end = None if fits else _end(events, longer)
            broken = links.get(name) or end or reasons.get(name)
            yield Verdict(name, events, bytes(head).hex() if head else "", broken)


def _rows(cursor: Any, query: str, stream: str | None) -> list[tuple[Any, ...]]:
    cursor.execute(query, {"stream": stream})
    return list(cursor.fetchall())


def _link(sequence: int, expected: int, follows: bool) -> Broken:
    if sequence != expected:
        return Broken(expected, f"event {expected} is missing; the next one found is {sequence}")
    if not follows:
        return Broken(sequence, "does not follow the event before it")
    return Broken(sequence, "was altered after it was written")


def _end(events: int, longer: bool) -> Broken:
    if longer:
        return Broken(events + 1, "events at the end are missing")
    return Broken(events, "the head does not match the last event")


def _reason(sequence: int, gone: bool) -> Broken:
    what = "taken away" if gone else "altered"
    return Broken(sequence, f"its reason was {what} after it was written")


def missing_guards() -> list[str]:
    """The triggers that guard the record and are gone or switched off, by table and name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal")
        there = {name for (name,) in cursor.fetchall()}
    tables = {model._meta.db_table for model in GUARDED}
    return [
        f"{model._meta.db_table}: {trigger.name}"
        for model, trigger in pgtrigger.registered()
        if model._meta.db_table in tables and trigger.get_pgid(model) not in there
    ]
