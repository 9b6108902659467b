"""Saying more on the public page of a notice, in two persons' names."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from notifications.events import NoticeEvent
from notifications.lifecycle import STARTED
from notifications.models import Notice, NoticeUpdate


@transaction.atomic
def write_update(notice: Notice, *, text: str, by: User, now: datetime) -> NoticeUpdate:
    """Write the update that waits for a second person, or write it anew; readers see nothing yet."""
    notice = Notice.objects.locked(notice)
    if notice.status not in STARTED:
        raise ValidationError(
            "The page opens when the notice is sent. Change the notice itself.", code="wrong_status"
        )
    if not text.strip():
        raise ValidationError("Write what readers should know.", code="required")
    waiting = notice.updates.filter(published_at=None).first() or NoticeUpdate(notice=notice)
    waiting.text, waiting.written_by, waiting.written_at = text.strip(), by, now
    waiting.save()
    record(NoticeEvent.UPDATE_WRITTEN, notice, by=by, stream=notice.stream, details={"text": waiting.text})
    return waiting


@transaction.atomic
def publish_update(notice: Notice, *, seen: datetime, by: User, now: datetime) -> NoticeUpdate:
    """Put the waiting update on the page as it was `seen`, its `written_at`; never by who wrote it."""
    notice = Notice.objects.locked(notice)
    waiting = _waiting(notice)
    if waiting.written_at != seen:
        raise ValidationError("It was written anew meanwhile. Read it again.", code="changed")
    if waiting.written_by_id == by.pk:
        raise ValidationError("You wrote it, so somebody else publishes it.", code="same_person")
    waiting.published_by, waiting.published_at = by, now
    waiting.save()
    notice.save(update_fields=["status"])  # as it is: pages kept ready see that the row changed
    record(NoticeEvent.UPDATE_PUBLISHED, notice, by=by, stream=notice.stream, details={"text": waiting.text})
    return waiting


@transaction.atomic
def drop_update(notice: Notice, *, by: User, now: datetime) -> None:
    """Take the waiting update back; what was published stays."""
    notice = Notice.objects.locked(notice)
    _waiting(notice).delete()
    record(NoticeEvent.UPDATE_DROPPED, notice, by=by, stream=notice.stream)


def _waiting(notice: Notice) -> NoticeUpdate:
    waiting = notice.updates.filter(published_at=None).first()
    if waiting is None:
        raise ValidationError("No update waits.", code="wrong_status")
    return waiting
