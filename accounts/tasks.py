"""What is done without anybody asking."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import drafts


@shared_task  # type: ignore[untyped-decorator]
def discard_old_drafts() -> int:
    """Runs each night; repeating it is harmless."""
    return drafts.discard_old_drafts(now=timezone.now())
