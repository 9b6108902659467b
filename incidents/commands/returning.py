"""What the system does for the inbox by itself: bring back what was dismissed for a while, keep deadlines true."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from audit.events import SYSTEM
from incidents import queries
from incidents.commands.reporting import set_first_clock
from incidents.commands.triage import return_report
from incidents.lifecycle import ReportStatus
from incidents.models import Report

AT_ONCE: Final = 200
DAY_CAME: Final = "The day until which it was dismissed has come."
MORE_CAME: Final = "As many more like it came as were waited for."


def return_due_reports(*, now: datetime) -> int:
    """Return dismissed reports whose day has come, or of which enough more like them came; repeating it is harmless."""
    dismissed = Report.objects.filter(status=ReportStatus.DISMISSED)
    due = [(report, DAY_CAME) for report in dismissed.filter(returns_at__lte=now)[:AT_ONCE]]
    for report in dismissed.filter(returns_after__isnull=False).exclude(returns_at__lte=now)[:AT_ONCE]:
        if queries.more_like(report) >= (report.returns_after or 0):
            due.append((report, MORE_CAME))
    return sum(_return(report, reason, now) for report, reason in due)


@transaction.atomic
def _return(report: Report, reason: str, now: datetime) -> int:
    """Under its lock, for a person may have been faster."""
    still = Report.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk=report.pk, status=ReportStatus.DISMISSED, settled_at=report.settled_at
    )
    if not still.exists():
        return 0
    return_report(report, by=SYSTEM, reason=reason, now=now)
    return 1


@transaction.atomic
def ask_first_clocks(*, most: int = AT_ONCE) -> int:
    """Reckon anew the possible deadlines of waiting reports that were reckoned under other law; returns how many."""
    asking = queries.Asking.now()
    stale = Report.objects.filter(status=ReportStatus.NEW).exclude(asked_law=asking.state)
    rows = list(stale.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:most])
    for report in rows:
        set_first_clock(report, asking)
    Report.objects.bulk_update(rows, ["could_be_due_at", "could_be_due_by", "asked_law"])
    return len(rows)
