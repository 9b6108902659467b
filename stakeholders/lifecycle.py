"""What may follow what."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", "Columns not matched yet"
    QUEUED = "queued", "Waiting to start"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Stopped"


class InquiryStatus(models.TextChoices):
    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


class SendState(models.TextChoices):
    """The way of an answer by mail; only notifications moves it on from queued."""

    NONE = "", "Not mailed"
    QUEUED = "queued", "Queued"
    IN_FLIGHT = "in_flight", "In flight"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    UNCERTAIN = "uncertain", "Uncertain"


IMPORT_MOVES: Mapping[str, frozenset[str]] = {
    ImportState.UPLOADED: frozenset({ImportState.QUEUED, ImportState.CANCELLED}),
    ImportState.QUEUED: frozenset({ImportState.RUNNING, ImportState.CANCELLED}),
    ImportState.RUNNING: frozenset({ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED}),
    ImportState.FAILED: frozenset({ImportState.QUEUED}),
    ImportState.CANCELLED: frozenset({ImportState.QUEUED}),
}

INQUIRY_MOVES: Mapping[str, frozenset[str]] = {
    InquiryStatus.OPEN: frozenset({InquiryStatus.OPEN, InquiryStatus.ANSWERED, InquiryStatus.CLOSED}),
    InquiryStatus.ANSWERED: frozenset({InquiryStatus.OPEN, InquiryStatus.ANSWERED, InquiryStatus.CLOSED}),
    InquiryStatus.CLOSED: frozenset({InquiryStatus.OPEN}),
}
