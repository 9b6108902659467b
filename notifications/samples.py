"""Mail of notices to our own people: the real text and both parts, filled for a made-up person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Organisation, User
from incidents.permissions import visible_to
from notifications import alert_mail, message, queries
from notifications.compile import Compiled, Filled
from notifications.lifecycle import WRITABLE
from notifications.message import CannotBuild, Mail
from notifications.models import SampleMail
from notifications.sources import source_of

MARK: Final = "[Test]"


def _still_needed(rows: Sequence[SampleMail], person: User) -> list[SampleMail]:
    """Without notices that went out since, drills, and incidents that the person may not see any more."""
    return list(
        SampleMail.objects.filter(
            pk__in=[row.pk for row in rows],
            notice__status__in=WRITABLE,
            notice__incident__drill=False,
            notice__incident__in=visible_to(person).values("pk"),
        ).select_related("notice__incident", "recipient")
    )


def _mail(rows: Sequence[SampleMail]) -> Mail:
    row = rows[0]
    notice = row.notice
    try:
        shown = queries.preview(notice, source=source_of(notice))
    except ValidationError as refusal:
        raise CannotBuild("the text cannot be drawn") from refusal
    if shown is None:
        raise CannotBuild("nobody to fill it with")
    head = Compiled(
        notice.language,
        notice.from_address or settings.MAIL_FROM,
        notice.reply_to or Organisation.current().contact_email,
        f"=_{row.message_id.partition('@')[0]}",
        frozenset(),
    )
    return message.build(
        head,
        Filled(f"{MARK} {shown.subject}", shown.text, shown.html),
        recipient=row.recipient.email,
        message_id=row.message_id,
        date=timezone.now(),
        eight_bit=False,
    )


SAMPLES: Final = alert_mail.Kind(SampleMail, _still_needed, _mail, together=False)


def send_due() -> int:
    """Send what waits; returns how many mails were taken by the server."""
    return alert_mail.send_due(SAMPLES)
