"""The numbers beside the navigation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from incidents import queries as cases
from incidents.lifecycle import Status
from incidents.models import Can, Obligation
from incidents.permissions import may_triage, visible_to
from insights.queries.scope import current
from stakeholders.models import Inquiry

SOON: Final = timedelta(hours=24)
SETTLED: Final = (Status.CLOSED, Status.DISMISSED)


def waiting_counts(user: User, *, now: datetime) -> dict[str, int]:
    """What waits, by kind: reports, open incidents, deadlines of the next 24 hours, open inquiries."""
    mine = current(user)
    soon = Obligation.objects.running().filter(incident=OuterRef("pk"), due_at__lte=now + SOON)
    is_open = ~Q(status__in=SETTLED)
    counted = mine.aggregate(
        visible=Count("pk"),
        incidents=Count("pk", filter=is_open),
        pressing=Count("pk", filter=Q(Exists(soon))),
    )
    return {
        "visible": counted["visible"],
        "reports": cases.inbox(user, now=now).count() if may_triage(user) else 0,
        "incidents": counted["incidents"],
        "deadlines": Obligation.objects.running()
        .filter(incident__in=mine.values("pk"), due_at__lte=now + SOON)
        .count()
        if counted["pressing"]
        else 0,
        "inquiries": Inquiry.objects.waiting()
        .filter(incident__in=visible_to(user, Can.ANSWER).values("pk"))
        .count(),
    }
