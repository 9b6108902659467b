"""Anchors: what was taken, what proves one stream, and whether the record still fits them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.db.models import Count

from audit import chain
from audit.models import Anchor, AnchoredHead

PAGE: Final = 50
PROOFS: Final = 50  # the newest anchors that an export carries
MOVED: Final = """
    SELECT head.stream, head.sequence, head.hash FROM audit_streamhead head
    WHERE head.sequence > 0 AND NOT EXISTS (
        SELECT FROM audit_anchoredhead done WHERE done.stream = head.stream AND done.sequence = head.sequence
    )
    ORDER BY head.stream COLLATE "C"
"""
UNFIT: Final = """
    SELECT leaf.anchor_id, leaf.stream, leaf.sequence, event.id IS NULL
    FROM audit_anchoredhead leaf
    LEFT JOIN audit_auditevent event ON event.stream = leaf.stream AND event.sequence = leaf.sequence
    WHERE event.hash IS DISTINCT FROM leaf.hash
    ORDER BY leaf.anchor_id, leaf.stream LIMIT 20
"""


def moved_heads() -> list[tuple[str, int, bytes]]:
    """Streams whose last event no anchor covers, in the order of an anchor's leaves."""
    with connection.cursor() as cursor:
        cursor.execute(MOVED)
        return [(stream, sequence, bytes(head)) for stream, sequence, head in cursor.fetchall()]


def line_of(anchor: Anchor) -> dict[str, Any]:
    """What leaves the database of an anchor: nothing but numbers, times and hashes."""
    return {
        "number": anchor.number,
        "at": chain.instant(anchor.at),
        "heads": anchor.heads,
        "previous_root": bytes(anchor.previous_root).hex(),
        "root": bytes(anchor.root).hex(),
    }


def anchors_page(*, before: int | None = None, size: int = PAGE) -> tuple[list[Anchor], int | None]:
    """Newest first, and where the next page starts."""
    found = Anchor.objects.order_by("-number")
    if before is not None:
        found = found.filter(number__lt=before)
    rows = list(found[: size + 1])
    return rows[:size], (rows[size - 1].number if len(rows) > size else None)


def anchors_of(stream: str) -> list[dict[str, Any]]:
    """The newest anchors that cover a stream, oldest first, each with the path that proves it alone."""
    mine = AnchoredHead.objects.filter(stream=stream).select_related("anchor").order_by("-anchor_id")[:PROOFS]
    return [_proof(one) for one in reversed(mine)]


def _proof(mine: AnchoredHead) -> dict[str, Any]:
    rows = list(_leaves([mine.anchor_id]))
    place = next(at for at, row in enumerate(rows) if row[1] == mine.stream)
    path = chain.path([chain.leaf(*row[1:]) for row in rows], place)
    stamp = base64.b64encode(mine.anchor.stamp).decode() if mine.anchor.stamp else None
    return line_of(mine.anchor) | {"sequence": mine.sequence, "path": path, "stamp": stamp}


def _leaves(numbers: Sequence[int] | None = None) -> Iterator[tuple[int, str, int, bytes]]:
    """Anchor, stream, sequence and hash, in the order of the tree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT anchor_id, stream, sequence, hash FROM audit_anchoredhead"
            ' WHERE %(of)s IS NULL OR anchor_id = ANY(%(of)s) ORDER BY anchor_id, stream COLLATE "C"',
            {"of": None if numbers is None else list(numbers)},
        )
        for number, stream, sequence, head in cursor:
            yield number, stream, sequence, bytes(head)


def false_anchors() -> list[str]:
    """Where the record does not fit its anchors, or an anchor the ones before it; nothing when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(UNFIT)
        unfit = cursor.fetchall()
    return [*(_unfit(*row) for row in unfit), *_false_roots()]


def _unfit(number: int, stream: str, sequence: int, gone: bool) -> str:
    what = "is gone" if gone else "is another than it was"
    return f"{stream}: event {sequence} {what} when anchor {number} was taken"


def _false_roots() -> Iterator[str]:
    taken = {anchor.number: anchor for anchor in Anchor.objects.annotate(found=Count("leaves"))}
    trees = {
        number: chain.tree_root([chain.leaf(*row[1:]) for row in rows])
        for number, rows in groupby(_leaves(), key=lambda row: row[0])
    }
    root = b""
    for expected, number in enumerate(sorted(taken), start=1):
        anchor = taken[number]
        if number != expected:
            yield f"anchor {expected} is missing"
            return
        made = chain.anchor_root(root, chain.instant(anchor.at), trees.get(number, b""))
        if bytes(anchor.previous_root) != root or made != bytes(anchor.root):
            yield f"anchor {number} was altered after it was taken"
            return
        root = bytes(anchor.root)


def compare_with_file(path: Path) -> list[str]:
    """Where the anchors differ from the copy that left the database; a line that is none is told too."""
    kept = {anchor.number: line_of(anchor) for anchor in Anchor.objects.all()}
    problems = []
    for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        told = _line(line)
        if told is None:
            problems.append(f"line {place} of {path.name} is no anchor")
        elif told != kept.get(told["number"]):
            problems.append(
                f"anchor {told['number']} is not the one that left us ({path.name}, line {place})"
            )
    return problems


def _line(line: str) -> Mapping[str, Any] | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and isinstance(told.get("number"), int) else None
