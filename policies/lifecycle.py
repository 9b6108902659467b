"""What may follow what in the life of a policy's version."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models


class VersionStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    IN_FORCE = "in_force", "In force"
    SUPERSEDED = "superseded", "Superseded"


MOVES: Mapping[str, frozenset[str]] = {
    VersionStatus.DRAFT: frozenset({VersionStatus.IN_REVIEW}),
    VersionStatus.IN_REVIEW: frozenset({VersionStatus.APPROVED, VersionStatus.DRAFT}),
    VersionStatus.APPROVED: frozenset({VersionStatus.IN_FORCE, VersionStatus.DRAFT}),
    VersionStatus.IN_FORCE: frozenset({VersionStatus.SUPERSEDED}),
}


def check_move(current: str, target: str) -> None:
    """Refuse a step that the lifecycle does not know."""
    if target not in MOVES.get(current, frozenset()):
        raise ValidationError(
            "This version is %(current)s and cannot become %(target)s.",
            code="wrong_status",
            params={"current": current.replace("_", " "), "target": target.replace("_", " ")},
        )
