"""Draw what waits to be drawn; the row is the queue."""

from __future__ import annotations

import hashlib
import os
import socket
from datetime import timedelta
from typing import Final
from uuid import uuid4

import structlog
from celery import shared_task
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from notifications.commands import filing as commands
from notifications.models import Filing
from notifications.pdf import draw as drawing

BATCH_SIZE: Final = 2  # a report takes two seconds, on a busy machine ten
AFTER_FAILURE: Final = timedelta(minutes=1)
WITHOUT_PANGO: Final = timedelta(minutes=10)
log = structlog.get_logger()


@shared_task(name="notifications.tasks.draw_due_filings")  # type: ignore[untyped-decorator]
def draw_due_filings() -> int:
    """Draw one batch of declared filings. Runs every few seconds; repeating it is harmless."""
    owner = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"[:64]
    batch = commands.claim_filings(owner=owner, size=BATCH_SIZE, now=timezone.now())
    for filing in batch:
        _draw(filing)
    return len(batch)


def nudge() -> None:
    """Say "look now"; beat is the safety net."""
    transaction.on_commit(draw_due_filings.delay, robust=True)


def _draw(filing: Filing) -> None:
    try:
        pdf = drawing.draw(filing.declared)
        software = drawing.software()
    except drawing.PdfUnavailable as missing:
        commands.record_drawing_failed(filing, reason=str(missing), wait=WITHOUT_PANGO, now=timezone.now())
        return
    except Exception as error:
        log.exception("filing.drawing_failed", filing=filing.pk, attempt=filing.attempt)
        wait = AFTER_FAILURE if filing.attempt < commands.TRIES else None
        commands.record_drawing_failed(
            filing, reason=f"Drawing stopped: {type(error).__name__}.", wait=wait, now=timezone.now()
        )
        return
    name = default_storage.save(f"filings/{uuid4().hex}.pdf", ContentFile(pdf))
    drawn = commands.Drawn(name, hashlib.sha256(pdf).hexdigest(), len(pdf), software)
    if not commands.record_drawn(filing, drawn=drawn, now=timezone.now()):
        default_storage.delete(name)  # another worker was faster, or the filing was withdrawn
