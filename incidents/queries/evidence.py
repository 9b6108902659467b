"""Evidence of an incident as the person who came through the door may know it; privileged files exist for counsel alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import Role, User
from audit.models import AuditEvent
from incidents.models import (
    Attachment,
    Can,
    Evidence,
    Incident,
    LegalHold,
    PreviewState,
    Report,
    ScanState,
    StoredFile,
    Upload,
)
from incidents.models.evidence import EvidenceQuerySet
from incidents.queries.record import verb_words

PATIENT_TRIES: Final = 3  # after so many a scanner that does not answer no longer keeps a file in


def _cans(incident: Incident) -> frozenset[Can]:
    return getattr(incident, "held", frozenset())


def evidence_known_to(incident: Incident, cans: frozenset[Can]) -> EvidenceQuerySet:
    """Where every list, count, search and export of evidence begins."""
    found = incident.evidence.all()
    return found if Can.PRIVILEGED in cans else found.filter(privileged=False)


def evidence_of(incident: Incident, *, now: datetime) -> EvidenceQuerySet:
    """All that the person at the door may know of, the latest first, each with `held`."""
    found = evidence_known_to(incident, _cans(incident)).with_hold(now)
    return found.select_related("file", "by", "deleted_by", "report")


def evidence_for(incident: Incident, reference: str, *, now: datetime) -> Evidence:
    """One thing of an incident that has come through its door."""
    evidence = evidence_of(incident, now=now).filter(reference=reference).first()
    if evidence is None:
        raise Http404("No such file.")
    evidence.incident = incident  # with what the person holds
    return evidence


def uploads_of(incident: Incident) -> QuerySet[Upload]:
    """Files that are not here to the last byte."""
    found = incident.uploads.select_related("file", "by")
    return found if Can.PRIVILEGED in _cans(incident) else found.filter(privileged=False)


def upload_for(incident: Incident, reference: str) -> Upload:
    upload = uploads_of(incident).filter(reference=reference).first()
    if upload is None:
        raise Http404("No such upload.")
    return upload


def attachment_for(report: Report, pk: int) -> Attachment:
    """One file of a report that has come through its door."""
    found = report.attachments.select_related("file", "report").filter(pk=pk).first()
    if found is None:
        raise Http404("No such file.")
    return found


# --- holds


def holds_of(incident: Incident) -> list[LegalHold]:
    """All holds that the person at the door may know of, those in force and those that ended."""
    found = incident.legal_holds.select_related("by", "released_by", "evidence")
    if Can.PRIVILEGED not in _cans(incident):
        found = found.exclude(evidence__privileged=True)
    return list(found)


def hold_for(incident: Incident, pk: int) -> LegalHold:
    hold = next((one for one in holds_of(incident) if one.pk == pk), None)
    if hold is None:
        raise Http404("No such hold.")
    return hold


def holds_on(evidence: Evidence, *, now: datetime) -> list[LegalHold]:
    """What keeps one file from being deleted: its own holds and those on all of its incident."""
    holds = LegalHold.objects.in_force(now).filter(incident=evidence.incident_id)
    return list(holds.filter(Q(evidence=None) | Q(evidence=evidence)).select_related("by"))


# --- the way out of quarantine


class Way(Enum):
    OPEN = "open"
    CONFIRM = "confirm"
    REASON = "reason"
    SHUT = "shut"


@dataclass(frozen=True)
class WayOut:
    """How somebody may download a file, and what stands about the scan."""

    way: Way
    words: str = ""


def scan_words(file: StoredFile) -> str:
    """How it stands with the virus scan, in words."""
    if file.scan_state in (ScanState.WAITING, ScanState.SCANNING) and not settings.CLAMD_ADDRESS:
        return "Not scanned: no scanner is configured"
    if file.scan_state == ScanState.WAITING and file.scan_tries >= PATIENT_TRIES:
        return "Not scanned: the scanner does not answer"
    if file.scan_state == ScanState.INFECTED and file.scan_finding:
        return f"Virus found: {file.scan_finding}"
    return str(ScanState(file.scan_state).label)


def way_out(file: StoredFile, user: User, cans: frozenset[Can]) -> WayOut:
    """What a download asks of this person: nothing once it was scanned; never ordinary before."""
    words = f"{scan_words(file)}."
    if file.scan_state == ScanState.CLEAN:
        return WayOut(Way.OPEN)
    if file.scan_state == ScanState.INFECTED:
        if Role.PRIVACY_OFFICER in user.roles:
            return WayOut(Way.REASON, words)
        return WayOut(Way.SHUT, f"{words} Only a privacy officer can take it out, with a reason.")
    waits = file.scan_state != ScanState.TOO_LARGE and file.scan_tries < PATIENT_TRIES
    if settings.CLAMD_ADDRESS and waits:
        return WayOut(Way.SHUT, f"{words} Come back in a minute.")
    if Can.WRITE not in cans:
        return WayOut(Way.SHUT, f"{words} Only somebody who may write here can take it out.")
    return WayOut(Way.CONFIRM, words)


def can_be_shown(file: StoredFile) -> bool:
    """Whether a page can show it safely: words as words, a picture once it was drawn anew."""
    if file.erased_at is not None or file.scan_state == ScanState.INFECTED:
        return False
    return file.is_words or file.preview_state == PreviewState.READY


# --- custody


@dataclass(frozen=True)
class Act:
    """One entry of the custody of a file."""

    event: AuditEvent
    words: str
    reason: str


def custody(evidence: Evidence) -> list[Act]:
    """Every act on a file, the first one first: also those from when it was an attachment."""
    about = Q(subject_type="incidents.evidence", subject_id=str(evidence.pk))
    attachment = Attachment.objects.filter(file=evidence.file_id).first()
    if attachment is not None:
        about |= Q(subject_type="incidents.attachment", subject_id=str(attachment.pk))
    events = AuditEvent.objects.filter(about).select_related("reason").order_by("at", "pk")
    return [
        Act(
            event,
            verb_words().get(event.verb, event.verb),
            ("(erased)" if event.reason.erased_at else event.reason.text) if event.reason else "",
        )
        for event in events
    ]


MANIFEST: Final = (
    "reference", "title", "file", "type", "bytes", "sha256", "received_at", "received_from", "origin", "page_url",
    "captured_at", "scan", "checked_at", "unchanged", "legal_hold", "privileged", "deleted_at",
)  # fmt: skip


def manifest(incident: Incident, *, now: datetime) -> Iterator[dict[str, Any]]:
    """One line a file with its hash, to compare later with what lies elsewhere."""
    for one in evidence_of(incident, now=now):
        file = one.file
        line = (
            one.reference, one.title, file.name, file.kind_words, file.size, file.sha256, one.at,
            str(one.by or "Not from inside"), one.get_origin_display(), one.page_url, one.captured_at,
            scan_words(file), file.checked_at, file.differs_since is None, one.held,  # type: ignore[attr-defined]
            one.privileged, one.deleted_at,
        )  # fmt: skip
        yield dict(zip(MANIFEST, line, strict=True))
