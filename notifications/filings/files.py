"""Stored files as downloads: saved, never shown, for they may hold what others wrote."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from notifications.models.filing import Filing
from notifications.queries.filing import stored


def pdf_of(filing: Filing) -> HttpResponse:
    """The PDF of a filing, checked against its hash."""
    return stored_file(filing.pdf_file, filing.pdf_sha256, filing.file_name)


def stored_file(place: str, sha256: str, name: str) -> HttpResponse:
    """A stored file under its own name, checked against its hash."""
    if not place:
        raise Http404("There is no such file yet.")
    kind = "application/pdf" if name.endswith(".pdf") else "application/octet-stream"
    return answer(stored(place, sha256), name, kind)


def answer(content: bytes, name: str, kind: str) -> HttpResponse:
    safe = "".join(one for one in name if one.isascii() and (one.isalnum() or one in "-_. ")) or "file"
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{safe}"'}
    )
