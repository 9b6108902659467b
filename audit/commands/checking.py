"""Check the whole record and keep what was found."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from audit.commands.recording import Acting
from audit.models import RecordCheck
from audit.queries.anchors import compare_with_file, false_anchors
from audit.queries.checking import verify_all

MOST_PROBLEMS = 50  # a reader needs the first ones; the rest has one cause


def check_record(*, by: Acting, copy: Path | None, now: datetime) -> RecordCheck:
    """Every link, reason and guard, the anchors, and the copy of them that left the database, if there is one."""
    began = time.monotonic()
    survey = verify_all()
    problems = [
        f"{one.stream}: event {one.broken.sequence}: {one.broken.problem}"
        for one in survey.broken
        if one.broken is not None
    ]
    problems += [f"the guard {guard} is gone or switched off" for guard in survey.guards]
    problems += false_anchors()
    if copy is not None and copy.exists():
        problems += compare_with_file(copy)
    return RecordCheck.objects.create(
        at=now,
        by_label=str(by)[:200],
        streams=survey.streams,
        events=survey.events,
        seconds=round(time.monotonic() - began, 3),
        problems=problems[:MOST_PROBLEMS],
    )


def mark_told(check: RecordCheck, *, now: datetime) -> None:
    """Those whom a broken record concerns were told of this one."""
    RecordCheck.objects.filter(pk=check.pk, mailed_at=None).update(mailed_at=now)
