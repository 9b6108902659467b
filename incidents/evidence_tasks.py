"""What is done to files beside people: scanned, drawn, checked, cleared. The row is the queue."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final

import structlog
from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.keyring import CannotUnseal
from audit.events import SYSTEM
from incidents.commands import erase_lapsed_report_drafts, files
from incidents.files import clamd, preview
from incidents.models import StoredFile

log = structlog.get_logger(__name__)
LONGEST_SECONDS: Final = 40.0
# A large file takes the scanner minutes; its claim lasts longer, so a message that comes again finds nothing to do.
LONGEST_SCAN_SECONDS: Final = 600
CHECKED_ENOUGH: Final = timedelta(hours=12)  # nightly, though one night starts a little before the last
MOST_CHECKS: Final = 5_000


@shared_task(  # type: ignore[untyped-decorator]
    name="incidents.tasks.scan_due_files",
    soft_time_limit=LONGEST_SCAN_SECONDS,
    time_limit=LONGEST_SCAN_SECONDS + 30,
)
def scan_due_files(now: datetime | None = None) -> int:
    """Ask the scanner about what waits; how many it answered. Without a scanner nothing waits for one."""
    until, answered = time.monotonic() + LONGEST_SECONDS, 0
    while settings.CLAMD_ADDRESS and time.monotonic() < until:
        file = files.claim_scan(now=now or timezone.now())
        if file is None:
            break
        if not _scanned(file, now or timezone.now()):
            break  # it does not answer: the others need not ask
        answered += 1
    if answered:
        transaction.on_commit(draw_due_pictures.delay, robust=True)
    return answered


def _scanned(file: StoredFile, now: datetime) -> bool:
    verdict = None
    try:
        verdict = clamd.scan(settings.CLAMD_ADDRESS, files.contents(file))
    except clamd.TooLargeToScan:
        pass
    except (clamd.ScannerUnavailable, CannotUnseal) as problem:
        log.warning("file_not_scanned", file=file.pk, why=type(problem).__name__)
        files.record_no_scan(file, now=now)
        return False
    files.record_scan(file, verdict, now=now)
    return True


@shared_task(name="incidents.tasks.draw_due_pictures")  # type: ignore[untyped-decorator]
def draw_due_pictures() -> int:
    """Draw pictures anew that wait for it; how many were settled."""
    until, done = time.monotonic() + LONGEST_SECONDS, 0
    while time.monotonic() < until:
        file = files.claim_drawing(now=timezone.now())
        if file is None:
            break
        try:
            picture = preview.drawn_anew(file.kind, file.size, files.contents(file))
        except (preview.NoPicture, CannotUnseal) as problem:
            log.info("picture_not_drawn", file=file.pk, why=str(problem))
            picture = None
        files.record_drawing(file, picture, now=timezone.now())
        done += 1
    return done


@shared_task(name="incidents.tasks.check_stored_files")  # type: ignore[untyped-decorator]
def check_stored_files(now: datetime | None = None) -> int:
    """Compute the hashes again, the longest unchecked first; what is left waits for the next message."""
    at = now or timezone.now()
    until, done = time.monotonic() + LONGEST_SECONDS, 0
    waiting = StoredFile.objects.to_check(before=at - CHECKED_ENOUGH)
    for file in waiting.order_by("checked_at", "pk")[:MOST_CHECKS]:
        if not files.check_file(file, by=SYSTEM, told=False, now=at):
            log.error("file_differs", file=file.pk)
        done += 1
        if time.monotonic() >= until:
            break
    if done and waiting.exists():
        transaction.on_commit(check_stored_files.delay, robust=True)
    return done


@shared_task(name="incidents.tasks.clear_files")  # type: ignore[untyped-decorator]
def clear_files() -> int:
    """Throw away what nobody finished or took in time."""
    erase_lapsed_report_drafts(now=timezone.now())
    files.clear_erased(now=timezone.now())
    return files.clear_lapsed(now=timezone.now())


def nudge() -> None:
    """Say "look now"; beat is the safety net."""
    look = scan_due_files if settings.CLAMD_ADDRESS else draw_due_pictures
    transaction.on_commit(look.delay, robust=True)
