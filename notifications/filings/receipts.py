"""Files that a recipient gave as proof, stored under random names."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Final
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

LARGEST: Final = 10_000_000
# Ending, and how such a file begins; mail and text are checked as text.
KINDS: Final = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".eml": b"",
    ".txt": b"",
}


def checked(upload: UploadedFile[bytes]) -> bytes:
    """The content of an upload that is what its name says; refuses the rest."""
    ending = PurePath(upload.name or "").suffix.lower()
    if ending not in KINDS:
        raise ValidationError("A receipt is a PDF, PNG, JPEG, mail or text file.", code="file_kind")
    if (upload.size or 0) > LARGEST:
        raise ValidationError("A receipt has at most 10 MB.", code="file_size")
    content = bytes(upload.read())
    begins = KINDS[ending]
    if not content.startswith(begins) or (not begins and not _is_text(content)):
        raise ValidationError("The file is not what its name says.", code="file_kind")
    return content


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode()
    except UnicodeDecodeError:
        return False


def stored(content: bytes, name: str) -> tuple[str, str]:
    """Store it; returns the storage's name and the SHA-256."""
    ending = PurePath(name).suffix.lower()
    place = default_storage.save(f"receipts/{uuid4().hex}{ending}", ContentFile(content))
    return place, hashlib.sha256(content).hexdigest()


def discard(place: str) -> None:
    """Take back a file whose act was refused."""
    if place:
        default_storage.delete(place)
