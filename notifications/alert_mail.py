"""Mail of alerts to our own people: one to a person for all that waits of a kind, at most once each.

The alert itself stands on the person's day. So a mail whose fate nobody knows is not sent again: whoever does not
answer is followed by the next person anyway. A refusal for now is tried again; a final one lets the next person be told
at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from incidents.models.alert import MailState
from notifications import ledger, message, transport
from notifications.message import CannotBuild, Mail
from notifications.transport import NotHandedOver, RelayTrouble, Reply, ReplyLost

AT_ONCE: Final = 50
LEASE: Final = timedelta(minutes=15)
TRIES: Final = 8
PAUSE: Final = timedelta(seconds=60)
Rows = Sequence[Any]  # of the kind's model


@dataclass(frozen=True)
class Kind:
    """One kind of alert: where its rows are, which of them are still needed, and how a mail tells them."""

    model: Any
    still_needed: Callable[[Rows, User], list[Any]]
    mail: Callable[[Rows], Mail]
    together: bool = True  # all that waits for a person in one mail


def send_due(kind: Kind) -> int:
    """Send what waits, person by person; returns how many mails were taken by the server."""
    _give_up_lapsed(kind)
    sent = 0
    for _ in range(AT_ONCE):
        claimed = _claim(kind)
        if claimed is None:
            break
        if claimed:
            state = _send(kind, claimed)
            sent += state == MailState.SENT
            if state == MailState.QUEUED:
                break  # the relay is in trouble
    return sent


def _give_up_lapsed(kind: Kind) -> None:
    """What a worker took and never settled may have left: it is not sent again."""
    kind.model.objects.filter(mail_state=MailState.IN_FLIGHT, lease_until__lt=timezone.now()).update(
        mail_state=MailState.UNCERTAIN, lease_until=None
    )


@transaction.atomic
def _claim(kind: Kind) -> list[Any] | None:
    """Take all that waits for one person: in flight before anything is sent. None: nothing waits for anybody."""
    now = timezone.now()
    waiting = kind.model.objects.filter(
        Q(due_at=None) | Q(due_at__lte=now), mail_state=MailState.QUEUED
    ).select_for_update(of=("self",), skip_locked=True)
    first = waiting.order_by("pk").first()
    if first is None:
        return None
    rows = list(waiting.filter(recipient_id=first.recipient_id).order_by("pk")) if kind.together else [first]
    taken = kind.still_needed(rows, first.recipient)
    kept = [row.pk for row in taken]
    kind.model.objects.filter(pk__in=[row.pk for row in rows if row.pk not in kept]).update(
        mail_state=MailState.DROPPED
    )
    identity = f"{uuid.uuid4().hex}@{parseaddr(settings.MAIL_FROM)[1].rpartition('@')[2] or 'localhost'}"
    kind.model.objects.filter(pk__in=kept).update(
        mail_state=MailState.IN_FLIGHT, tries=F("tries") + 1, lease_until=now + LEASE, message_id=identity
    )
    for row in taken:
        row.tries, row.message_id = row.tries + 1, identity
    return taken


def _send(kind: Kind, rows: Rows) -> str:
    """The whole dialogue of one mail; returns the state it came to."""
    try:
        mail = kind.mail(rows)
        line = transport.SmtpConnection(transport.Relay())
    except CannotBuild:
        return _settle(kind, rows, MailState.FAILED, "no address")
    except RelayTrouble:
        return _settle(kind, rows, MailState.QUEUED, "", pause=PAUSE)
    try:
        line.begin(mail)
        reply = line.opened()
        if reply.code == transport.GO_ON:
            line.hand_over(mail, then=None)
            reply = line.answer()
        return _answered(kind, rows, reply)
    except ReplyLost:
        return _settle(kind, rows, MailState.UNCERTAIN, "answer lost")
    except (NotHandedOver, RelayTrouble):
        return _settle(kind, rows, MailState.QUEUED, "", pause=PAUSE)
    finally:
        line.close()


def _answered(kind: Kind, rows: Rows, reply: Reply) -> str:
    if reply.taken:
        return _settle(kind, rows, MailState.SENT, str(reply.code))
    tries = min(row.tries for row in rows)
    if reply.for_now and tries < TRIES:
        pause = timedelta(seconds=ledger.RETRIES[min(tries, len(ledger.RETRIES)) - 1])
        _settle(kind, rows, MailState.QUEUED, str(reply.code), pause=pause)
        return MailState.FAILED  # for now; another mailbox may take its own
    return _settle(kind, rows, MailState.FAILED, str(reply.code))


def _settle(kind: Kind, rows: Rows, state: str, code: str, *, pause: timedelta | None = None) -> str:
    now = timezone.now()
    kind.model.objects.filter(pk__in=[row.pk for row in rows], mail_state=MailState.IN_FLIGHT).update(
        mail_state=state,
        reply_code=code[:16],
        lease_until=None,
        due_at=now + pause if pause else None,
        sent_at=now if state == MailState.SENT else None,
    )
    return state


def plainly(subject: Callable[[Rows], str], text: Callable[[Rows], str]) -> Callable[[Rows], Mail]:
    """A mail with a text part alone."""

    def mail(rows: Rows) -> Mail:
        return message.plain(
            sender=settings.MAIL_FROM,
            reply_to="",
            recipient=rows[0].recipient.email,
            subject=subject(rows),
            text=text(rows),
            message_id=rows[0].message_id,
            date=timezone.now(),
        )

    return mail


def told_at(at: datetime, zone: str) -> str:
    """An instant as a mail tells it: "Mon 23 Nov 2026 23:10 Europe/Dublin"."""
    local = at.astimezone(ZoneInfo(zone or "UTC"))
    return f"{local:%a} {local.day} {local:%b %Y %H:%M} {zone or 'UTC'}"
