"""Make certificates that wait: a thousand deliveries a step, the row is the queue."""

from __future__ import annotations

import hashlib
import time
from typing import Final
from uuid import uuid4

import structlog
from celery import shared_task
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from notifications.commands import certificates as commands
from notifications.models import Certificate
from notifications.pdf import draw as drawing

LONGEST_SECONDS: Final = 40.0
log = structlog.get_logger(__name__)


@shared_task(name="notifications.tasks.make_due_certificates")  # type: ignore[untyped-decorator]
def make_due_certificates() -> int:
    """Work on certificates for a while; repeating it is harmless, what is taken down stays."""
    until, made = time.monotonic() + LONGEST_SECONDS, 0
    while time.monotonic() < until:
        certificate = commands.claim_certificate(now=timezone.now())
        if certificate is None:
            return made
        made += _make(certificate, until)
    transaction.on_commit(make_due_certificates.delay, robust=True)
    return made


def nudge() -> None:
    """Say "look now"; beat is the safety net."""
    transaction.on_commit(make_due_certificates.delay, robust=True)


def _make(certificate: Certificate, until: float) -> int:
    try:
        if not certificate.root:
            while commands.take_down_more(certificate):
                if time.monotonic() > until:
                    return 0
            certificate = commands.close_tree(certificate, now=timezone.now())
        assert certificate.snapshot is not None
        pdf = drawing.draw(certificate.snapshot)
    except drawing.PdfUnavailable as missing:
        commands.record_certificate_not_drawn(certificate, problem=str(missing), now=timezone.now())
        return 0
    except Exception as error:
        log.exception("certificate.failed", certificate=certificate.pk)
        problem = f"It could not be made: {type(error).__name__}."
        commands.record_certificate_not_drawn(certificate, problem=problem, now=timezone.now())
        return 0
    name = default_storage.save(f"certificates/{uuid4().hex}.pdf", ContentFile(pdf))
    if not commands.record_certificate_drawn(
        certificate, stored=name, sha256=hashlib.sha256(pdf).hexdigest(), now=timezone.now()
    ):
        default_storage.delete(name)
    return 1
