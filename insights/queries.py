"""What pages show across apps; every list starts at what the person may see."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from incidents.lifecycle import ReportStatus, Status
from incidents.models import Obligation
from incidents.permissions import reports_visible_to, visible_to

SOON = timedelta(hours=24)


def waiting_counts(user: User, *, now: datetime) -> dict[str, int]:
    """The numbers beside the navigation."""
    mine = visible_to(user).clocked()
    open_ones = mine.exclude(status__in=[Status.CLOSED, Status.DISMISSED])
    return {
        "reports": reports_visible_to(user).filter(status=ReportStatus.NEW).count(),
        "incidents": open_ones.count(),
        "deadlines": Obligation.objects.running()
        .filter(incident__in=mine.values("pk"), due_at__lte=now + SOON)
        .count(),
        "inquiries": 0,
    }
