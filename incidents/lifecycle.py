"""What may follow what."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models


class ReportStatus(models.TextChoices):
    NEW = "new", "New"
    DISMISSED = "dismissed", "Dismissed"
    DUPLICATE = "duplicate", "Duplicate"
    PROMOTED = "promoted", "Promoted"


class Status(models.TextChoices):
    OPEN = "open", "Open"
    ASSESSING = "assessing", "Assessing"
    CONFIRMED = "confirmed", "Confirmed breach"
    DISMISSED = "dismissed", "Not a breach"
    CLOSED = "closed", "Closed"


class ObligationStatus(models.TextChoices):
    UNDECIDED = "undecided", "Depends on unknown facts"
    TO_DECIDE = "to_decide", "To decide"
    REQUIRED = "required", "Required"
    NOT_REQUIRED = "not_required", "Not required"
    MET = "met", "Met"
    MET_LATE = "met_late", "Met late"
    BLOCKED = "blocked", "Waits for an earlier filing"
    DELAYED = "delayed", "Delayed by law enforcement"
    GONE = "gone", "Not asked on these facts"


class WorkStatus(models.TextChoices):
    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    NOT_NEEDED = "not_needed", "Not needed"


REPORT_MOVES: Mapping[str, frozenset[str]] = {
    ReportStatus.NEW: frozenset({ReportStatus.DISMISSED, ReportStatus.DUPLICATE, ReportStatus.PROMOTED}),
    ReportStatus.DISMISSED: frozenset({ReportStatus.NEW}),
    ReportStatus.DUPLICATE: frozenset({ReportStatus.NEW}),
}

MOVES: Mapping[str, frozenset[str]] = {
    Status.OPEN: frozenset({Status.ASSESSING, Status.CONFIRMED, Status.DISMISSED}),
    Status.ASSESSING: frozenset({Status.CONFIRMED, Status.DISMISSED}),
    Status.CONFIRMED: frozenset({Status.CLOSED}),
    Status.DISMISSED: frozenset({Status.ASSESSING}),
    Status.CLOSED: frozenset({Status.CONFIRMED}),
}

# Statuses of an obligation whose clock still runs.
RUNNING = frozenset(
    {
        ObligationStatus.UNDECIDED,
        ObligationStatus.TO_DECIDE,
        ObligationStatus.REQUIRED,
        ObligationStatus.BLOCKED,
        ObligationStatus.DELAYED,
    }
)
SETTLED = frozenset(
    {ObligationStatus.NOT_REQUIRED, ObligationStatus.MET, ObligationStatus.MET_LATE, ObligationStatus.GONE}
)


# Nothing is so done that it could not be taken up again; what waits may wait for somebody else.
_SETTLE = frozenset({WorkStatus.WAITING, WorkStatus.DONE, WorkStatus.NOT_NEEDED})
WORK_MOVES: Mapping[str, frozenset[str]] = {
    WorkStatus.NOT_STARTED: _SETTLE | {WorkStatus.IN_PROGRESS},
    WorkStatus.IN_PROGRESS: _SETTLE,
    WorkStatus.WAITING: _SETTLE | {WorkStatus.IN_PROGRESS},
    WorkStatus.DONE: frozenset({WorkStatus.IN_PROGRESS}),
    WorkStatus.NOT_NEEDED: frozenset({WorkStatus.IN_PROGRESS}),
}
OPEN_WORK = frozenset({WorkStatus.NOT_STARTED, WorkStatus.IN_PROGRESS, WorkStatus.WAITING})


def check_move(current: str, target: str, moves: Mapping[str, frozenset[str]] = MOVES) -> None:
    """Refuse a step that the lifecycle does not know."""
    if target not in moves.get(current, frozenset()):
        raise ValidationError(
            "This is %(current)s now and cannot become %(target)s.",
            code="wrong_status",
            params={"current": current.replace("_", " "), "target": target.replace("_", " ")},
        )
