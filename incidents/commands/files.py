"""Files as they arrive: part by part, sealed, hashed, scanned, drawn. Who has them is said elsewhere."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.defaultfilters import filesizeformat

from accounts import sealed_files
from accounts.keyring import CannotUnseal
from accounts.sealed_files import PART_BYTES, TooLarge, pieces_of
from audit.commands import Acting, record
from audit.events import SYSTEM
from incidents.events import EvidenceEvent
from incidents.files import clamd, kinds
from incidents.models import FilePart, PreviewState, ScanState, StoredFile, Upload

log = structlog.get_logger(__name__)
UPLOAD_LASTS: Final = timedelta(hours=24)  # half a file is thrown away so long after its last part
SCAN_LEASE: Final = timedelta(minutes=15)
DRAW_LEASE: Final = timedelta(minutes=2)
SCANNER_WAITS: Final = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
WORDS_SHOWN: Final = 64_000
LONGEST_NAME: Final = 120
LONGEST_ENDING: Final = 12


def clean_name(name: str) -> str:
    """A file's name as words: no folders, nothing unseen, no letters that turn the direction of writing."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(one for one in last if unicodedata.category(one)[0] != "C").strip(" .")
    ending = PurePosixPath(plain).suffix[:LONGEST_ENDING]
    return plain.removesuffix(ending)[: LONGEST_NAME - len(ending)] + ending or "file"


# --- arriving


@transaction.atomic
def begin_file(*, root: str, name: str, expected: int | None, limit: int, now: datetime) -> StoredFile:
    """A place for a file that is to come; it lapses unless somebody takes it."""
    if expected is not None and expected <= 0:
        raise ValidationError("This file is empty.", code="empty")
    if expected is not None and expected > limit:
        raise _too_large(limit)
    folder = sealed_files.new_folder(root)
    return StoredFile.objects.create(
        folder=folder,
        wrapped_key=sealed_files.new_wrapped_key(folder),
        name=clean_name(name),
        expected=expected if expected is not None else limit,
        lapses_at=now + UPLOAD_LASTS,
    )


def add_part(file: StoredFile, chunks: Iterable[bytes], *, offset: int, now: datetime) -> StoredFile:
    """Keep the next bytes of a file, at most `PART_BYTES`; refused when `offset` is not where it stands.

    The bytes are stored first and counted under the lock then: nobody waits for a slow sender.
    """
    _check_offset(file, offset)
    room = min(PART_BYTES, (file.expected or 0) - file.size)
    try:
        place, size = file.opened().save(chunks, limit=room)
    except TooLarge as error:
        raise ValidationError(
            f"A part has at most {PART_BYTES:,} bytes, and a file no more than was announced.",
            code="too_large",
        ) from error
    except OSError as error:
        log.exception("file_not_stored", file=file.pk)
        raise ValidationError(
            "This could not be stored: the disk may be full. Nothing of this part was kept; tell whoever runs this "
            "system, and go on later.",
            code="not_stored",
        ) from error
    try:
        return _keep_part(file, place, size, offset, now)
    except BaseException:
        sealed_files.discard(place)
        raise


@transaction.atomic
def _keep_part(file: StoredFile, place: str, size: int, offset: int, now: datetime) -> StoredFile:
    file = StoredFile.objects.locked(file)
    _check_offset(file, offset)
    if size:
        FilePart.objects.create(file=file, number=file.parts.count(), place=place, size=size)
    file.size += size
    file.lapses_at = now + UPLOAD_LASTS
    file.save(update_fields=["size", "lapses_at"])
    return file


def _check_offset(file: StoredFile, offset: int) -> None:
    if file.completed_at is not None or file.erased_at is not None:
        raise ValidationError("This upload is over.", code="stale")
    if offset != file.size:
        raise ValidationError(f"{file.size} bytes are here. Go on from there.", code="wrong_offset")


class Measured(NamedTuple):
    """What a file is, read from the storage."""

    sha256: str
    size: int
    kind: str


def measure(file: StoredFile) -> Measured:
    """Read all of a file once; `CannotUnseal` when it is damaged."""
    digest, size, head, tail = hashlib.sha256(), 0, b"", b""
    for chunk in contents(file):
        digest.update(chunk)
        size += len(chunk)
        head = head + chunk[: kinds.HEAD_BYTES - len(head)] if len(head) < kinds.HEAD_BYTES else head
        tail = (tail + chunk)[-kinds.TAIL_BYTES :]
    return Measured(digest.hexdigest(), size, kinds.sniff(head, tail, size))


def contents(file: StoredFile) -> Iterator[bytes]:
    """A file in clear, in pieces; that its key is gone is told at once."""
    sealed, parts = file.opened(), list(file.parts.all())
    return chain.from_iterable(sealed.read(part.place) for part in parts)


def safe_view(file: StoredFile) -> tuple[str, bytes]:
    """Its beginning as words, or a picture of it that was drawn anew; nothing of both for what is not shown."""
    if file.preview_state == PreviewState.READY:
        return "", b"".join(file.opened().read(file.preview_place))
    if not file.is_words:
        return "", b""
    first = b"".join(islice(contents(file), 1))[:WORDS_SHOWN]
    words = first.decode("utf-8", "replace")
    return words if file.size <= len(first) else f"{words}…", b""


def complete_file(file: StoredFile, *, exact: bool = True, now: datetime) -> StoredFile:
    """The last byte is here: compute its hash over what lies in the storage, and tell its kind.

    Reads it all, so it holds no lock; a part that came meanwhile is a refusal.
    """
    file.refresh_from_db()
    if exact and file.size != file.expected:
        raise ValidationError(
            f"{file.size} of {file.expected} bytes are here. Send the rest first.", code="incomplete"
        )
    if not file.size:
        raise ValidationError("This file is empty.", code="empty")
    file = _completed(file, measure(file), now)
    known = set(file.parts.values_list("place", flat=True)) | {file.preview_place}
    for place in set(sealed_files.places_in(file.folder)) - known:
        sealed_files.discard(place)  # a sender or a worker died before its part was counted
    return file


@transaction.atomic
def _completed(file: StoredFile, found: Measured, now: datetime) -> StoredFile:
    file = StoredFile.objects.locked(file)
    if file.completed_at is not None:
        return file
    if file.size != found.size:
        raise ValidationError("The file changed while it was read. Finish it again.", code="stale")
    file.sha256, file.kind, file.completed_at, file.checked_at = found.sha256, found.kind, now, now
    if file.is_image:
        file.preview_state = PreviewState.WAITING
    file.save()
    return file


def keep_file(chunks: Iterable[bytes], *, root: str, name: str, limit: int, now: datetime) -> StoredFile:
    """Keep a file that comes at once. Nobody has it yet: it lapses in a day unless it is attached to something."""
    file = begin_file(root=root, name=name, expected=None, limit=limit, now=now)
    try:
        for piece in pieces_of(chunks, PART_BYTES):
            if file.size + len(piece) > limit:
                raise _too_large(limit)
            file = add_part(file, [piece], offset=file.size, now=now)
        return complete_file(file, exact=False, now=now)
    except BaseException:
        drop_file(file)
        raise


def _too_large(limit: int) -> ValidationError:
    return ValidationError(f"This file is too large: at most {filesizeformat(limit)}.", code="too_large")


@transaction.atomic
def drop_file(file: StoredFile) -> None:
    """Throw away a file that nobody has: first what lies in the storage, so that no row loses sight of it."""
    file = StoredFile.objects.locked(file)
    if file.lapses_at is None:
        return  # somebody took it
    sealed_files.discard_folder(file.folder)
    Upload.objects.filter(file=file).delete()
    file.delete()


def clear_lapsed(*, most: int = 500, now: datetime) -> int:
    """Throw away what nobody finished or took in time; how many."""
    lapsed = list(StoredFile.objects.lapsed(now).order_by("pk")[:most])
    for file in lapsed:
        drop_file(file)
    return len(lapsed)


def clear_erased(*, now: datetime) -> None:
    """Remove again what a crash may have left of files that were erased lately; their keys are gone already."""
    lately = now - timedelta(days=2)
    for folder in StoredFile.objects.filter(erased_at__gt=lately).values_list("folder", flat=True):
        sealed_files.discard_folder(folder)


# --- the record of a file, wherever it hangs


def note(
    file: StoredFile,
    verb: EvidenceEvent,
    *,
    by: Acting,
    details: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write an act into the custody of a file. Names and words of a file never stand there."""
    if (evidence := getattr(file, "evidence", None)) is not None:
        record(verb, evidence, by=by, stream=evidence.stream, details=details, reason=reason)
    elif (attachment := getattr(file, "attachment", None)) is not None:
        record(verb, attachment, by=by, stream=attachment.report.stream, details=details, reason=reason)


# --- the scanner and the painter: rows are their queue


@transaction.atomic
def claim_scan(*, now: datetime) -> StoredFile | None:
    """The oldest file that waits for the scanner; a claim that lapsed is taken again."""
    file = (
        StoredFile.objects.to_scan(now)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")
        .first()
    )
    if file is not None:
        file.scan_state, file.lease_until = ScanState.SCANNING, now + SCAN_LEASE
        file.scan_tries += 1
        file.save(update_fields=["scan_state", "lease_until", "scan_tries"])
    return file


@transaction.atomic
def record_scan(file: StoredFile, verdict: clamd.Verdict | None, *, now: datetime) -> StoredFile:
    """Keep what the scanner said; no verdict means that the file is larger than it takes."""
    file = StoredFile.objects.locked(file)
    if file.scan_state != ScanState.SCANNING:
        return file  # somebody else had it after us
    if verdict is None:
        file.scan_state = ScanState.TOO_LARGE
    else:
        file.scan_state = ScanState.INFECTED if verdict.infected else ScanState.CLEAN
        file.scan_finding = verdict.finding
    file.scanned_at, file.lease_until = now, None
    if file.scan_state == ScanState.INFECTED and file.is_image:
        file.preview_state = PreviewState.FAILED
    file.save(update_fields=["scan_state", "scan_finding", "scanned_at", "lease_until", "preview_state"])
    note(
        file,
        EvidenceEvent.SCANNED,
        by=SYSTEM,
        details={"state": file.scan_state, "finding": file.scan_finding},
    )
    return file


@transaction.atomic
def record_no_scan(file: StoredFile, *, now: datetime) -> None:
    """The scanner did not answer: the file waits, each time longer."""
    file = StoredFile.objects.locked(file)
    if file.scan_state == ScanState.SCANNING:
        wait = SCANNER_WAITS[min(file.scan_tries, len(SCANNER_WAITS)) - 1]
        file.scan_state, file.due_at, file.lease_until = ScanState.WAITING, now + wait, None
        file.save(update_fields=["scan_state", "due_at", "lease_until"])


@transaction.atomic
def claim_drawing(*, now: datetime) -> StoredFile | None:
    """The oldest picture that waits to be drawn anew."""
    waiting = StoredFile.objects.to_draw(now, scanner=bool(settings.CLAMD_ADDRESS))
    file = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
    if file is not None:
        file.preview_state, file.lease_until = PreviewState.DRAWING, now + DRAW_LEASE
        file.save(update_fields=["preview_state", "lease_until"])
    return file


@transaction.atomic
def record_drawing(file: StoredFile, picture: bytes | None, *, now: datetime) -> StoredFile:
    """Keep the picture, sealed beside the file; none means that it cannot be drawn."""
    file = StoredFile.objects.locked(file)
    if file.preview_state != PreviewState.DRAWING or file.erased_at is not None:
        return file
    file.preview_state, file.lease_until = PreviewState.FAILED, None
    if picture is not None:
        file.preview_place = file.opened().save([picture])[0]
        file.preview_state = PreviewState.READY
    file.save(update_fields=["preview_state", "preview_place", "lease_until"])
    return file


# --- is it still what came?


def check_file(file: StoredFile, *, by: Acting, told: bool, now: datetime) -> bool:
    """Compute the hash again; whether it is still the same. A difference is recorded, and `told` records agreement too."""
    try:
        same = measure(file)[:2] == (file.sha256, file.size)
    except CannotUnseal:
        same = False
    return _checked(file, same=same, by=by, told=told, now=now)


@transaction.atomic
def _checked(file: StoredFile, *, same: bool, by: Acting, told: bool, now: datetime) -> bool:
    file = StoredFile.objects.locked(file)
    if file.erased_at is not None:
        raise ValidationError("This file was deleted meanwhile.", code="stale")
    new = not same and file.differs_since is None
    file.checked_at = now
    if same:
        file.differs_since = file.told_at = None
    elif new:
        file.differs_since, file.told_at = now, None
    file.save(update_fields=["checked_at", "differs_since", "told_at"])
    if same and told:
        note(file, EvidenceEvent.CHECKED, by=by, details={"sha256": file.sha256})
    elif new or (not same and told):
        note(file, EvidenceEvent.DIFFERS, by=by, details={"sha256": file.sha256})
    return same


def mark_told(file: StoredFile, *, now: datetime) -> None:
    """Those whom a changed file concerns were told."""
    StoredFile.objects.filter(pk=file.pk, told_at=None).update(told_at=now)
