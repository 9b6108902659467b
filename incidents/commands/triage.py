"""What becomes of a report: put off, dismissed, the same as another, taken up, returned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from audit.commands import Acting, record
from incidents.commands.attachments import carry_over
from incidents.commands.opening import describe_incident, open_incident
from incidents.events import ReportEvent
from incidents.lifecycle import REPORT_MOVES, ReportStatus, check_move
from incidents.models import Incident, Report
from incidents.models.incident import ViolationType
from incidents.rules import check_reason

UNDO: Final = timedelta(minutes=1)
UNDONE: Final = "Undone at once."
LONGEST: Final = timedelta(days=366)
MOST_AWAITED: Final = 1_000


class Act(StrEnum):
    """What may be done to several reports at once."""

    DISMISS = "dismiss"
    PUT_OFF = "later"
    SAME = "same"


@dataclass(frozen=True)
class Settling:
    """One act on several reports, with all it may ask for."""

    act: Act
    reason: str
    until: datetime | None = None
    after: int | None = None
    of: Report | Incident | None = None


def _locked(report: Report, *others: Report) -> Report:
    """The report read again under its lock; with others always in the same order, so that nobody waits in a ring."""
    keys = {report.pk, *(one.pk for one in others)}
    rows = Report.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}[report.pk]


def _settled(report: Report, *, by: Acting, reason: str, now: datetime) -> Report:
    report.settled_by = by if isinstance(by, User) else None
    report.settled_at = now
    report.settled_reason = check_reason(reason)
    report.returns_at = report.returns_after = None
    return report


def _settle(report: Report, status: ReportStatus, *, by: User, reason: str, now: datetime) -> Report:
    check_move(report.status, status, REPORT_MOVES)
    report.status = status
    return _settled(report, by=by, reason=reason, now=now)


def _check_until(until: datetime, now: datetime) -> None:
    if not now < until <= now + LONGEST:
        raise ValidationError("Choose a time to come, at most a year ahead.", code="not_ahead")


@transaction.atomic
def put_off_report(report: Report, *, until: datetime, by: User, reason: str, now: datetime) -> Report:
    """Look at it later: it leaves the inbox until then. Its clock, if there is one, does not wait."""
    _check_until(until, now)
    report = _locked(report)
    if report.status != ReportStatus.NEW:
        raise ValidationError("Only a report that waits can be put off.", code="wrong_status")
    report = _settled(report, by=by, reason=reason, now=now)
    report.returns_at = until
    report.save()
    details = {"until": until.isoformat()}
    record(ReportEvent.PUT_OFF, report, by=by, stream=report.stream, details=details, reason=reason)
    return report


@transaction.atomic
def dismiss_report(
    report: Report,
    *,
    by: User,
    reason: str,
    until: datetime | None = None,
    after: int | None = None,
    now: datetime,
) -> Report:
    """Put a report aside: nothing to take up, or not before a day, or not until so many more like it came."""
    if until is not None:
        _check_until(until, now)
    if after is not None and not 0 < after <= MOST_AWAITED:
        raise ValidationError(f"Give a number from 1 to {MOST_AWAITED:,}.", code="bad_number")
    report = _settle(_locked(report), ReportStatus.DISMISSED, by=by, reason=reason, now=now)
    report.returns_at, report.returns_after = until, after
    report.save()
    details = {"until": until.isoformat() if until else None, "after": after}
    record(ReportEvent.DISMISSED, report, by=by, stream=report.stream, details=details, reason=reason)
    return report


@transaction.atomic
def mark_duplicate(report: Report, *, of: Report | Incident, by: User, reason: str, now: datetime) -> Report:
    """Say that another report or an incident tells of the same; it then hangs on the same incident."""
    other = of if isinstance(of, Report) else None
    if other is not None:
        while other.duplicate_of is not None:
            other = other.duplicate_of
        if report.pk == other.pk:
            raise ValidationError("A report cannot be a duplicate of itself.", code="own_duplicate")
    report = _locked(report, *([other] if other else []))
    report = _settle(report, ReportStatus.DUPLICATE, by=by, reason=reason, now=now)
    report.duplicate_of = other
    if other is not None:
        other.refresh_from_db(fields=["incident"])
    incident = other.incident if other is not None else of
    assert incident is None or isinstance(incident, Incident)
    report.incident = incident
    report.save()
    _followers(report).update(incident=incident)
    details = {"of": of.reference}
    record(ReportEvent.DUPLICATE, report, by=by, stream=report.stream, details=details, reason=reason)
    if incident is not None:
        details = {"report": report.reference}
        record(ReportEvent.DUPLICATE, report, by=by, stream=incident.stream, details=details)
        for one in (report, *_followers(report)):
            carry_over(one, incident, by=by, now=now)
    return report


@transaction.atomic
def return_report(report: Report, *, by: Acting, reason: str, now: datetime) -> Report:
    """Undo what was decided: the report is in the inbox again, with all that was marked as the same as it."""
    report = _locked(report)
    if report.status != ReportStatus.NEW or report.returns_at is None:
        check_move(report.status, ReportStatus.NEW, REPORT_MOVES)
    reason, incident = check_reason(reason), report.incident
    report.status = ReportStatus.NEW
    report.duplicate_of = report.incident = report.settled_by = None
    report.settled_at = report.returns_at = report.returns_after = None
    report.settled_reason = ""
    report.save()
    _followers(report).update(incident=None)
    record(ReportEvent.RETURNED, report, by=by, stream=report.stream, reason=reason)
    if incident is not None:
        details = {"report": report.reference}
        record(ReportEvent.RETURNED, report, by=by, stream=incident.stream, details=details)
    return report


@transaction.atomic
def promote_report(
    report: Report, *, by: User, title: str, reason: str, restricted: bool = False, now: datetime
) -> Incident:
    """Take a report up as an incident; its words stay with the report."""
    report = _settle(_locked(report), ReportStatus.PROMOTED, by=by, reason=reason, now=now)
    incident = open_incident(by=by, title=title, restricted=restricted, now=now)
    if report.violation != ViolationType.UNKNOWN:
        incident = describe_incident(incident, by=by, now=now, violation=report.violation)
    report.incident = incident
    report.save()
    _followers(report).update(incident=incident)
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
    for one in (report, *_followers(report)):
        carry_over(one, incident, by=by, now=now)
    return incident


def _followers(report: Report) -> QuerySet[Report]:
    """Reports that were marked as the same as this one, also by way of another."""
    found, level = set[int](), {report.pk}
    while level:
        level = set(Report.objects.filter(duplicate_of__in=level).values_list("pk", flat=True)) - found
        found |= level
    return Report.objects.filter(pk__in=found)


@transaction.atomic
def settle_reports(reports: Iterable[Report], given: Settling, *, by: User, now: datetime) -> list[Report]:
    """The same act on several reports: on all of them, or on none when one of them refuses."""
    done = []
    for report in sorted(reports, key=lambda one: one.pk):
        try:
            done.append(_settle_one(report, given, by=by, now=now))
        except ValidationError as refusal:
            raise ValidationError(
                [
                    ValidationError(f"{report.reference}: {words}", code=error.code)
                    for error in refusal.error_list
                    for words in error.messages
                ]
            ) from refusal
    return done


def _settle_one(report: Report, given: Settling, *, by: User, now: datetime) -> Report:
    if given.act == Act.DISMISS:
        return dismiss_report(
            report, by=by, reason=given.reason, until=given.until, after=given.after, now=now
        )
    if given.act == Act.PUT_OFF:
        if given.until is None:
            raise ValidationError("Say until when.", code="until_missing")
        return put_off_report(report, until=given.until, by=by, reason=given.reason, now=now)
    if given.of is None:
        raise ValidationError("Say which report or incident tells of the same.", code="of_missing")
    return mark_duplicate(report, of=given.of, by=by, reason=given.reason, now=now)


@transaction.atomic
def undo_triage(reports: Iterable[Report], *, by: User, now: datetime) -> list[Report]:
    """Take back one's own act of the last minute; later a return asks for its reason."""
    done = []
    for report in sorted(reports, key=lambda one: one.pk):
        report = _locked(report)
        if report.settled_by_id != by.pk or report.settled_at is None or report.settled_at < now - UNDO:
            raise ValidationError(
                f"{report.reference} can no longer be undone with one click. Return it to the inbox and say why.",
                code="too_late",
            )
        done.append(return_report(report, by=by, reason=UNDONE, now=now))
    return done
