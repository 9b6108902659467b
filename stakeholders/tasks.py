"""Work through imports; the row is the queue, a message only says "look now"."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.keyring import CannotUnseal
from audit.events import SYSTEM
from incidents.files import clamd
from stakeholders import commands
from stakeholders.importing import run, sealedfile
from stakeholders.importing.seen import Seen
from stakeholders.models import Erasure, Roster, RosterImport
from stakeholders.sealing import RosterErased, RosterKeys

log = structlog.get_logger()
RECOUNTED_ENOUGH = timedelta(hours=12)  # nightly, though one night starts a little before the last
MOST_RECOUNTS = 200
LONGEST_SCAN_SECONDS = 600  # a large file takes the scanner minutes
SCANNER_WAITS = timedelta(seconds=30)  # before a scanner that did not answer is asked again
SCANNED_AT_ONCE = 1 << 18
LONGEST_SECONDS = 40.0  # well under the soft limit, so that a chunk is never cut


@shared_task(  # type: ignore[untyped-decorator]
    soft_time_limit=LONGEST_SCAN_SECONDS, time_limit=LONGEST_SCAN_SECONDS + 30
)
def run_due_imports() -> int:
    """Read on in the oldest import that waits; repeating it is harmless. Returns the lines settled."""
    owner = uuid.uuid4().hex
    job = commands.claim_import(owner=owner, now=timezone.now())
    if job is None:
        return 0
    before = job.read
    try:
        clean = scan_first(job, owner=owner)
    except clamd.ScannerUnavailable as problem:  # the list waits; nothing of it is read before it is scanned
        log.warning("import_not_scanned", import_id=job.pk, why=str(problem))
        commands.hold_import(job, owner=owner, until=timezone.now() + SCANNER_WAITS)
        return 0
    if not clean:
        run_due_imports.delay()
        return 0
    job, ended = read_on(job, owner=owner, until=time.monotonic() + LONGEST_SECONDS)
    log.info("import_read", import_id=job.pk, read=job.read, state=job.state, ended=ended)
    run_due_imports.delay()  # the rest of it, or the next one
    return job.read - before


def scan_first(job: RosterImport, *, owner: str) -> bool:
    """Whether the list may be read: before its first line the virus scanner is asked, where there is one."""
    if not settings.CLAMD_ADDRESS or job.position:
        return True
    commands.hold_import(
        job, owner=owner, until=timezone.now() + timedelta(seconds=LONGEST_SCAN_SECONDS + 60)
    )
    try:
        _, file = sealedfile.open_binary(job.stored, RosterKeys.open(job.roster))
        with file:
            verdict = clamd.scan(settings.CLAMD_ADDRESS, iter(lambda: file.read(SCANNED_AT_ONCE), b""))
    except clamd.TooLargeToScan:
        log.warning("import_too_large_to_scan", import_id=job.pk)
        return True
    except (RosterErased, CannotUnseal):
        return True  # reading it says so
    if verdict.infected:
        commands.fail_import(job, owner=owner, code="infected", now=timezone.now())
    return not verdict.infected


@shared_task  # type: ignore[untyped-decorator]
def recount_rosters() -> int:
    """Check the kept counts against the people, one roster after another; what is left waits for the next message."""
    until, before = time.monotonic() + LONGEST_SECONDS, timezone.now() - RECOUNTED_ENOUGH
    number = 0
    for roster in Roster.objects.to_recount(before=before).select_related("incident")[:MOST_RECOUNTS]:
        found = commands.recount_roster(roster, by=SYSTEM, now=timezone.now())
        number += 1
        if found.off:
            log.error("counts_differ", roster=roster.pk, numbers=found.off)
        if time.monotonic() >= until:
            break
    if number and Roster.objects.to_recount(before=before).exists():
        recount_rosters.delay()
    return number


@shared_task  # type: ignore[untyped-decorator]
def erase_due_rosters() -> int:
    """Erase people on the day two persons said, and drop what is left sealed of those erased, batch by batch."""
    now = timezone.now()
    for erasure in Erasure.objects.due(today=now.date()).select_related("roster__incident"):
        if not commands.carry_out_erasure(erasure, now=now):
            log.warning("erasure_waits", roster=erasure.roster_id)
    until, cleared = time.monotonic() + LONGEST_SECONDS, 0
    for roster in Roster.objects.filter(erased_at__isnull=False, cleared_at=None):
        while time.monotonic() < until:
            cleared += 1
            if commands.clear_erased(roster, now=timezone.now()):
                break
    return cleared


def read_on(job: RosterImport, *, owner: str, until: float) -> tuple[RosterImport, bool]:
    """Settle chunk after chunk until the file or the time ends; whether the import is over."""
    try:
        keys = RosterKeys.open(job.roster)
        seen = Seen.of(job.roster, bytes_to_read=job.size - job.bytes_read)
        for chunk in run.chunks(job, keys):
            job = run.settle(job, chunk, keys, owner=owner, now=timezone.now(), seen=seen)
            if time.monotonic() >= until:
                commands.release_import(job, owner=owner, now=timezone.now())
                return job, False
        return commands.finish_import(job, owner=owner, now=timezone.now()), True
    except run.ClaimLost:
        return job, True
    except RosterErased:
        return commands.fail_import(job, owner=owner, code="erased", now=timezone.now()), True
    except CannotUnseal:
        return commands.fail_import(job, owner=owner, code="damaged", now=timezone.now()), True
