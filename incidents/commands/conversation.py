"""What is said about a report: answers to the reporter, their words, notes of our own."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from audit.events import PUBLIC, SYSTEM
from incidents.commands.reporting import MOST_WORDS, reporter_contact
from incidents.commands.triage import return_report
from incidents.events import ReportEvent
from incidents.lifecycle import ReportStatus
from incidents.marks import mail_in
from incidents.models import Report, ReportMessage, Said
from incidents.models.alert import MailState

AGAIN: Final = timedelta(minutes=10)
MOST_MESSAGES: Final = 500  # of one report; whoever has more to say tells us anew
WROTE_AGAIN: Final = "The reporter wrote again."


def address_of(report: Report) -> str:
    """Where mail reaches the reporter; empty when nothing does."""
    if report.reporter is not None:
        return report.reporter.email if report.reporter.is_active else ""
    return mail_in(reporter_contact(report))


@transaction.atomic
def answer_reporter(report: Report, *, text: str, by: User, now: datetime) -> ReportMessage:
    """Say something to the reporter: they read it by their code, and a mail tells them where there is an address."""
    report = _locked(report)
    mail = bool(address_of(report))
    message = ReportMessage.objects.create(
        report=report, kind=Said.OUT, text=_checked(report, text), by=by, at=now,
        mail_state=MailState.QUEUED if mail else "", message_id=_new_id() if mail else "",
    )  # fmt: skip
    _nothing_waits(report)
    record(ReportEvent.ANSWERED, report, by=by, stream=report.stream, details={"mail": mail})
    return message


@transaction.atomic
def add_report_note(report: Report, *, text: str, by: User, now: datetime) -> ReportMessage:
    """Keep a note on a report, for staff alone."""
    report = _locked(report)
    note = ReportMessage.objects.create(
        report=report, kind=Said.NOTE, text=_checked(report, text), by=by, at=now
    )
    record(ReportEvent.NOTED, report, by=by, stream=report.stream)
    return note


@transaction.atomic
def write_again(
    report: Report,
    *,
    text: str,
    by: User | None = None,
    by_mail: bool = False,
    message_id: str = "",
    other_sender: bool = False,
    now: datetime,
) -> ReportMessage:
    """Add the reporter's words. What was dismissed or put off is in the inbox again; the same words twice count once."""
    report = _locked(report)
    text = _checked(report, text)
    said = report.messages.filter(kind=Said.IN, text=text, at__gt=now - AGAIN).first()
    if said is not None:
        return said
    message = ReportMessage.objects.create(
        report=report, kind=Said.IN, text=text, by=by, at=now,
        by_mail=by_mail, message_id=message_id, other_sender=other_sender,
    )  # fmt: skip
    record(ReportEvent.WROTE_AGAIN, report, by=by or PUBLIC, stream=report.stream, details={"mail": by_mail})
    if report.status == ReportStatus.DISMISSED or report.returns_at is not None:
        report = return_report(report, by=SYSTEM, reason=WROTE_AGAIN, now=now)
    if report.asked_at is None:
        report.asked_at = now
        report.save(update_fields=["asked_at"])
    return message


@transaction.atomic
def needs_no_answer(report: Report, *, by: User, now: datetime) -> Report:
    """Say that the reporter's last words ask for nothing."""
    report = _locked(report)
    if report.asked_at is None:
        raise ValidationError("Nobody waits for an answer here.", code="nothing_asked")
    record(ReportEvent.NO_ANSWER, report, by=by, stream=report.stream)
    return _nothing_waits(report)


def _nothing_waits(report: Report) -> Report:
    report.asked_at = None
    report.save(update_fields=["asked_at"])
    return report


def _locked(report: Report) -> Report:
    return Report.objects.select_for_update(of=("self",)).select_related("reporter").get(pk=report.pk)


def _checked(report: Report, text: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError("Write something first.", code="text_missing")
    if len(text) > MOST_WORDS or "\x00" in text:
        raise ValidationError(f"Write at most {MOST_WORDS:,} characters of plain text.", code="too_long")
    if report.messages.count() >= MOST_MESSAGES:
        raise ValidationError("This report is full. Please send a new one.", code="too_many")
    return text


def _new_id() -> str:
    return f"{uuid.uuid4().hex}@{parseaddr(settings.MAIL_FROM)[1].rpartition('@')[2] or 'localhost'}"
