"""Reports begun at the public form: kept for a day so that a closed browser loses nothing.

No act of the record: nobody but the browser that holds the code can read one.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from accounts import codes
from incidents.models import ReportDraft, StoredFile

KEPT: Final = timedelta(hours=24)  # as long as files wait for their report
MOST_DRAFTS: Final = 20_000
MOST_BYTES: Final = 100_000  # all that the pages take is less
NONCE_BYTES: Final = 12


@dataclass(frozen=True)
class Begun:
    """What somebody has answered, where they were, and until when it is kept."""

    answers: Mapping[str, Any]
    step: int
    until: datetime


def keep_report_draft(code: str, *, answers: Mapping[str, Any], step: int, now: datetime) -> bool:
    """Keep what is answered so far; the first time decides when it lapses. False when there is no room."""
    plain = json.dumps({"answers": dict(answers), "step": step}, ensure_ascii=False).encode()
    if len(plain) > MOST_BYTES:
        return False
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(_key(code)).encrypt(nonce, plain, None)
    if ReportDraft.objects.filter(code_hash=codes.digest(code), lapses_at__gt=now).update(sealed=sealed):
        return True
    if ReportDraft.objects.count() >= MOST_DRAFTS:
        return False
    ReportDraft.objects.update_or_create(
        code_hash=codes.digest(code), defaults={"sealed": sealed, "lapses_at": now + KEPT}
    )
    return True


def report_draft(code: str, *, now: datetime) -> Begun | None:
    """What was begun under this code; nothing once it lapsed or was erased."""
    draft = ReportDraft.objects.filter(code_hash=codes.digest(code), lapses_at__gt=now).first()
    if draft is None:
        return None
    blob = bytes(draft.sealed)
    try:
        told = json.loads(AESGCM(_key(code)).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], None))
    except (InvalidTag, ValueError):
        return None
    return Begun(told["answers"], told["step"], draft.lapses_at)


@transaction.atomic
def discard_report_draft(code: str) -> None:
    """It was sent, so its files have found their report. Repeating it is harmless."""
    ReportDraft.objects.filter(code_hash=codes.digest(code)).delete()


@transaction.atomic
def erase_report_draft(code: str, *, files: list[int], now: datetime) -> None:
    """Its writer does not want it: its files, which no report has, are thrown away with the next clearing."""
    discard_report_draft(code)
    StoredFile.objects.filter(pk__in=files, lapses_at__isnull=False).update(lapses_at=now)


def erase_lapsed_report_drafts(*, now: datetime) -> int:
    """Erase what nobody came back to within a day."""
    return ReportDraft.objects.filter(lapses_at__lte=now).delete()[0]


def _key(code: str) -> bytes:
    return hashlib.sha256(b"report-draft-key:" + code.encode()).digest()
