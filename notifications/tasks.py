"""Background work: each task only looks at rows, so repeating one is harmless and losing one loses nothing."""

from __future__ import annotations

from datetime import datetime
from importlib.util import find_spec

import structlog
from celery import shared_task
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from audit.events import SYSTEM
from notifications import (
    alerts,
    answers,
    commands,
    evidence_mail,
    item_alerts,
    journal,
    lane,
    queueing,
    record_mail,
    recovery,
    report_mail,
    samples,
)
from notifications.bounce_tasks import read_bounces
from notifications.certificate_tasks import make_due_certificates
from notifications.commands import certificates
from notifications.letter_tasks import draw_due_letters
from notifications.lifecycle import STARTED, NoticeStatus
from notifications.models import Notice

if find_spec("notifications.filing_tasks"):
    from notifications.filing_tasks import draw_due_filings

    __all__ = [
        "draw_due_filings",
        "draw_due_letters",
        "make_due_certificates",
        "read_bounces",
        "send_due_alerts",
        "send_due_answers",
        "send_due_deliveries",
    ]

log = structlog.get_logger(__name__)
# A lane starts no mail after 45 s, but then waits for the answer to its last one as long as SMTP asks.
HARD_LIMIT = int(settings.SMTP_REPLY_SECONDS) + 120


@shared_task(soft_time_limit=HARD_LIMIT - 30, time_limit=HARD_LIMIT)  # type: ignore[untyped-decorator]
def send_due_deliveries() -> int:
    """Send what is due for at most 45 s, then ask for the next turn while there is more."""
    with journal.turn(0) as ours:
        if not ours:
            return 0
        recovery.recover()
        unqueued = queueing.queue_due()
        try:
            report = lane.run(connections_wanted=settings.SMTP_CONNECTIONS)
        finally:
            follow_up()
    if unqueued or (report.more and not report.trouble):
        transaction.on_commit(send_due_deliveries.delay, robust=True)
    return report.fates.total()


@shared_task  # type: ignore[untyped-decorator]
def send_due_answers() -> int:
    """Send queued answers to inquiries."""
    with journal.turn(1) as ours:
        if not ours:
            return 0
        recovery.recover()
        return answers.send_due()


@shared_task(soft_time_limit=HARD_LIMIT - 30, time_limit=HARD_LIMIT)  # type: ignore[untyped-decorator]
def send_due_alerts() -> int:
    """Send reminders, mentions and test mails to our own people."""
    return alerts.send_due() + item_alerts.send_due() + samples.send_due()


@shared_task(soft_time_limit=HARD_LIMIT - 30, time_limit=HARD_LIMIT)  # type: ignore[untyped-decorator]
def send_due_report_mail() -> int:
    """Tell reporters that there is an answer."""
    return report_mail.send_due()


@shared_task(soft_time_limit=HARD_LIMIT - 30, time_limit=HARD_LIMIT)  # type: ignore[untyped-decorator]
def send_record_mail() -> int:
    """Send roots of the record to whoever keeps them, and the alarms when it or a file of evidence was bent."""
    return record_mail.send_due() + evidence_mail.send_due()


def follow_up() -> None:
    """What settled deliveries mean for their notices: the first one sent, or all of them settled."""
    now = timezone.now()
    for notice in Notice.objects.filter(status__in=STARTED, first_noted_at=None, first_sent_at__isnull=False):
        _try(commands.note_first_sending, notice, now)
    done = Notice.objects.filter(
        status__in=[NoticeStatus.SENDING, NoticeStatus.PAUSED],
        held=0,
        queued_to=None,
        total=F("sent") + F("refused") + F("dropped"),
    )
    for notice in done:
        _try(commands.finish_notice, notice, now)
        _try(_certify, notice, now)


def _certify(notice: Notice, *, now: datetime) -> None:
    """Whoever is erased later can be proven to have been told only by what is taken down before."""
    if Notice.objects.filter(pk=notice.pk, status=NoticeStatus.FINISHED).exists():
        certificates.ask_certificate(notice, by=SYSTEM, now=now)


def _try(command: object, notice: Notice, now: object) -> None:
    """One notice that cannot be followed up must not keep the others from it."""
    try:
        command(notice, now=now)  # type: ignore[operator]
    except (ValidationError, DatabaseError) as refusal:
        log.warning("notice_follow_up_refused", notice=notice.pk, why=type(refusal).__name__)
