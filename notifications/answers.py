"""Answers to inquiries by mail: few, one by one, through the same transport and the same journal."""

from __future__ import annotations

import hmac
from datetime import timedelta
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.keyring import CannotUnseal
from accounts.models import Organisation
from notifications import journal, ledger, message, transport
from notifications.journal import Account
from notifications.message import CannotBuild, Mail
from notifications.transport import NotHandedOver, RelayTrouble, Reply, ReplyLost
from stakeholders.lifecycle import SendState
from stakeholders.models import InquiryMessage
from stakeholders.sealing import InquiryBox

AT_ONCE: Final = 20
LEASE: Final = timedelta(minutes=15)
TRIES: Final = 8


def send_due() -> int:
    """Send queued answers until none is due or the relay is in trouble; returns how many were taken."""
    taken = 0
    own = journal.Journal()
    try:
        for _ in range(AT_ONCE):
            answer = _claim(own.owner)
            if answer is None:
                break
            state = _send(answer, own)
            taken += state == SendState.SENT
            if state == SendState.QUEUED:
                break
    except BaseException:
        own.abandon()
        raise
    own.end()
    return taken


@transaction.atomic
def _claim(owner: str) -> InquiryMessage | None:
    """Take one due answer: in flight with its Message-ID before anything is sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE stakeholders_inquirymessage SET send_state = 'in_flight', attempts = attempts + 1, owner = %s,
                lease_until = clock_timestamp() + %s * interval '1 second'
            WHERE id = (SELECT id FROM stakeholders_inquirymessage WHERE send_state = 'queued'
                AND (due_at IS NULL OR due_at <= clock_timestamp()) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id""",
            [owner, LEASE.total_seconds()],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    answer = InquiryMessage.objects.select_related("inquiry__incident", "inquiry__sealed_under").get(
        pk=row[0]
    )
    if not answer.message_id:
        domain = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2] or "localhost"
        digest = hmac.digest(settings.SECRET_KEY.encode(), b"answer:" + answer.tag.bytes, "sha256")
        answer.message_id = f"{digest[:16].hex()}@{domain}"
        answer.save(update_fields=["message_id"])
    return answer


def _mail(answer: InquiryMessage) -> Mail:
    box = InquiryBox(answer.inquiry)
    organisation = Organisation.current()
    return message.plain(
        sender=settings.MAIL_FROM,
        reply_to=organisation.contact_email,
        recipient=box.contact().email,
        subject=f"Your question {answer.inquiry.reference}",
        text=f"{box.body(answer)}\n\n{organisation.name}\n{answer.inquiry.reference}\n",
        message_id=answer.message_id,
        date=answer.at,
    )


def _send(answer: InquiryMessage, own: journal.Journal) -> str:
    """The whole dialogue of one answer; returns the state it came to."""
    key = f"m{answer.pk}"
    try:
        mail = _mail(answer)
        drill = answer.inquiry.incident is not None and answer.inquiry.incident.drill
        line = transport.NullConnection() if drill else transport.SmtpConnection(transport.Relay())
    except (CannotBuild, CannotUnseal):
        return _settle(answer.pk, own.owner, SendState.FAILED, "no address")
    except RelayTrouble:
        return _settle(answer.pk, own.owner, SendState.QUEUED, "", pause=60)
    try:
        line.begin(mail)
        reply = line.opened()
        if reply.code == transport.GO_ON:
            own.tried(key, answer.attempts)
            line.hand_over(mail, then=None)
            reply = line.answer()
            own.answered(key, answer.attempts, reply.code, reply.text)
        return _answered(answer.pk, own.owner, reply, answer.attempts)
    except ReplyLost:
        return _settle(answer.pk, own.owner, SendState.UNCERTAIN, "answer lost")
    except (NotHandedOver, RelayTrouble):
        own.withheld(key, answer.attempts)
        return _settle(answer.pk, own.owner, SendState.QUEUED, "", pause=60)
    finally:
        line.close()


def _answered(identity: int, owner: str, reply: Reply, attempts: int) -> str:
    if reply.taken:
        return _settle(identity, owner, SendState.SENT, str(reply.code))
    if reply.for_now and attempts < TRIES:
        pause = ledger.RETRIES[min(attempts, len(ledger.RETRIES)) - 1]
        _settle(identity, owner, SendState.QUEUED, str(reply.code), pause=pause)
        return SendState.FAILED  # for now; the next answer may go to another server's mailbox
    return _settle(identity, owner, SendState.FAILED, str(reply.code))


@transaction.atomic
def _settle(identity: int, owner: str, state: str, code: str, *, pause: int = 0) -> str:
    now = timezone.now()
    InquiryMessage.objects.filter(pk=identity, owner=owner, send_state=SendState.IN_FLIGHT).update(
        send_state=state,
        reply_code=code[:16],
        owner="",
        lease_until=None,
        due_at=now + timedelta(seconds=pause) if pause else None,
        sent_at=now if state == SendState.SENT else None,
    )
    return state


def settle_owner(owner: str, account: Account | None) -> int:
    """Settle the answers a dead sender left in flight, by its journal."""
    settled = 0
    for answer in InquiryMessage.objects.filter(owner=owner, send_state=SendState.IN_FLIGHT):
        entry = account.entries.get(f"m{answer.pk}") if account else None
        if entry is not None and entry.attempt == answer.attempts and entry.code:
            _answered(answer.pk, owner, Reply(entry.code, entry.text), answer.attempts)
        elif account is None or not account.complete or (entry is not None and entry.tried):
            _settle(answer.pk, owner, SendState.UNCERTAIN, "answer lost")
        else:
            _settle(answer.pk, owner, SendState.QUEUED, "")
        settled += 1
    return settled
