"""Mail about the record: roots of anchors to whoever keeps them for us, and the alarm when it was bent.

Both may come twice after a crash and are never left out: a root that nobody outside holds proves nothing. They hold
numbers, times and hashes, and of a broken record where it broke.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Role, User
from audit import chain
from audit.commands import mark_mailed, mark_told
from audit.models import Anchor, RecordCheck
from notifications import message, transport
from notifications.message import CannotBuild
from notifications.transport import NotHandedOver, RelayTrouble, ReplyLost

log = structlog.get_logger(__name__)
CONCERNED: Final = (Role.PRIVACY_OFFICER, Role.AUDITOR)
AT_ONCE: Final = 200


def send_due() -> int:
    """Mail what waits; how many mails the server took."""
    return _send_anchors() + _send_alarm()


@transaction.atomic
def _send_anchors() -> int:
    if not settings.ANCHOR_MAIL_TO:
        return 0
    waiting = Anchor.objects.select_for_update(skip_locked=True).filter(mailed_at=None).order_by("number")
    anchors = list(waiting[:AT_ONCE])
    if not anchors:
        return 0
    subject = f"{Organisation.current().name}: record anchored, no. {anchors[-1].number}"
    sent = send(settings.ANCHOR_MAIL_TO, subject, _roots(anchors))
    if sent:
        mark_mailed(anchors, now=timezone.now())
    return sent


def _roots(anchors: list[Anchor]) -> str:
    lines = [
        f"No. {anchor.number}, {chain.instant(anchor.at)}, {anchor.heads} streams\n{bytes(anchor.root).hex()}"
        for anchor in anchors
    ]
    return "\n\n".join(
        [
            "Please keep this mail. It shows later that our record was not written anew: whoever checks an export "
            "of it compares the root printed there with the one below.",
            *lines,
        ]
    )


@transaction.atomic
def _send_alarm() -> int:
    found = (
        RecordCheck.objects.select_for_update(skip_locked=True).filter(mailed_at=None).exclude(problems=[])
    )
    check = found.order_by("-at").first()
    if check is None:
        return 0
    people = User.objects.filter(is_active=True, groups__name__in=CONCERNED).distinct()
    sent = send(people.values_list("email", flat=True), "The record does not hold", _alarm(check))
    if sent:
        mark_told(check, now=timezone.now())
    return sent


def _alarm(check: RecordCheck) -> str:
    told = "\n".join(f"- {problem}" for problem in check.problems[:10])
    return (
        f"A check of the whole record at {chain.instant(check.at)} found that it was bent:\n\n{told}\n\n"
        "Keep a copy of the database as it is, and find out who had access to it.\n"
        f"{settings.PUBLIC_URL}{reverse('insights:record_state')}"
    )


def send(addresses: Iterable[str], subject: str, text: str) -> int:
    """To each address; how many were taken. What is refused is logged without the address."""
    now = timezone.now()
    return sum(_handed_over(address, subject, f"{text}\n", now) for address in addresses)


def _handed_over(address: str, subject: str, text: str, now: datetime) -> bool:
    domain = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2] or "localhost"
    try:
        mail = message.plain(
            sender=settings.MAIL_FROM, reply_to="", recipient=address, subject=subject, text=text,
            message_id=f"{uuid.uuid4().hex}@{domain}", date=now,
        )  # fmt: skip
        line = transport.SmtpConnection(transport.Relay())
    except (CannotBuild, RelayTrouble) as problem:
        log.warning("record_mail_waits", why=type(problem).__name__)
        return False
    try:
        line.begin(mail)
        reply = line.opened()
        if reply.code == transport.GO_ON:
            line.hand_over(mail, then=None)
            reply = line.answer()
        return reply.taken
    except (ReplyLost, NotHandedOver, RelayTrouble) as problem:
        log.warning("record_mail_waits", why=type(problem).__name__)
        return False
    finally:
        line.close()
