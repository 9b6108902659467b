"""Take anchors, and let them leave the database."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from audit import chain
from audit.models import Anchor, AnchoredHead
from audit.queries.anchors import line_of, moved_heads

LOCK: Final = 7_203_511  # one anchor is taken at a time


@transaction.atomic
def anchor_heads(*, now: datetime) -> Anchor | None:
    """Take every head that moved since the last anchor into a new one; None when none did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    heads = moved_heads()
    if not heads:
        return None
    last = Anchor.objects.order_by("-number").first()
    previous = bytes(last.root) if last else b""
    tree = chain.tree_root([chain.leaf(*head) for head in heads])
    anchor = Anchor.objects.create(
        number=last.number + 1 if last else 1,
        at=now,
        heads=len(heads),
        previous_root=previous,
        root=chain.anchor_root(previous, chain.instant(now), tree),
    )
    leaves = (
        AnchoredHead(anchor=anchor, stream=one, sequence=place, hash=head) for one, place, head in heads
    )
    AnchoredHead.objects.bulk_create(leaves, batch_size=5_000)
    return anchor


@transaction.atomic
def file_anchors(path: Path, *, now: datetime) -> int:
    """Append what is not in the file yet, one JSON object a line; how many.

    Written before it is marked: after a crash a line may stand there twice, and is never missing.
    """
    waiting = list(
        Anchor.objects.select_for_update(skip_locked=True).filter(filed_at=None).order_by("number")
    )
    if not waiting:
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line_of(anchor)) + "\n" for anchor in waiting)
        file.flush()
        os.fsync(file.fileno())
    Anchor.objects.filter(pk__in=[anchor.pk for anchor in waiting]).update(filed_at=now)
    return len(waiting)


def mark_mailed(anchors: list[Anchor], *, now: datetime) -> None:
    """These have left by mail."""
    Anchor.objects.filter(pk__in=[anchor.pk for anchor in anchors], mailed_at=None).update(mailed_at=now)
