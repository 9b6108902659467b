"""A notice's segment becomes deliveries, some thousand people at a time: starting a notice takes no longer for a million."""

from __future__ import annotations

import time
from typing import Final

from django.db import connection, transaction

from notifications import segments
from notifications.lifecycle import NoticeStatus
from notifications.models import Notice

AT_ONCE: Final = 10_000
AT_START: Final = 1_000  # by the act that starts the notice
SECONDS: Final = 10.0
UNDER_WAY: Final = (NoticeStatus.SENDING, NoticeStatus.PAUSED)


def queue_due(*, seconds: float = SECONDS) -> bool:
    """Queue people of notices that were started; returns whether some are left for the next turn."""
    ends_at = time.monotonic() + seconds
    waiting = Notice.objects.filter(status__in=UNDER_WAY, queued_to__isnull=False).order_by("started_at")
    for notice in waiting:
        more = True
        while more and time.monotonic() < ends_at:
            with transaction.atomic():
                locked = Notice.objects.locked(notice)
                more = locked.status in UNDER_WAY and queue_some(locked)
    return waiting.exists()


def queue_some(notice: Notice, *, size: int = AT_ONCE) -> bool:
    """Queue the next people of a locked notice by one INSERT; returns whether more may follow.

    In the order of their numbers from where it stopped: repeating it after a crash queues nobody twice.
    """
    if notice.queued_to is None:
        return False
    roster = segments.roster_of(notice.incident)
    number, last = _insert(notice, roster.pk, size) if roster else (0, None)
    if number < size:
        notice.queued_to = None
        notice.total = notice.deliveries.count()
    else:
        notice.queued_to = last
    notice.save(update_fields=["queued_to", "total"])
    return notice.queued_to is not None


def _insert(notice: Notice, roster_id: int, size: int) -> tuple[int, int | None]:
    chosen = (
        segments.mailable(roster_id, notice.segment).filter(id__gt=notice.queued_to).order_by("id")[:size]
    )
    query, parameters = chosen.values("roster_id", "id", "mail_domain_key").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN + query + _QUEUED, [*parameters, notice.pk])
        number, last = cursor.fetchone()
    return int(number), last


# Django's own SQL of the segment stands between; its values travel as parameters.
_CHOSEN: Final = "WITH chosen AS MATERIALIZED ("
_QUEUED: Final = """), queued AS (INSERT INTO notifications_delivery
        (notice_id, roster_id, party_id, mail_domain_key, state, attempt, owner, message_id, reply_text)
    SELECT %s, c.roster_id, c.id, c.mail_domain_key, 'queued', 0, '', '', '' FROM chosen c ORDER BY c.id
    ON CONFLICT (notice_id, roster_id, party_id) DO NOTHING)
    SELECT count(*), max(id) FROM chosen"""
