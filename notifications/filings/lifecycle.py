"""What may follow what in the life of a filing."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models


class FilingStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    READY = "ready", "Ready: the PDF is being drawn"
    DRAWN = "drawn", "Ready to submit"
    SUBMITTED = "submitted", "Submitted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class FilingStage(models.TextChoices):
    INITIAL = "initial", "First report"
    UPDATE = "update", "Further facts"
    FINAL = "final", "Final report"


class Route(models.TextChoices):
    """The way on which a filing reached its recipient."""

    PORTAL = "portal", "The recipient's portal"
    MAIL = "mail", "E-mail"
    POST = "post", "Post or courier"


FILING_MOVES: Mapping[str, frozenset[str]] = {
    FilingStatus.DRAFT: frozenset({FilingStatus.READY, FilingStatus.WITHDRAWN}),
    FilingStatus.READY: frozenset({FilingStatus.DRAWN, FilingStatus.WITHDRAWN}),
    FilingStatus.DRAWN: frozenset({FilingStatus.SUBMITTED, FilingStatus.WITHDRAWN}),
}
# A filing that is not finished: one of them an obligation at a time.
ON_ITS_WAY = (FilingStatus.DRAFT, FilingStatus.READY, FilingStatus.DRAWN)
FROZEN = (FilingStatus.READY, FilingStatus.DRAWN, FilingStatus.SUBMITTED)
