"""Mail that came in: kept raw and sealed first, then read and made a report or words on one."""

from __future__ import annotations

import hmac
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parseaddr
from hashlib import sha256
from typing import Final

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import keyring
from incidents.commands.attachments import (
    ATTACHMENTS,
    LARGEST_ATTACHMENT,
    MOST_ATTACHMENTS,
    attach_file,
)
from incidents.commands.conversation import address_of, write_again
from incidents.commands.files import keep_file
from incidents.commands.reporting import file_report
from incidents.mail_reading import ReadMail, read_mail, without_quote
from incidents.models import Door, InboundMail, Report, ReportMessage
from incidents.models.inbound import Became

log = structlog.get_logger(__name__)
HOUR: Final = timedelta(hours=1)
MOST_OF_ONE_SENDER: Final = 20  # new reports an hour; further mail of theirs joins the latest
MOST_REPORTS: Final = 300  # new reports an hour by mail; further mail waits
NO_SUBJECT: Final = "Mail without a subject"
NO_WORDS: Final = "(The mail holds no text.)"
UNREADABLE: Final = "A mail that could not be read"


@transaction.atomic
def keep_mail(raw: bytes, *, cut: bool = False, now: datetime) -> InboundMail:
    """Keep a mail as it came, sealed; the same bytes again are the same row."""
    digest = sha256(raw).hexdigest()
    sealed = keyring.seal(raw, context=_context(digest))
    mail, _ = InboundMail.objects.get_or_create(
        sha256=digest, defaults={"received_at": now, "sealed_raw": sealed, "cut": cut}
    )
    return mail


@transaction.atomic
def take_in_next_mail(*, now: datetime) -> InboundMail | None:
    """Read the oldest mail that nobody has read and make of it what it is; None: none waits, or too many came."""
    if (
        InboundMail.objects.filter(claimed_as=Became.REPORT, claimed_at__gt=now - HOUR).count()
        >= MOST_REPORTS
    ):
        return None
    unread = InboundMail.objects.filter(claimed_at=None).order_by("pk")
    mail = unread.select_for_update(of=("self",), skip_locked=True).first()
    if mail is None:
        return None
    try:
        with transaction.atomic():
            mail.claimed_as = _take_in(mail, read_mail(raw_mail(mail)), now=now)
    except Exception as error:
        # Whatever a mail does to its reader, the mails behind it must not wait; and it may be real, so people look.
        log.warning(
            "mail_cannot_be_read", mail=mail.pk, why=type(error).__name__
        )  # its words may quote the mail
        words = "A mail came that could not be read. It stands in the mailbox and is kept here as it came."
        mail.report = file_report(door=Door.MAILBOX, title=UNREADABLE, words=words, now=now).report
        mail.claimed_as = Became.UNREADABLE
    mail.claimed_at = now
    mail.save()
    return mail


def raw_mail(mail: InboundMail) -> bytes:
    """The mail as it came, unsealed."""
    return keyring.unseal(mail.sealed_raw, context=_context(mail.sha256))


def _take_in(mail: InboundMail, read: ReadMail, *, now: datetime) -> Became:
    mail.message_id, mail.sender_hash = read.message_id, _sender_hash(read.sender)
    if read.sender in _own_addresses() or _is_ours(read.message_id):
        return Became.OWN
    if read.automatic:
        return Became.AUTOMATIC
    if read.message_id and _came_before(mail):
        return Became.AGAIN
    report, became = _thread_of(read), Became.REPLY
    if report is None:
        report, became = _latest_of_many(mail, now), Became.JOINED
    if report is None:
        report, became = _new_report(read, now), Became.REPORT
    else:
        _add_words(report, read, became, now)
    _attach(report, read, now)
    mail.report = report
    return became


def _new_report(read: ReadMail, now: datetime) -> Report:
    return file_report(
        door=Door.MAILBOX,
        title=read.subject[:200] or NO_SUBJECT,
        words=_words(read, read.words),
        contact=read.contact[:500],
        now=now,
    ).report


def _add_words(report: Report, read: ReadMail, became: Became, now: datetime) -> None:
    words = without_quote(read.words) if became == Became.REPLY else f"{read.subject}\n\n{read.words}"
    other = read.sender != address_of(report).lower()
    write_again(
        report,
        text=_words(read, words),
        by_mail=True,
        message_id=read.message_id,
        other_sender=other,
        now=now,
    )


def _attach(report: Report, read: ReadMail, now: datetime) -> None:
    """Hang the mail's files on the report; what reports do not take stays in the mail, which is kept whole."""
    for one in read.files[:MOST_ATTACHMENTS]:
        with suppress(ValidationError):
            file = keep_file(
                [one.content], root=ATTACHMENTS, name=one.name, limit=LARGEST_ATTACHMENT, now=now
            )
            attach_file(report, file, by=None, now=now)


def _words(read: ReadMail, words: str) -> str:
    """The words with the names of files beside them; cut to what a report holds."""
    files = f"\n\n[Files in the mail: {', '.join(one.name for one in read.files[:20])}]" if read.files else ""
    return (words.strip() or NO_WORDS)[: 20_000 - len(files)] + files


def _thread_of(read: ReadMail) -> Report | None:
    """The report that a mail answers: by what it refers to; by the reference in its subject from the same sender alone."""
    for reference in read.references:
        said = ReportMessage.objects.filter(message_id=reference).select_related("report").first()
        if said is not None:
            return said.report
        earlier = InboundMail.objects.filter(message_id=reference, report__isnull=False).first()
        if earlier is not None:
            return earlier.report
    if read.report_reference:
        named = Report.objects.filter(reference=read.report_reference).select_related("reporter").first()
        if named is not None and read.sender and address_of(named).lower() == read.sender:
            return named
    return None


def _latest_of_many(mail: InboundMail, now: datetime) -> Report | None:
    """The latest report of a sender who has sent very many this hour."""
    same = InboundMail.objects.filter(
        sender_hash=mail.sender_hash, claimed_as=Became.REPORT, claimed_at__gt=now - HOUR
    )
    if not mail.sender_hash or same.count() < MOST_OF_ONE_SENDER:
        return None
    latest = same.order_by("-pk").first()
    return latest.report if latest else None


def _came_before(mail: InboundMail) -> bool:
    return (
        InboundMail.objects.filter(
            message_id=mail.message_id, sender_hash=mail.sender_hash, report__isnull=False
        )
        .exclude(pk=mail.pk)
        .exists()
    )


def _is_ours(message_id: str) -> bool:
    return bool(message_id) and ReportMessage.objects.filter(message_id=message_id, kind="out").exists()


def _own_addresses() -> set[str]:
    told = (settings.MAIL_FROM, settings.INTAKE_ADDRESS)
    return {address.lower() for one in told if (address := parseaddr(one)[1])}


def _sender_hash(sender: str) -> bytes:
    return (
        hmac.digest(settings.SECRET_KEY.encode(), f"inbound:{sender}".encode(), "sha256") if sender else b""
    )


def _context(digest: str) -> bytes:
    return f"incidents.inbound:{digest}".encode()
