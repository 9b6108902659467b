"""Files that come with a report, and their way into the incident."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from audit.commands import Acting, record
from audit.events import PUBLIC
from incidents.events import EvidenceEvent
from incidents.files import kinds
from incidents.models import Attachment, Evidence, Incident, Origin, Report, StoredFile

MOST_ATTACHMENTS: Final = 5
LARGEST_ATTACHMENT: Final = 25 << 20
ATTACHMENTS: Final = "attachments"  # root of their folders in the storage


@transaction.atomic
def attach_file(report: Report, file: StoredFile, *, by: Acting | None, now: datetime) -> Attachment:
    """Hang a kept file on a report; `by` is nobody for somebody from outside."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    file = StoredFile.objects.locked(file)
    check_attachable(file)
    if report.attachments.count() >= MOST_ATTACHMENTS:
        raise ValidationError(f"At most {MOST_ATTACHMENTS} files with one report.", code="too_many")
    file.lapses_at = None
    file.save(update_fields=["lapses_at"])
    attachment = Attachment.objects.create(report=report, file=file, at=now)
    details = received(file)
    record(EvidenceEvent.RECEIVED, attachment, by=by or PUBLIC, stream=report.stream, details=details)
    if report.incident is not None:
        carry_over(report, report.incident, by=by or PUBLIC, now=now)
    return attachment


def received(file: StoredFile) -> dict[str, Any]:
    """What the record says of a file that came: never its name."""
    return {
        "sha256": file.sha256,
        "bytes": file.size,
        "kind": file.kind or "unknown",
        "scan": file.scan_state,
    }


def check_attachable(file: StoredFile) -> None:
    """Refuse a file that is not whole, is somebody's already, or is of a kind that reports do not take."""
    if file.completed_at is None or file.lapses_at is None:
        raise ValidationError("This file is no longer here. Choose it again.", code="stale")
    if file.size > LARGEST_ATTACHMENT:
        raise ValidationError(
            f"At most {LARGEST_ATTACHMENT >> 20} MB for one file, please.", code="too_large"
        )
    if file.kind not in kinds.BY_KEY or not kinds.BY_KEY[file.kind].reportable:
        raise ValidationError(
            "We take pictures, PDF, office documents, mail and text here. Send a picture of the screen instead.",
            code="file_kind",
        )


@transaction.atomic
def carry_over(report: Report, incident: Incident, *, by: Acting, now: datetime) -> list[Evidence]:
    """Make the attachments of a report evidence of its incident; both records say so. Repeating it adds nothing."""
    made = []
    for one in report.attachments.filter(file__evidence=None, file__erased_at=None).select_related("file"):
        evidence = Evidence.objects.create(
            incident=incident,
            file=one.file,
            title=one.file.name,
            origin=Origin.REPORT,
            report=report,
            by=report.reporter,
            at=one.at,
        )
        record(
            EvidenceEvent.MOVED,
            evidence,
            by=by,
            stream=evidence.stream,
            details={**received(one.file), "report": report.reference},
        )
        record(
            EvidenceEvent.MOVED,
            one,
            by=by,
            stream=report.stream,
            details={"incident": incident.reference, "evidence": evidence.reference},
        )
        made.append(evidence)
    return made
