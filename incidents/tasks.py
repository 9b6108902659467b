"""Work that waits in rows; a message only says "look now"."""

from __future__ import annotations

import time
from typing import Final

import structlog
from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.events import SYSTEM
from incidents import commands, mailbox, queries
from incidents.evidence_tasks import check_stored_files, clear_files, draw_due_pictures, scan_due_files
from incidents.models import Incident

__all__ = [
    "assess_stale_obligations",
    "check_stored_files",
    "clear_files",
    "draw_due_pictures",
    "raise_due_alerts",
    "raise_due_item_alerts",
    "read_mailbox",
    "scan_due_files",
    "tend_inbox",
]

log = structlog.get_logger(__name__)
MOST_MAILS: Final = 50  # fetched at one look
LONGEST_SECONDS: Final = 30.0  # well under the soft limit: one assessment takes a fraction of a second


@shared_task  # type: ignore[untyped-decorator]
def assess_stale_obligations() -> int:
    """Ask the law again for incidents whose facts, or the law itself, changed elsewhere; repeating it is harmless."""
    Incident.objects.asked_other_law(queries.law_now().state).update(assessed_hash="")
    until, done, failed = time.monotonic() + LONGEST_SECONDS, 0, set[int]()
    while time.monotonic() < until:
        pk = _next(failed)
        if pk is None:
            return done
        try:
            done += _assess(pk)
        except Exception:
            # It stays marked and is tried again next time; the others must not wait for it.
            log.exception("assessment_failed", incident_id=pk)
            failed.add(pk)
    transaction.on_commit(assess_stale_obligations.delay, robust=True)
    return done


@shared_task  # type: ignore[untyped-decorator]
def raise_due_alerts() -> int:
    """Remind people of deadlines whose steps have come; repeating it tells nobody twice."""
    until, told = time.monotonic() + LONGEST_SECONDS, 0
    for pk in queries.incidents_to_remind(now=timezone.now()):
        if time.monotonic() > until:
            break  # the rest at the next look
        try:
            told += commands.raise_alerts(pk, now=timezone.now())
        except Exception:
            # Its people are told next time; those of other incidents must not wait for it.
            log.exception("reminding_failed", incident_id=pk)
    return told


@shared_task  # type: ignore[untyped-decorator]
def raise_due_item_alerts() -> int:
    """Remind people of action items whose time runs out; repeating it tells nobody twice."""
    until, told = time.monotonic() + LONGEST_SECONDS, 0
    for pk in queries.incidents_with_due_items(now=timezone.now()):
        if time.monotonic() > until:
            break  # the rest at the next look
        try:
            told += commands.raise_item_alerts(pk, now=timezone.now())
        except Exception:
            log.exception("item_reminding_failed", incident_id=pk)
    return told


@shared_task  # type: ignore[untyped-decorator]
def read_mailbox() -> int:
    """Bring in what the mailbox holds, then make reports of it; repeating it is harmless, losing it loses nothing."""
    until, taken = time.monotonic() + LONGEST_SECONDS, 0
    if settings.INTAKE_IMAP_URL:
        try:
            with mailbox.opened(settings.INTAKE_IMAP_URL) as box:
                for fetched in box.unread(MOST_MAILS):
                    commands.keep_mail(fetched.raw, cut=fetched.cut, now=timezone.now())
                    box.mark_read(fetched)  # only now: until it is kept, the mailbox has it for the next look
                    if time.monotonic() > until:
                        break
        except mailbox.MailboxTrouble as trouble:
            log.warning("mailbox_cannot_be_read", why=str(trouble))
    while time.monotonic() < until and commands.take_in_next_mail(now=timezone.now()) is not None:
        taken += 1
    return taken


@shared_task  # type: ignore[untyped-decorator]
def tend_inbox() -> int:
    """Bring back reports whose time has come, and keep their possible deadlines true; repeating it is harmless."""
    returned = commands.return_due_reports(now=timezone.now())
    return returned + commands.ask_first_clocks()


def _next(failed: set[int]) -> int | None:
    waiting = Incident.objects.stale().exclude(pk__in=failed).order_by("pk")
    return waiting.values_list("pk", flat=True).first()


@transaction.atomic
def _assess(pk: int) -> int:
    """Assess one incident that is still marked; one that somebody else holds is waited for."""
    incident = Incident.objects.stale().select_for_update(of=("self",)).filter(pk=pk).first()
    if incident is None:
        return 0
    commands.assess_obligations(incident, by=SYSTEM, now=timezone.now())
    return 1
