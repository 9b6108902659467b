"""Reports: file, dismiss, mark as duplicate, promote, return."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import codes, keyring
from accounts.models import User
from audit.commands import record
from audit.events import PUBLIC
from incidents.commands.opening import open_incident
from incidents.events import IncidentEvent, ReportEvent
from incidents.lifecycle import REPORT_MOVES, ReportStatus, check_move
from incidents.models import Door, Incident, Report
from incidents.rules import check_reason

MOST_WORDS = 20_000


class FiledReport(NamedTuple):
    """A report and its return code; the code is told once and kept as a hash."""

    report: Report
    code: str


@transaction.atomic
def file_report(
    *,
    door: Door,
    title: str,
    words: str,
    link: str = "",
    noticed_at: datetime | None = None,
    reporter: User | None = None,
    contact: str = "",
    now: datetime,
) -> FiledReport:
    """Take what somebody tells us, in his words."""
    _check_words(title, words, contact)
    if noticed_at and noticed_at > now:
        raise ValidationError("It cannot have been noticed in the future.", code="future_time")
    code = codes.new_code()
    report = Report.objects.create(
        door=door,
        title=title.strip(),
        words=words,
        link=link.strip(),
        noticed_at=noticed_at,
        reporter=reporter,
        received_at=now,
        code_hash=codes.digest(code),
    )
    if contact.strip():
        report.sealed_contact = keyring.seal(contact.strip().encode(), context=_context(report))
        report.save(update_fields=["sealed_contact"])
    record(ReportEvent.FILED, report, by=reporter or PUBLIC, stream=report.stream, details={"door": door})
    return FiledReport(report, code)


def reporter_contact(report: Report) -> str:
    """How the reporter can be reached, unsealed; empty when he gave nothing."""
    if not report.sealed_contact:
        return ""
    return keyring.unseal(report.sealed_contact, context=_context(report)).decode()


@transaction.atomic
def read_reporter_contact(report: Report, *, by: User, now: datetime) -> str:
    """Read how the reporter can be reached; that it was read is recorded."""
    record(
        IncidentEvent.OPENED_VIEW,
        report,
        by=by,
        stream=report.stream,
        details={"what": "contact of the reporter"},
    )
    return reporter_contact(report)


def _context(report: Report) -> bytes:
    return f"incidents.report:{report.reference}".encode()


def _check_words(title: str, words: str, contact: str) -> None:
    if not title.strip() or not words.strip():
        raise ValidationError(
            "Say in one line what it is about, and then what happened.", code="words_missing"
        )
    if len(title) > 200 or len(words) > MOST_WORDS or len(contact) > 500:
        raise ValidationError(
            f"That is too long: one line of 200 characters, {MOST_WORDS:,} for what happened, 500 for contact.",
            code="too_long",
        )
    if "\x00" in title + words + contact:
        raise ValidationError(
            "The text holds a character that cannot be kept (NUL). Paste it as plain text.", code="nul"
        )


def _settle(report: Report, status: ReportStatus, *, by: User, reason: str, now: datetime) -> Report:
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    check_move(report.status, status, REPORT_MOVES)
    report.status = status
    report.settled_by = by
    report.settled_at = now
    report.settled_reason = check_reason(reason)
    return report


@transaction.atomic
def dismiss_report(report: Report, *, by: User, reason: str, now: datetime) -> Report:
    """Put a report aside: nothing to take up."""
    report = _settle(report, ReportStatus.DISMISSED, by=by, reason=reason, now=now)
    report.save()
    record(ReportEvent.DISMISSED, report, by=by, stream=report.stream, reason=reason)
    return report


@transaction.atomic
def mark_duplicate(report: Report, *, of: Report, by: User, reason: str, now: datetime) -> Report:
    """Say that another report tells of the same; it then hangs on the same incident."""
    if of.pk == report.pk or of.duplicate_of_id == report.pk:
        raise ValidationError("A report cannot be a duplicate of itself.", code="own_duplicate")
    report = _settle(report, ReportStatus.DUPLICATE, by=by, reason=reason, now=now)
    report.duplicate_of = of
    report.incident = of.incident
    report.save()
    record(
        ReportEvent.DUPLICATE,
        report,
        by=by,
        stream=report.stream,
        details={"of": of.reference},
        reason=reason,
    )
    return report


@transaction.atomic
def return_report(report: Report, *, by: User, reason: str, now: datetime) -> Report:
    """Undo a dismissal or a duplicate: the report is in the inbox again."""
    report = _settle(report, ReportStatus.NEW, by=by, reason=reason, now=now)
    report.duplicate_of = None
    report.incident = None
    report.settled_by = None
    report.settled_at = None
    report.settled_reason = ""
    report.save()
    record(ReportEvent.RETURNED, report, by=by, stream=report.stream, reason=reason)
    return report


@transaction.atomic
def promote_report(
    report: Report, *, by: User, title: str, reason: str, restricted: bool = False, now: datetime
) -> Incident:
    """Take a report up as an incident; its words stay with the report."""
    report = _settle(report, ReportStatus.PROMOTED, by=by, reason=reason, now=now)
    incident = open_incident(by=by, title=title, restricted=restricted, now=now)
    report.incident = incident
    report.save()
    Report.objects.filter(duplicate_of=report).update(incident=incident)
    details = {"incident": incident.reference}
    record(
        ReportEvent.PROMOTED,
        report,
        by=by,
        stream=incident.stream,
        details={"report": report.reference},
        reason=reason,
    )
    record(ReportEvent.PROMOTED, report, by=by, stream=report.stream, details=details)
    return incident
