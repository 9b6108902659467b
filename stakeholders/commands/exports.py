"""Taking the whole list out: only sealed with a password."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents.rules import check_reason
from stakeholders.events import RosterEvent
from stakeholders.models import Roster
from stakeholders.rules import check_not_erased

SHORTEST = 12
LONGEST = 128


def check_password(password: str) -> None:
    """Refuse a password that does not seal a file."""
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 5:
        raise ValidationError(
            f"Choose a password of {SHORTEST} to {LONGEST} characters that is not all alike.",
            code="weak_password",
        )


@transaction.atomic
def export_list(roster: Roster, *, password: str, reason: str, by: User, now: datetime) -> Roster:
    """Record that somebody takes the people out in a file sealed with a password; without a good one it is refused."""
    reason = check_reason(reason)
    check_not_erased(roster)
    check_password(password)
    record(
        RosterEvent.LIST_EXPORTED, roster, by=by, stream=roster.incident.stream,
        details={"people": roster.people}, reason=reason,
    )  # fmt: skip
    return roster
