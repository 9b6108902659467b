"""The canonical bytes of an event, the walk along a chain, and the tree that anchors many chains in one root.

Bare Python, for this file itself is what an export carries as `check_record.py`: run it beside `record.jsonl` and
`anchors.json`, without network or database, and it says whether the record holds.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

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


# --- anchors: the heads of many streams in one root
# Leaves, knots and roots begin with bytes of their own, so that none can be passed off as another.


def _framed(*values: str) -> bytes:
    return b"".join(str(len(one)).encode() + b":" + one for one in (value.encode() for value in values))


def leaf(stream: str, sequence: int, head: bytes) -> bytes:
    """The hash of one stream's head."""
    return hashlib.sha256(b"\x00" + _framed(stream, str(sequence), head.hex())).digest()


def _knot(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _floors(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The tree from its leaves up; what has no neighbour goes up as it is."""
    floors = [list(leaves)]
    while len(floors[-1]) > 1:
        below = floors[-1]
        pairs = [_knot(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        floors.append(pairs + below[len(pairs) * 2 :])
    return floors


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The one hash that stands for all leaves, in their order."""
    return _floors(leaves)[-1][0]


def path(leaves: Sequence[bytes], place: int) -> list[tuple[str, str]]:
    """What leads from one leaf to the root without showing the others: the side and the hex of each neighbour."""
    found = []
    for floor in _floors(leaves)[:-1]:
        beside = place ^ 1
        if beside < len(floor):
            found.append(("left" if beside < place else "right", floor[beside].hex()))
        place //= 2
    return found


def climb(start: bytes, steps: Iterable[Sequence[str]]) -> bytes:
    """The root that a leaf and its path lead to."""
    for side, beside in steps:
        other = bytes.fromhex(beside)
        start = _knot(other, start) if side == "left" else _knot(start, other)
    return start


def anchor_root(previous: bytes, at: str, tree: bytes) -> bytes:
    """The root of one anchor: it stands on the one before it, on its time, and on the heads that moved since."""
    return hashlib.sha256(b"\x02" + previous + _framed(at) + tree).digest()


def false_anchor(events: Sequence[Mapping[str, str]], anchors: Iterable[Mapping[str, object]]) -> str:
    """What is wrong with the first anchor that does not fit the events of a stream; nothing when all fit."""
    for anchor in anchors:
        number, sequence = anchor["number"], int(str(anchor["sequence"]))
        if sequence > len(events):
            return f"Anchor {number} was taken at event {sequence}, which is not here."
        event = events[sequence - 1]
        start = leaf(event["stream"], sequence, bytes.fromhex(event["hash"]))
        steps: Iterable[Sequence[str]] = anchor["path"]  # type: ignore[assignment]
        tree = climb(start, steps)
        root = anchor_root(bytes.fromhex(str(anchor["previous_root"])), str(anchor["at"]), tree)
        if root.hex() != anchor["root"]:
            return f"Anchor {number} does not follow from event {sequence}."
    return ""


def false_reason(events: Iterable[Mapping[str, str]]) -> str:
    """What is wrong with the first reason that was altered; a reason that was erased has no words to check."""
    for event in events:
        if "reason_salt" not in event:
            continue
        told = hashlib.sha256(bytes.fromhex(event["reason_salt"]) + event["reason"].encode()).hexdigest()
        if told != event["reason_hash"]:
            return f"The reason of event {event['sequence']} was altered after it was written."
    return ""


def check(folder: Path) -> tuple[bool, list[str]]:
    """Check an export; whether it holds, and what to tell a reader."""
    lines = (folder / "record.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    broken = first_broken(events)
    if broken:
        return False, [f"BROKEN at event {broken.sequence}: {broken.problem}."]
    if problem := false_reason(events):
        return False, [f"BROKEN: {problem}"]
    kept = folder / "anchors.json"
    anchors = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    if problem := false_anchor(events, anchors):
        return False, [f"BROKEN: {problem}"]
    head = events[-1]["hash"] if events else "none"
    told = [f"The record holds: {len(events)} events, none altered, none missing between them. Head: {head}"]
    told += [
        f"Anchor {one['number']} of {one['at']} covers events 1 to {one['sequence']}. Root: {one['root']}"
        for one in anchors
    ]
    if anchors:
        told.append("Compare a root with the copy that left the system on that day: that shows the date.")
    return True, told


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    try:
        holds, told = check(folder)
    except (OSError, ValueError, KeyError) as problem:
        holds, told = False, [f"This is no export of a record that can be read: {problem}"]
    print("\n".join(told))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
