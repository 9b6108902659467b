"""Files on their way out: always saved, never shown, by whatever name a stranger gave them. Pages and API use this alike."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from incidents import queries
from incidents.commands import files
from incidents.files import package
from incidents.models import Evidence, Incident, StoredFile

SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def attached(
    chunks: Iterable[bytes], name: str, *, kind: str = "application/octet-stream", size: int | None = None
) -> StreamingHttpResponse:
    """Bytes as a file to save, with headers under which no browser runs or shows it."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer = StreamingHttpResponse(
        chunks, content_type=kind, headers={**SAFE, "Content-Disposition": disposition}
    )
    if size is not None:
        answer["Content-Length"] = str(size)
    return answer


def stored_file(file: StoredFile) -> StreamingHttpResponse:
    """A stored file in clear, as it is read."""
    name = f"{file.name}.infected" if file.scan_finding else file.name
    return attached(files.contents(file), name, size=file.size)


def zipped(incident: Incident, leaving: list[Evidence]) -> StreamingHttpResponse:
    """A ZIP that is written while it is sent."""
    entries = ((f"{one.reference} {one.file.name}", files.contents(one.file)) for one in leaving)
    chunks = package.zip_stream([("manifest.csv", [manifest_bytes(incident)])], entries)
    return attached(chunks, f"{incident.reference}-evidence.zip", kind="application/zip")


def manifest_bytes(incident: Incident) -> bytes:
    """Every file with its hash, as a table for a spreadsheet."""
    return "".join(_csv_lines(queries.manifest(incident, now=timezone.now()))).encode("utf-8-sig")


class _Line:
    """What `csv` writes to: hands each line back."""

    def write(self, text: str) -> str:
        return text


def _csv_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Rows as CSV; a cell that would start a formula is words."""
    writer = csv.writer(_Line())
    yield writer.writerow(queries.MANIFEST)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row.values()])


def _cell(value: Any) -> str:
    text = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
