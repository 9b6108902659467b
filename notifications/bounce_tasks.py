"""Fetch what came back: from a mailbox, a mail folder, and the mailbox that reports come to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog
from celery import shared_task
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from incidents import mailbox
from incidents.commands import inbound
from incidents.models import InboundMail
from incidents.models.inbound import Became
from notifications.bounce_reading import read_bounce
from notifications.commands import bounces as commands
from notifications.models import BounceSource

log = structlog.get_logger(__name__)
MOST_MAILS: Final = 200  # at one look
LONGEST_SECONDS: Final = 30.0
MOST_BYTES: Final = 2_000_000  # of a mail in the folder; a bounce's head says all


@shared_task(name="notifications.tasks.read_bounces")  # type: ignore[untyped-decorator]
def read_bounces() -> int:
    """Read what came back since the last look; repeating it is harmless, losing it loses nothing."""
    until, read = time.monotonic() + LONGEST_SECONDS, 0
    if settings.BOUNCE_IMAP_URL:
        read += _from_mailbox(until)
    if settings.BOUNCE_MAILDIR:
        read += _from_maildir(Path(settings.BOUNCE_MAILDIR), until)
    read += _from_intake(until)
    commands.settle_due_bounces(now=timezone.now())
    return read


def _note(raw: bytes, source: str) -> bool:
    """One mail; what reports nothing is left to whoever reads that mailbox."""
    told = read_bounce(raw)
    if not told.kind:
        return False
    bounce = commands.note_bounce(told, source=source, key=commands.event_key(raw), now=timezone.now())
    if bounce.delivery_id is None:
        log.info("bounce_of_no_mail_of_ours", bounce=bounce.pk, kind=bounce.kind)
    return bounce.delivery_id is not None


def _from_mailbox(until: float) -> int:
    read = 0
    try:
        with mailbox.opened(settings.BOUNCE_IMAP_URL) as box:
            for fetched in box.unread(MOST_MAILS):
                with _one_mail_of_many():
                    _note(fetched.raw, BounceSource.MAILBOX)
                    box.mark_read(
                        fetched
                    )  # only now: until it is settled, the mailbox has it for the next look
                    read += 1
                if time.monotonic() > until:
                    break
    except mailbox.MailboxTrouble as trouble:
        log.warning("bounce_mailbox_cannot_be_read", why=str(trouble))
    return read


def _from_maildir(folder: Path, until: float) -> int:
    read = 0
    try:
        waiting = sorted((folder / "new").iterdir())[:MOST_MAILS]
    except OSError as trouble:
        log.warning("bounce_folder_cannot_be_read", why=type(trouble).__name__)
        return 0
    for path in waiting:
        with _one_mail_of_many():
            with path.open("rb") as mail:
                _note(mail.read(MOST_BYTES), BounceSource.MAILDIR)
            path.rename(folder / "cur" / f"{path.name}:2,S")
            read += 1
        if time.monotonic() > until:
            break
    return read


def _from_intake(until: float) -> int:
    """Automatic mail that the inbox of reports had no use for."""
    read = 0
    while time.monotonic() < until and _next_of_intake():
        read += 1
    return read


@transaction.atomic
def _next_of_intake() -> bool:
    waiting = InboundMail.objects.filter(claimed_as=Became.AUTOMATIC).order_by("pk")
    mail = waiting.select_for_update(of=("self",), skip_locked=True).first()
    if mail is None:
        return False
    ours = _note(inbound.raw_mail(mail), BounceSource.INTAKE)
    mail.claimed_as = Became.BOUNCE if ours else Became.NOTHING
    mail.save(update_fields=["claimed_as"])
    return True


@contextmanager
def _one_mail_of_many() -> Iterator[None]:
    """A mail that cannot be settled now is read again at the next look; those behind it do not wait."""
    try:
        yield
    except (DatabaseError, OSError) as trouble:
        log.warning("bounce_not_settled", why=type(trouble).__name__)
