"""Evidence: take it in, look into it, take it out, delete it. Each act is an entry in its custody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum

from accounts import sealed_files
from accounts.models import User
from audit.commands import record
from incidents import queries
from incidents.commands import files
from incidents.commands.attachments import received
from incidents.commands.opening import touch
from incidents.events import EvidenceEvent
from incidents.models import Attachment, Can, Evidence, Incident, Origin, StoredFile, Upload
from incidents.permissions import held
from incidents.queries.evidence import Way, way_out
from incidents.queries.privilege import may_have_known
from incidents.rules import check_not_settled, check_reason

EVIDENCE: Final = "evidence"  # root of its folders in the storage
LONGEST_NOTE: Final = 5_000


# --- in


@transaction.atomic
def start_upload(
    incident: Incident,
    *,
    name: str,
    size: int,
    title: str = "",
    note: str = "",
    privileged: bool = False,
    by: User,
    now: datetime,
) -> Upload:
    """Announce a file that comes part by part. It is no evidence yet, and lapses a day after its last part."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    _check_words(title, note)
    _check_room(incident, size)
    file = files.begin_file(
        root=f"{EVIDENCE}/{incident.pk}",
        name=name,
        expected=size,
        limit=settings.EVIDENCE_FILE_BYTES,
        now=now,
    )
    return Upload.objects.create(
        incident=incident,
        file=file,
        title=title.strip() or file.name,
        note=note.strip(),
        privileged=privileged,
        by=by,
        at=now,
    )


def _check_words(title: str, note: str, *more: str) -> None:
    if "\x00" in "".join((title, note, *more)):
        raise ValidationError("This holds a character that no text has.", code="null_characters")
    if len(title) > 200 or len(note) > LONGEST_NOTE:
        raise ValidationError(
            "One line of 200 characters, and 5,000 for where it comes from.", code="too_long"
        )


def _check_room(incident: Incident, size: int) -> None:
    """Keep one incident from filling the disk; what is on its way counts as announced."""
    kept = StoredFile.objects.filter(evidence__incident=incident, erased_at=None).aggregate(all=Sum("size"))
    coming = StoredFile.objects.filter(upload__incident=incident).aggregate(all=Sum("expected"))
    limit = settings.EVIDENCE_INCIDENT_BYTES
    if (kept["all"] or 0) + (coming["all"] or 0) + size > limit:
        raise ValidationError(
            f"No room is left: the evidence of one incident may take up {limit >> 30} GB.",
            code="no_room",
        )


def finish_upload(
    upload: Upload, *, origin: Origin = Origin.UPLOAD, by: User, now: datetime, **capture: Any
) -> Evidence:
    """All bytes are here: make it evidence. A file that the incident holds already is refused and thrown away."""
    file = files.complete_file(upload.file, now=now)
    try:
        return _taken_in(upload, file, origin=origin, by=by, now=now, **capture)
    except ValidationError as refused:
        if refused.code == "already_here":
            files.drop_file(file)
        raise


@transaction.atomic
def _taken_in(
    upload: Upload, file: StoredFile, *, origin: Origin, by: User, now: datetime, **capture: Any
) -> Evidence:
    incident = Incident.objects.locked(Incident(pk=upload.incident_id))
    check_not_settled(incident)
    found = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if found is None:
        raise ValidationError("This upload is over.", code="stale")
    cans = held(by, incident)
    twin = queries.evidence_known_to(incident, cans).filter(file__sha256=file.sha256, deleted_at=None).first()
    if twin is not None:
        raise ValidationError(
            "The same file is already here: %(reference)s, %(title)s.",
            code="already_here",
            params={"reference": twin.reference, "title": twin.title},
        )
    evidence = Evidence.objects.create(
        incident=incident, file=file, title=found.title, note=found.note, origin=origin,
        privileged=found.privileged, by=by, at=now, **capture,
    )  # fmt: skip
    found.delete()
    file.lapses_at = None
    file.save(update_fields=["lapses_at"])
    record(EvidenceEvent.RECEIVED, evidence, by=by, stream=evidence.stream, details=received(file))
    _touch(evidence)
    return evidence


def _touch(evidence: Evidence) -> None:
    """Tell open pages; of a privileged file not even that something changed."""
    if not evidence.privileged:
        touch(evidence.incident)


@transaction.atomic
def drop_upload(upload: Upload, *, now: datetime) -> None:
    """Stop an upload and throw its parts away; nothing of it was evidence."""
    files.drop_file(upload.file)


def add_evidence(
    incident: Incident, chunks: Iterable[bytes], *, name: str, size: int, by: User, now: datetime, **more: Any
) -> Evidence:
    """Take in a file that comes at once, of `size` bytes."""
    capture = {
        key: more.pop(key) for key in ("origin", "page_url", "page_account", "captured_at") if key in more
    }
    upload = start_upload(incident, name=name, size=size, by=by, now=now, **more)
    try:
        for piece in sealed_files.pieces_of(chunks, sealed_files.PART_BYTES):
            upload.file = files.add_part(upload.file, [piece], offset=upload.file.size, now=now)
    except BaseException:
        files.drop_file(upload.file)
        raise
    return finish_upload(upload, by=by, now=now, **capture)


def capture_page(
    incident: Incident,
    chunks: Iterable[bytes],
    *,
    name: str,
    size: int,
    page_url: str,
    page_account: str = "",
    captured_at: datetime,
    by: User,
    now: datetime,
    **more: Any,
) -> Evidence:
    """Keep a page or post as somebody saw it. Its address is kept as words: nothing is ever fetched from there."""
    page_url = page_url.strip()
    _check_words(page_account, "", page_url)
    if not _is_address(page_url):
        raise ValidationError(
            "Give the address of the page, such as https://example.org/post/1.", code="bad_url"
        )
    if captured_at > now:
        raise ValidationError("It cannot have been captured in the future.", code="future_time")
    return add_evidence(
        incident, chunks, name=name, size=size, by=by, now=now, origin=Origin.CAPTURE, page_url=page_url,
        page_account=page_account.strip(), captured_at=captured_at, **more,
    )  # fmt: skip


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= 2000
    except ValueError:
        return False


# --- looked into, and out


@transaction.atomic
def open_evidence(evidence: Evidence, *, by: User, now: datetime) -> Evidence:
    """Look into a file on the page; who did is kept."""
    _check_here(evidence)
    if way_out(evidence.file, by, held(by, evidence.incident)).way in (Way.REASON, Way.SHUT):
        raise ValidationError("This file is not shown: a virus was found in it.", code="infected")
    record(EvidenceEvent.OPENED, evidence, by=by, stream=evidence.stream)
    return evidence


@transaction.atomic
def download_evidence(
    evidence: Evidence, *, by: User, reason: str = "", confirmed: bool = False, now: datetime
) -> Evidence:
    """Let a file out: at once when it was scanned, after a confirmation or with a reason when it was not."""
    _check_here(evidence)
    check_way_out(evidence.file, by, held(by, evidence.incident), reason=reason, confirmed=confirmed)
    details = {"scan": evidence.file.scan_state, "sha256": evidence.file.sha256}
    record(
        EvidenceEvent.DOWNLOADED,
        evidence,
        by=by,
        stream=evidence.stream,
        details=details,
        reason=reason.strip(),
    )
    return evidence


def check_way_out(
    file: StoredFile, by: User, cans: frozenset[Can], *, reason: str = "", confirmed: bool = False
) -> None:
    """Refuse a download that is not open to this person, or asks for something that was not given."""
    found = way_out(file, by, cans)
    if found.way == Way.SHUT:
        raise ValidationError(found.words, code="quarantined")
    if found.way == Way.CONFIRM and not confirmed:
        raise ValidationError(f"{found.words} Confirm that you want it all the same.", code="not_confirmed")
    if found.way == Way.REASON:
        check_reason(reason)


def _check_here(evidence: Evidence) -> None:
    if evidence.deleted_at is not None:
        raise ValidationError("This file was deleted. What is known of it stays.", code="wrong_status")


@transaction.atomic
def download_attachment(
    attachment: Attachment, *, by: User, reason: str = "", confirmed: bool = False, now: datetime
) -> Attachment:
    """Let a file of a report out to whoever triages it, by the same rules as evidence."""
    check_way_out(attachment.file, by, frozenset({Can.WRITE}), reason=reason, confirmed=confirmed)
    details = {"scan": attachment.file.scan_state, "sha256": attachment.file.sha256}
    record(
        EvidenceEvent.DOWNLOADED,
        attachment,
        by=by,
        stream=attachment.report.stream,
        details=details,
        reason=reason.strip(),
    )
    return attachment


def check_evidence(evidence: Evidence, *, by: User, now: datetime) -> bool:
    """Compute the hash again; whether the file is still what came."""
    _check_here(evidence)
    return files.check_file(evidence.file, by=by, told=True, now=now)


@transaction.atomic
def export_evidence(incident: Incident, *, by: User, now: datetime) -> list[Evidence]:
    """Let all files out that may go; what is infected or waits for the scanner stays behind."""
    cans = held(by, incident)
    found = queries.evidence_known_to(incident, cans).filter(deleted_at=None).select_related("file")
    leaving = [one for one in found if way_out(one.file, by, cans).way in (Way.OPEN, Way.CONFIRM)]
    for one in leaving:
        record(EvidenceEvent.EXPORTED, one, by=by, stream=one.stream, details={"sha256": one.file.sha256})
    return leaving


# --- kept, and not


@transaction.atomic
def set_privileged(evidence: Evidence, *, privileged: bool, reason: str, by: User, now: datetime) -> Evidence:
    """Make a file exist for counsel alone, or for all who see the incident again."""
    Incident.objects.locked(evidence.incident)
    evidence = Evidence.objects.locked(evidence)
    if evidence.privileged == privileged:
        raise ValidationError("It is so already.", code="already_settled")
    reason = check_reason(reason)
    known_to = list(may_have_known(evidence, now=now).values_list("pk", flat=True))
    evidence.privileged = privileged
    evidence.save(update_fields=["privileged"])
    verb = EvidenceEvent.PRIVILEGED if privileged else EvidenceEvent.ORDINARY
    details = {"known_to": known_to} if privileged else {}
    record(verb, evidence, by=by, stream=evidence.stream, details=details, reason=reason)
    _touch(evidence)
    return evidence


@transaction.atomic
def delete_evidence(evidence: Evidence, *, reason: str, by: User, now: datetime) -> Evidence:
    """Destroy a file and its key; that it was here, its hash and its custody stay. Refused under a legal hold."""
    incident = Incident.objects.locked(evidence.incident)
    evidence = Evidence.objects.locked(evidence)
    _check_here(evidence)
    if queries.holds_on(evidence, now=now):
        raise ValidationError(
            "A legal hold is on it: nothing under it is deleted. Release the hold first.", code="held"
        )
    reason = check_reason(reason)
    evidence.deleted_at, evidence.deleted_by, evidence.deleted_reason = now, by, reason
    evidence.save(update_fields=["deleted_at", "deleted_by", "deleted_reason"])
    file = StoredFile.objects.locked(evidence.file)
    file.erased_at, file.wrapped_key = now, b""
    file.save(update_fields=["erased_at", "wrapped_key"])
    details = {"sha256": file.sha256, "bytes": file.size}
    record(EvidenceEvent.DELETED, evidence, by=by, stream=evidence.stream, details=details, reason=reason)
    if not evidence.privileged:
        touch(incident)
    folder = file.folder
    transaction.on_commit(lambda: sealed_files.discard_folder(folder), robust=True)
    return evidence
