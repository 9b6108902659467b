"""Read on where an import stands, chunk by chunk; each chunk is one transaction with its place in the file."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from stakeholders.importing import load, sealedfile
from stakeholders.importing.ahead import Read, Refusals, ahead
from stakeholders.importing.rows import Parts, Person, Plan, Refused, RowReader
from stakeholders.importing.seen import Seen
from stakeholders.lifecycle import ImportState
from stakeholders.models import Roster, RosterImport, RosterReject
from stakeholders.sealing import RosterKeys

CHUNK_LINES: Final = 10_000
ALONE_BYTES: Final = 1_000_000  # a shorter file is read sooner than a process starts
CLAIM_LASTS: Final = timedelta(seconds=60)


class ClaimLost(Exception):
    """Another worker took the import over, or somebody stopped it: this one writes nothing more."""


@dataclass
class Chunk:
    """Some lines of the file, read and keyed."""

    people: list[Person]
    refused: list[RosterReject]
    lines: int  # of the file, that are settled when this chunk is
    bytes_read: int

    @property
    def read(self) -> int:
        return len(self.people) + len(self.refused)


def records(file: io.TextIOBase, delimiter: str) -> Iterator[tuple[int, list[str] | None, int]]:
    """First line, cells (None when unreadable) and last line of each record; blank lines are left out."""
    reader = csv.reader(file, delimiter=delimiter, strict=False)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield first, None, reader.line_num
            continue
        if "".join(cells).strip():
            yield first, cells, reader.line_num


def chunks(job: RosterImport, keys: RosterKeys, *, size: int = CHUNK_LINES) -> Iterator[Chunk]:
    """The rest of the file from the import's position on; a long one is read ahead in a second process."""
    read, make = partial(_batches, job, keys, size), partial(_chunk, job)
    found = ahead(read, make) if job.size - job.bytes_read > ALONE_BYTES else map(make, read())
    yield from found


def _chunk(job: RosterImport, read: Read) -> Chunk:
    people, refused, lines, so_far = read
    rejects = [
        RosterReject(source_id=job.pk, line=line, field=field, code=code) for line, field, code in refused
    ]
    return Chunk([Person(*parts) for parts in people], rejects, lines, so_far)


def _batches(job: RosterImport, keys: RosterKeys, size: int) -> Generator[Read, None, None]:
    raw, buffered = sealedfile.open_binary(job.stored, keys)
    dialect, before = job.dialect, job.position
    reader = RowReader(Plan.of(job.mapping, job.defaults, job.uploaded_at.date()), keys)
    with io.TextIOWrapper(buffered, encoding=dialect["encoding"], errors="replace", newline="") as file:
        for _ in itertools.islice(file, before):
            pass
        found = records(file, dialect["delimiter"])
        if before == 0 and dialect["has_header"]:
            next(found, None)
        while batch := list(itertools.islice(found, size)):
            people, refused = _read(reader, batch, before)
            yield people, refused, before + batch[-1][2], raw.read_so_far


def _read(
    reader: RowReader, batch: list[tuple[int, list[str] | None, int]], before: int
) -> tuple[list[Parts], Refusals]:
    people: list[Parts] = []
    refused: Refusals = []
    for first, cells, _ in batch:
        try:
            if cells is None:
                raise Refused("", "unreadable_line")
            people.append(reader.read(cells))
        except Refused as problem:
            refused.append((before + first, problem.field, problem.code))
    return people, refused


@transaction.atomic
def settle(
    job: RosterImport, chunk: Chunk, keys: RosterKeys, *, owner: str, now: datetime, seen: Seen | None = None
) -> RosterImport:
    """Write one chunk, or nothing of it: people, refusals, counts and the place in the file go together."""
    job = RosterImport.objects.locked(job)
    if job.state != ImportState.RUNNING or job.claimed_by != owner or job.position >= chunk.lines:
        raise ClaimLost(job.reference)
    # The lock makes two imports into one roster take turns, so that nobody comes in twice.
    roster = Roster.objects.locked(job.roster)
    if seen is not None and seen.version == roster.version:
        outcome = load.load(roster, chunk.people, keys, imported_by=job.pk, met=seen.met)
        seen.add(chunk.people)  # also when this is rolled back: then somebody is looked up for nothing
        seen.version += 1
    else:
        outcome = load.load(roster, chunk.people, keys, imported_by=job.pk)
    roster.version += 1
    roster.save(update_fields=["people", "mailable", "exempt", "version"])
    RosterReject.objects.bulk_create(chunk.refused, batch_size=5000)
    job.position, job.bytes_read = chunk.lines, chunk.bytes_read
    job.read += chunk.read
    job.added += outcome.added
    job.merged += outcome.merged
    job.unchanged += outcome.unchanged
    job.refused += len(chunk.refused)
    job.lapses_at = now + CLAIM_LASTS
    job.save(
        update_fields=[
            "position", "bytes_read", "read", "added", "merged", "unchanged", "refused", "lapses_at",
        ]
    )  # fmt: skip
    return job
