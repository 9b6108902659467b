"""What may follow what: notices, and the fate of one delivery."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models


class VersionStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"


class NoticeStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    SENDING = "sending", "Sending"
    PAUSED = "paused", "Paused"
    FINISHED = "finished", "Finished"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Fate(models.TextChoices):
    """Where one notice to one person stands."""

    QUEUED = "queued", "Queued"
    IN_FLIGHT = "in_flight", "Being sent"
    SENT = "sent", "Sent"
    DEFERRED = "deferred", "Put off, tried again later"
    BOUNCED = "bounced", "Bounced"
    FAILED = "failed", "Failed"
    UNCERTAIN = "uncertain", "Uncertain: the answer was lost"
    PARKED = "parked", "Parked for a person"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LETTER = "letter", "A letter is being made"
    POSTED = "posted", "Told by letter"
    RETURNED = "returned", "The letter came back"
    GIVEN_UP = "given_up", "Given up: cannot be reached"


MOVES: Mapping[str, frozenset[str]] = {
    NoticeStatus.DRAFT: frozenset({NoticeStatus.IN_REVIEW, NoticeStatus.WITHDRAWN}),
    NoticeStatus.IN_REVIEW: frozenset({NoticeStatus.DRAFT, NoticeStatus.APPROVED, NoticeStatus.WITHDRAWN}),
    NoticeStatus.APPROVED: frozenset({NoticeStatus.DRAFT, NoticeStatus.SENDING, NoticeStatus.WITHDRAWN}),
    NoticeStatus.SENDING: frozenset({NoticeStatus.PAUSED, NoticeStatus.FINISHED, NoticeStatus.WITHDRAWN}),
    NoticeStatus.PAUSED: frozenset({NoticeStatus.SENDING, NoticeStatus.FINISHED, NoticeStatus.WITHDRAWN}),
    # Somebody's mail came back and is sent again.
    NoticeStatus.FINISHED: frozenset({NoticeStatus.SENDING}),
}

# The text may be written on; writing on an approved one voids its approval.
WRITABLE = frozenset({NoticeStatus.DRAFT, NoticeStatus.IN_REVIEW, NoticeStatus.APPROVED})
# Notices that went out, or are on their way: their pages and codes are real.
STARTED = frozenset({NoticeStatus.SENDING, NoticeStatus.PAUSED, NoticeStatus.FINISHED})

# A delivery that something may still happen to by itself.
PENDING = frozenset({Fate.QUEUED, Fate.IN_FLIGHT, Fate.DEFERRED})
# A delivery that waits for a person to decide.
HELD = frozenset({Fate.UNCERTAIN, Fate.PARKED})
# The mail reached nobody; a letter may still do so.
REFUSED = frozenset({Fate.BOUNCED, Fate.FAILED, Fate.LETTER, Fate.RETURNED, Fate.GIVEN_UP})
TOLD = frozenset({Fate.SENT, Fate.POSTED})


def check_move(current: str, target: str, moves: Mapping[str, frozenset[str]] = MOVES) -> None:
    """Refuse a step that the lifecycle does not know."""
    if target not in moves.get(current, frozenset()):
        raise ValidationError(
            "This is %(current)s now and cannot become %(target)s.",
            code="wrong_status",
            params={"current": current.replace("_", " "), "target": target.replace("_", " ")},
        )
