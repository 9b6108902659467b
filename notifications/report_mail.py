"""Mail to those who reported something: that there is an answer; the words themselves only to who wrote by mail.

Whoever has a code reads the answer there, so a mail whose fate nobody knows is not sent again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.keyring import CannotUnseal
from accounts.models import Organisation
from incidents.commands.conversation import address_of
from incidents.models import Door, ReportMessage
from incidents.models.alert import MailState
from notifications import ledger, message, transport
from notifications.message import CannotBuild, Mail
from notifications.transport import NotHandedOver, RelayTrouble, Reply, ReplyLost

AT_ONCE: Final = 50
LEASE: Final = timedelta(minutes=15)
TRIES: Final = 8
PAUSE: Final = timedelta(seconds=60)


def send_due() -> int:
    """Send what waits, one by one; returns how many mails were taken by the server."""
    ReportMessage.objects.filter(mail_state=MailState.IN_FLIGHT, lease_until__lt=timezone.now()).update(
        mail_state=MailState.UNCERTAIN, lease_until=None
    )
    sent = 0
    for _ in range(AT_ONCE):
        answer = _claim()
        if answer is None:
            break
        state = _send(answer)
        sent += state == MailState.SENT
        if state == MailState.QUEUED:
            break  # the relay is in trouble
    return sent


@transaction.atomic
def _claim() -> ReportMessage | None:
    """Take one: in flight before anything is sent."""
    now = timezone.now()
    answer = (
        ReportMessage.objects.filter(Q(due_at=None) | Q(due_at__lte=now), mail_state=MailState.QUEUED)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("report__reporter")
        .order_by("pk")
        .first()
    )
    if answer is not None:
        answer.mail_state, answer.tries, answer.lease_until = (
            MailState.IN_FLIGHT,
            answer.tries + 1,
            now + LEASE,
        )
        answer.save(update_fields=["mail_state", "tries", "lease_until"])
    return answer


def _send(answer: ReportMessage) -> str:
    """The whole dialogue of one mail; returns the state it came to."""
    try:
        mail = _mail(answer)
        line = transport.SmtpConnection(transport.Relay())
    except (CannotBuild, CannotUnseal):
        return _settle(answer, MailState.FAILED, "no address")
    except RelayTrouble:
        return _settle(answer, MailState.QUEUED, "", pause=PAUSE)
    try:
        line.begin(mail)
        reply = line.opened()
        if reply.code == transport.GO_ON:
            line.hand_over(mail, then=None)
            reply = line.answer()
        return _answered(answer, reply)
    except ReplyLost:
        return _settle(answer, MailState.UNCERTAIN, "answer lost")
    except (NotHandedOver, RelayTrouble):
        return _settle(answer, MailState.QUEUED, "", pause=PAUSE)
    finally:
        line.close()


def _answered(answer: ReportMessage, reply: Reply) -> str:
    if reply.taken:
        return _settle(answer, MailState.SENT, str(reply.code))
    if reply.for_now and answer.tries < TRIES:
        pause = timedelta(seconds=ledger.RETRIES[min(answer.tries, len(ledger.RETRIES)) - 1])
        _settle(answer, MailState.QUEUED, str(reply.code), pause=pause)
        return MailState.FAILED  # for now; another mailbox may take its own
    return _settle(answer, MailState.FAILED, str(reply.code))


def _settle(answer: ReportMessage, state: str, code: str, *, pause: timedelta | None = None) -> str:
    now = timezone.now()
    ReportMessage.objects.filter(pk=answer.pk, mail_state=MailState.IN_FLIGHT).update(
        mail_state=state,
        reply_code=code[:16],
        lease_until=None,
        due_at=now + pause if pause else None,
        sent_at=now if state == MailState.SENT else None,
    )
    return state


def _mail(answer: ReportMessage) -> Mail:
    report, organisation = answer.report, Organisation.current()
    return message.plain(
        sender=settings.MAIL_FROM,
        reply_to=(settings.INTAKE_ADDRESS if report.door == Door.MAILBOX else "")
        or organisation.contact_email,
        recipient=address_of(report),
        subject=f"Your report {report.reference}",
        text=f"{_text(answer)}\n\n{organisation.name}\n{report.reference}\n",
        message_id=answer.message_id,
        date=answer.at,
        in_reply_to=_asked_in(answer),
    )


def _asked_in(answer: ReportMessage) -> str:
    """The reporter's latest mail, so that their program shows the answer beneath it."""
    report = answer.report
    latest = report.mails.exclude(message_id="").order_by("-pk").values_list("message_id", flat=True).first()
    return latest or ""


def _text(answer: ReportMessage) -> str:
    report = answer.report
    if report.door == Door.MAILBOX:
        return answer.text
    if report.reporter is not None:
        page = reverse("incidents:report_thanks", args=[report.reference])
        return f"There is an answer to what you reported. Read it here:\n{settings.PUBLIC_URL}{page}"
    return (
        "There is an answer to what you told us. For your safety it does not stand in this mail. Read it with your "
        f"reference and the code you were shown when you sent it:\n{settings.PUBLIC_URL}{reverse('incidents:report_status')}"
    )
