"""Hourly and nightly work on the record; the rows are the queue."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from audit import commands
from audit.events import SYSTEM

log = structlog.get_logger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def anchor_record() -> int:
    """Take an anchor when something moved, and write what is not yet in the file beside the database."""
    anchor = commands.anchor_heads(now=timezone.now())
    if anchor is not None:
        log.info("record_anchored", number=anchor.number, heads=anchor.heads)
    filed = commands.file_anchors(settings.ANCHOR_FILE, now=timezone.now())
    if settings.TIMESTAMP_URL:
        try:
            commands.stamp_newest(settings.TIMESTAMP_URL, now=timezone.now())
        except commands.NotStamped as problem:  # the next hour's root stands on this one
            log.warning("record_not_stamped", why=str(problem))
    return filed


@shared_task(soft_time_limit=3_300, time_limit=3_600)  # type: ignore[untyped-decorator]
def check_record() -> bool:
    """Check the whole record; a broken one is told by mail and on the pages of those whom it concerns."""
    found = commands.check_record(by=SYSTEM, copy=settings.ANCHOR_FILE, now=timezone.now())
    if not found.holds:
        log.error("record_broken", check=found.pk, problems=len(found.problems))
    return found.holds
