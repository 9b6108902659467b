"""Files that come with a report: kept as they arrive, hung on the report when it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from incidents import commands
from incidents.commands.attachments import ATTACHMENTS, LARGEST_ATTACHMENT, check_attachable
from incidents.models import Report, StoredFile


def keep_files(files: Iterable[UploadedFile[bytes]], *, now: datetime) -> list[StoredFile]:
    """Store files that nobody has yet; refuses the first that reports do not take. What nobody takes is thrown away."""
    kept = []
    for file in files:
        stored = commands.keep_file(
            file.chunks(), root=ATTACHMENTS, name=file.name or "", limit=LARGEST_ATTACHMENT, now=now
        )
        check_attachable(stored)
        kept.append(stored)
    return kept


def attach_files(report: Report, files: Iterable[StoredFile], *, by: User | None, now: datetime) -> None:
    for file in files:
        commands.attach_file(report, file, by=by, now=now)
