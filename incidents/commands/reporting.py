"""Take what people tell us, by whichever door; and who they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import codes, keyring
from accounts.models import User
from audit.commands import record
from audit.events import PUBLIC
from incidents import queries
from incidents.events import IncidentEvent, ReportEvent
from incidents.marks import marks_of
from incidents.models import Door, Report, SupplierLink
from incidents.models.incident import ViolationType
from incidents.models.report import Guess, Whose

AGAIN: Final = timedelta(minutes=10)
MOST_WORDS: Final = 20_000
# What is not named here may be serious: not knowing is no reason to look later.
SOUNDS: Final[Mapping[str, Guess]] = {
    ViolationType.LEAK: Guess.HIGH,
    ViolationType.RANSOMWARE: Guess.HIGH,
    ViolationType.INSIDER: Guess.HIGH,
    ViolationType.DOXXING: Guess.HIGH,
    ViolationType.IMPERSONATION: Guess.LOW,
    ViolationType.MISDIRECTED: Guess.LOW,
}


class FiledReport(NamedTuple):
    """A report and its return code; the code is told once and kept as a hash, so it is empty for a repeated one."""

    report: Report
    code: str


@transaction.atomic
def file_report(
    *,
    door: Door,
    title: str,
    words: str,
    link: str = "",
    violation: str = ViolationType.UNKNOWN,
    whose: str = Whose.UNKNOWN,
    noticed_at: datetime | None = None,
    reporter: User | None = None,
    contact: str = "",
    supplier: SupplierLink | None = None,
    code: str = "",
    now: datetime,
) -> FiledReport:
    """Take what somebody tells us, in his words; say when the first deadline could be if it were a breach.

    The same words of the same colleague or supplier within ten minutes are a second click and the same report.
    """
    _check_words(title, words, link, contact)
    if violation not in ViolationType.values or whose not in Whose.values:
        raise ValidationError("Choose one of the kinds offered.", code="unknown_kind")
    if noticed_at and noticed_at > now:
        raise ValidationError("It cannot have been noticed in the future.", code="future_time")
    if (earlier := _filed_before(reporter, supplier, title.strip(), words, now)) is not None:
        return FiledReport(earlier, "")
    code = code or codes.new_code()
    report = Report(
        door=door,
        title=title.strip(),
        words=words,
        link=link.strip(),
        violation=violation,
        whose=whose,
        guess=guess_of(violation, whose),
        marks=marks_of(title, words, link),
        noticed_at=noticed_at,
        reporter=reporter,
        supplier=supplier,
        received_at=now,
        code_hash=codes.digest(code),
    )
    if contact.strip():
        report.sealed_contact = keyring.seal(contact.strip().encode(), context=_context(report))
    set_first_clock(report, queries.Asking.now())
    report.save()
    record(ReportEvent.FILED, report, by=reporter or PUBLIC, stream=report.stream, details={"door": door})
    return FiledReport(report, code)


def _filed_before(
    reporter: User | None, supplier: SupplierLink | None, title: str, words: str, now: datetime
) -> Report | None:
    """Under the lock of who tells it, so that of two clicks at once the second sees the first."""
    told = Report.objects.filter(title=title, words=words, received_at__gt=now - AGAIN)
    if reporter is not None:
        User.objects.select_for_update(no_key=True).get(pk=reporter.pk)
        return told.filter(reporter=reporter).first()
    if supplier is not None:
        SupplierLink.objects.select_for_update(no_key=True).get(pk=supplier.pk)
        return told.filter(supplier=supplier).first()
    return None


def guess_of(violation: str, whose: str) -> Guess:
    """How grave it sounds: by its kind; many people's data never sound small, one's own never the gravest."""
    guess = SOUNDS.get(violation, Guess.MEDIUM)
    if whose == Whose.MANY:
        return Guess.HIGH
    return min(guess, Guess.MEDIUM) if whose == Whose.OWN else guess


def set_first_clock(report: Report, asking: queries.Asking) -> None:
    """Reckon the first deadline there could be; the caller saves."""
    since = queries.counted_from(report.door, noticed_at=report.noticed_at, received_at=report.received_at)
    first = asking.first_clock(since)
    report.could_be_due_at, report.could_be_due_by = first.due_at, first.words
    report.asked_law = asking.state


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


def _check_words(title: str, words: str, link: str, contact: str) -> None:
    if not title.strip() or not words.strip():
        raise ValidationError(
            "Say in one line what it is about, and then what happened.", code="words_missing"
        )
    if len(title) > 200 or len(words) > MOST_WORDS or len(link) > 500 or len(contact) > 500:
        raise ValidationError(
            f"That is too long: one line of 200 characters, {MOST_WORDS:,} for what happened, 500 for where and contact.",
            code="too_long",
        )
    if "\x00" in title + words + link + contact:
        raise ValidationError(
            "The text holds a character that cannot be kept (NUL). Paste it as plain text.", code="nul"
        )
