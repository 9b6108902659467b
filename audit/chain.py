"""The canonical bytes of an event and the walk along a chain; bare Python, as an offline checker needs it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

FIELDS = (
    "stream",
    "sequence",
    "at",
    "verb",
    "actor_id",
    "actor_label",
    "subject_type",
    "subject_id",
    "subject_label",
    "details",
    "reason_hash",
)


@dataclass(frozen=True)
class Broken:
    """The first link that does not hold."""

    sequence: int
    problem: str


def instant(at: datetime) -> str:
    """UTC with microseconds: the text that the database's trigger hashes."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(previous: bytes, event: Mapping[str, str]) -> bytes:
    """SHA-256 over the previous hash and the fields, each behind its length in bytes.

    Lengths make it unambiguous; a separator alone would let two events share their bytes.
    """
    parts = [previous]
    for field in FIELDS:
        value = event[field].encode()
        parts.append(str(len(value)).encode() + b":" + value)
    return hashlib.sha256(b"".join(parts)).digest()


def first_broken(events: Iterable[Mapping[str, str]]) -> Broken | None:
    """Walk one stream in order; each event holds FIELDS plus `previous_hash` and `hash` in hex."""
    previous, expected = b"", 1
    for event in events:
        sequence = int(event["sequence"])
        if sequence != expected:
            return Broken(expected, f"event {expected} is missing; the next one found is {sequence}")
        if bytes.fromhex(event["previous_hash"]) != previous:
            return Broken(sequence, "does not follow the event before it")
        if digest(previous, event) != bytes.fromhex(event["hash"]):
            return Broken(sequence, "was altered after it was written")
        previous, expected = bytes.fromhex(event["hash"]), expected + 1
    return None
