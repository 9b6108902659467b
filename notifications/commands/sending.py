"""Sending a notice, stopping it, and settling what stays open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import TextChoices

from accounts.models import Organisation, User
from audit.commands import record
from audit.events import SYSTEM
from incidents import commands as incidents
from incidents.models import Obligation
from incidents.rules import check_reason
from notifications import ledger, queueing, segments
from notifications.events import NoticeEvent
from notifications.lifecycle import HELD, Fate, NoticeStatus, check_move
from notifications.models import Delivery, Notice
from notifications.rules import check_none, sending_blockers
from notifications.sources import told_apart

MATTER = "notice"
LATEST = timedelta(days=30)  # a start further ahead is a forgotten one


class Settling(TextChoices):
    """What a person does with a delivery that waits for one."""

    RESEND = "resend", "Send again"
    ACCEPT = "accept", "Count as sent"
    GIVE_UP = "give_up", "Give up"


@transaction.atomic
def start_sending(
    notice: Notice, *, by: User, now: datetime, delay: timedelta = timedelta(0), at: datetime | None = None
) -> Notice:
    """One delivery for everybody in the segment who has an address; it starts `at` an instant, or after `delay`.

    The first thousand is queued here, the rest by the next turn of sending.
    """
    notice = Notice.objects.locked(notice)
    check_move(notice.status, NoticeStatus.SENDING)
    if notice.status != NoticeStatus.APPROVED:
        raise ValidationError("A paused notice is resumed.", code="wrong_status")
    starts = at or now + delay
    if not now <= starts <= now + LATEST:
        raise ValidationError(
            "Give a time from now on, at most %(days)s days ahead.",
            code="bad_start",
            params={"days": LATEST.days},
        )
    profile = segments.profile(notice, told_apart(notice))
    check_none(sending_blockers(notice, profile), code="not_ready")
    notice.total = profile.mailable
    notice.queued_to = 0
    notice.status = NoticeStatus.SENDING
    notice.started_by = by
    notice.started_at = now
    notice.scheduled_at = starts
    notice.save()
    queueing.queue_some(notice, size=queueing.AT_START)
    record(
        NoticeEvent.SENDING,
        notice,
        by=by,
        stream=notice.stream,
        details={"people": notice.total, "text_hash": notice.text_hash, "scheduled_at": notice.scheduled_at},
    )
    label = f"Notice {notice.reference} is on its way"
    incidents.open_matter(
        notice.incident, kind=MATTER, reference=notice.reference, label=label, by=by, now=now
    )
    return notice


@transaction.atomic
def pause_sending(notice: Notice, *, by: User, reason: str, now: datetime) -> Notice:
    """Stop it: lanes end after the mail they are at."""
    notice = Notice.objects.locked(notice)
    check_move(notice.status, NoticeStatus.PAUSED)
    notice.status = NoticeStatus.PAUSED
    notice.save(update_fields=["status"])
    record(NoticeEvent.PAUSED, notice, by=by, stream=notice.stream, reason=check_reason(reason))
    return notice


@transaction.atomic
def resume_sending(notice: Notice, *, by: User, now: datetime) -> Notice:
    """Go on where it stopped."""
    notice = Notice.objects.locked(notice)
    if notice.status != NoticeStatus.PAUSED:
        raise ValidationError("Only a paused notice is resumed.", code="wrong_status")
    notice.status = NoticeStatus.SENDING
    notice.scheduled_at = now
    notice.save(update_fields=["status", "scheduled_at"])
    record(NoticeEvent.RESUMED, notice, by=by, stream=notice.stream)
    return notice


@transaction.atomic
def withdraw_notice(notice: Notice, *, by: User, reason: str, now: datetime) -> Notice:
    """End it: what has not left stays here; what is in flight keeps its own fate."""
    notice = Notice.objects.locked(notice)
    check_move(notice.status, NoticeStatus.WITHDRAWN)
    reason = check_reason(reason)
    notice.status = NoticeStatus.WITHDRAWN
    notice.finished_at = now
    if notice.queued_to is not None:
        notice.queued_to = None
        notice.total = notice.deliveries.count()
    notice.save(update_fields=["status", "finished_at", "queued_to", "total"])
    before: Counter[tuple[int, str]] = Counter()
    for state in (Fate.QUEUED, Fate.DEFERRED, *sorted(HELD)):
        before[notice.pk, str(state)] = notice.deliveries.filter(state=state).update(
            state=Fate.WITHDRAWN, settled_at=now, owner="", next_try_at=None
        )
    dropped = before.total()
    ledger.count_fates(Counter({(notice.pk, str(Fate.WITHDRAWN)): dropped}), back=before)
    record(
        NoticeEvent.WITHDRAWN,
        notice,
        by=by,
        stream=notice.stream,
        reason=reason,
        details={"not_sent": dropped, "sent": notice.sent},
    )
    incidents.settle_matter(notice.incident, kind=MATTER, reference=notice.reference, by=by, now=now)
    notice.refresh_from_db()
    return notice


@transaction.atomic
def settle_uncertain(
    notice: Notice, *, deliveries: Sequence[int], act: str, by: User, reason: str, now: datetime
) -> int:
    """Say what becomes of deliveries that wait for a person; a second try carries the same Message-ID."""
    notice = Notice.objects.locked(notice)
    reason = check_reason(reason)
    waiting = list(
        notice.deliveries.filter(pk__in=deliveries, state__in=HELD).order_by("pk").select_for_update()
    )
    if not waiting or act not in Settling.values:
        raise ValidationError("Nothing chosen that waits for a decision.", code="already_settled")
    if act == Settling.RESEND and notice.status not in (NoticeStatus.SENDING, NoticeStatus.PAUSED):
        raise ValidationError("This notice is not on its way any more.", code="wrong_status")
    state = {Settling.RESEND: Fate.QUEUED, Settling.ACCEPT: Fate.SENT, Settling.GIVE_UP: Fate.FAILED}[
        Settling(act)
    ]
    before = Counter((notice.pk, str(one.state)) for one in waiting)
    changes: dict[str, object] = {"state": state, "owner": "", "next_try_at": None, "lease_until": None}
    if state == Fate.SENT:
        changes["sent_at"] = now
    if state != Fate.QUEUED:
        changes["settled_at"] = now
    moved = Delivery.objects.filter(pk__in=[one.pk for one in waiting]).update(**changes)
    ledger.count_fates(Counter({(notice.pk, str(state)): moved}), back=before)
    record(
        NoticeEvent.UNCERTAIN_SETTLED,
        notice,
        by=by,
        stream=notice.stream,
        reason=reason,
        details={"act": act, "deliveries": [one.pk for one in waiting][:100], "number": moved},
    )
    return moved


@transaction.atomic
def note_first_sending(notice: Notice, *, now: datetime) -> None:
    """Hand down when the first notice of the incident went out; clocks of other duties hang on it."""
    notice = Notice.objects.locked(notice)
    if notice.first_noted_at is not None or notice.first_sent_at is None:
        return
    notice.first_noted_at = now
    notice.save(update_fields=["first_noted_at"])
    by = notice.started_by or SYSTEM
    record(
        NoticeEvent.FIRST_SENT, notice, by=SYSTEM, stream=notice.stream, details={"at": notice.first_sent_at}
    )
    incident = notice.incident
    if incident.event_times.filter(kind="notice_sent", superseded_at=None).exists():
        return
    incidents.record_event_time(
        incident,
        kind="notice_sent",
        at=min(notice.first_sent_at, now),
        zone=Organisation.current().zone,
        by=by,
        now=now,
        source=f"Mail server's answer to {notice.reference}",
    )


@transaction.atomic
def finish_notice(notice: Notice, *, now: datetime) -> Notice:
    """Close a notice whose every delivery is settled, and meet the duties it serves."""
    notice = Notice.objects.locked(notice)
    check_move(notice.status, NoticeStatus.FINISHED)
    if notice.pending or notice.held or notice.queued_to is not None:
        raise ValidationError("Deliveries are still open.", code="still_open")
    notice.status = NoticeStatus.FINISHED
    notice.finished_at = now
    notice.save(update_fields=["status", "finished_at"])
    record(
        NoticeEvent.FINISHED,
        notice,
        by=SYSTEM,
        stream=notice.stream,
        details={
            "total": notice.total,
            "sent": notice.sent,
            "refused": notice.refused,
            "dropped": notice.dropped,
        },
    )
    incidents.settle_matter(notice.incident, kind=MATTER, reference=notice.reference, by=SYSTEM, now=now)
    for obligation in notice.serves.all():
        _meet(obligation, notice, now=now)
    return notice


def _meet(obligation: Obligation, notice: Notice, *, now: datetime) -> None:
    """The duty is done when the last of the notices that serve it has reached its last person."""
    siblings = obligation.notices.exclude(status=NoticeStatus.WITHDRAWN)
    if not obligation.runs or any(one.status != NoticeStatus.FINISHED for one in siblings):
        return
    sent = [one for one in siblings if one.sent and one.last_sent_at is not None]
    if not sent:
        return
    at = max(one.last_sent_at for one in sent if one.last_sent_at is not None)
    incidents.meet_obligation(
        obligation,
        at=min(at, now),
        proof=", ".join(sorted(one.reference for one in sent)),
        by=notice.started_by or SYSTEM,
        now=now,
    )
