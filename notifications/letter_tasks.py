"""Draw letters that wait to be drawn, a file at a time; the row is the queue."""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import time
from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4

import structlog
from celery import shared_task
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from accounts.keyring import CannotUnseal
from notifications import compile as text
from notifications import merge_fields
from notifications.commands import letters as commands
from notifications.letters import address
from notifications.letters.draw import Drawer, Person
from notifications.letters.kept import kept_of
from notifications.models import LetterBatch
from notifications.page_codes import Codes
from notifications.pdf.draw import PdfUnavailable
from stakeholders.sealing import RosterKeys

LONGEST_SECONDS: Final = 40.0
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
log = structlog.get_logger(__name__)


@shared_task(name="notifications.tasks.draw_due_letters", soft_time_limit=600, time_limit=630)  # type: ignore[untyped-decorator]
def draw_due_letters() -> int:
    """Draw files for a while, then ask for the next turn; repeating it is harmless."""
    until, drawn = time.monotonic() + LONGEST_SECONDS, 0
    owner = f"{platform.node()}-{os.getpid()}-{uuid4().hex[:8]}"[:64]
    while time.monotonic() < until:
        batch = commands.claim_batch(owner=owner, now=timezone.now())
        if batch is None:
            commands.discard_erased()
            return drawn
        drawn += draw_batch(batch)
    transaction.on_commit(draw_due_letters.delay, robust=True)
    return drawn


def nudge() -> None:
    """Say "look now"; beat is the safety net."""
    transaction.on_commit(draw_due_letters.delay, robust=True)


def draw_batch(batch: LetterBatch) -> int:
    """One file; how many letters are in it. What stops it is written on its row, and it is tried again."""
    try:
        return _draw(batch)
    except PdfUnavailable as missing:
        problem = str(missing)
    except CannotUnseal:
        problem = "The people were erased, or their key is missing."
    except OSError as trouble:
        full = trouble.errno in FULL
        problem = (
            "The disk is full. Make room; the letters go on by themselves."
            if full
            else "The file could not be written."
        )
    except Exception as error:
        log.exception("letters.drawing_failed", batch=batch.pk, attempt=batch.attempts)
        problem = f"Drawing stopped: {type(error).__name__}."
    commands.record_not_drawn(batch, problem=problem, now=timezone.now())
    return 0


def _draw(batch: LetterBatch) -> int:
    run = batch.run
    keys = RosterKeys.open(run.notice.incident.roster)
    frame, compiled = kept_of(run)
    rows = [row for row in _rows(batch) if row[-1] is None]
    codes = Codes(run.notice)
    people = [_person(row, run.reference, frame.home, keys, compiled, codes) for row in rows]
    pdf, places = Drawer(frame, compiled, duplex=run.duplex).draw(people)
    stored = f"letters/{uuid4().hex}"
    try:
        stored = default_storage.save(stored, ContentFile(keys.seal_bytes(pdf, context=context_of(batch))))
    except OSError:
        default_storage.delete(stored)  # half of it
        raise
    drawn = commands.DrawnFile(
        stored=stored,
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        pages=places[-1].first_page + places[-1].pages - 1 if places else 0,
        places={row[0]: (place.first_page, place.pages) for row, place in zip(rows, places, strict=True)},
        codes={row[1]: codes.code(row[2]) for row in rows},
        exempt=[row[1] for row in _rows(batch) if row[-1] is not None],
    )
    if not commands.record_drawn_file(batch, drawn=drawn, now=timezone.now()):
        default_storage.delete(stored)  # another worker was faster, or the letters were cancelled
        return 0
    return len(people)


def context_of(batch: LetterBatch) -> bytes:
    """What the sealed file is bound to."""
    return b"letters:%d:%d" % (batch.run_id, batch.number)


def _rows(batch: LetterBatch) -> Sequence[tuple[Any, ...]]:
    """Letter's number, delivery, party, sealed details, and what stands in clear; last, whether exempt."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT l.number, d.id, p.id, p.sealed, p.elements, p.present, p.country, p.subdivision, p.addressee, p.exempt_at
            FROM notifications_letter l JOIN notifications_delivery d ON d.id = l.delivery_id
                JOIN stakeholders_affectedparty p ON p.roster_id = d.roster_id AND p.id = d.party_id
            WHERE l.run_id = %s AND l.number BETWEEN %s AND %s ORDER BY l.number""",
            [batch.run_id, batch.first, batch.last],
        )
        return list(cursor.fetchall())


def _person(
    row: tuple[Any, ...], reference: str, home: str, keys: RosterKeys, compiled: text.Compiled, codes: Codes
) -> Person:
    number, _, party_id, sealed, elements, present, country, subdivision, addressee, _ = row
    details = keys.open_sealed(bytes(sealed), party_id)
    named = merge_fields.values_of(details)
    values = {path: text.clean(named[path]) for path in compiled.used}
    values[merge_fields.LINK.path] = codes.url(party_id).partition("://")[2]
    lines = address.lines(details, addressee=addressee, country=country, subdivision=subdivision, home=home)
    return Person(
        f"{reference} · {number:06}", tuple(elements), present, subdivision or country, tuple(lines), values
    )
