"""What goes to the print shop: the files and a list for the post, in a ZIP under AES-256, sent while it is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from django.core.files.storage import default_storage
from django.db import connection
from django.http import StreamingHttpResponse

from incidents.files.package import Pipe
from notifications.letter_tasks import context_of
from notifications.letters import address
from notifications.models import LetterBatch, LetterRun
from stakeholders.importing.rejects import safe
from stakeholders.sealing import RosterKeys

LIST: Final = "letters.csv"
COLUMNS: Final = (
    "number", "file", "first_page", "pages", "sheets", "language", "country", "postcode", "town",
    *(f"line{place}" for place in range(1, address.MOST_LINES + 1)),
)  # fmt: skip


def download(run: LetterRun, password: str) -> StreamingHttpResponse:
    """The sealed package as an answer; the act is recorded before."""
    return StreamingHttpResponse(
        pieces(run, RosterKeys.open(run.notice.incident.roster), password),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{run.reference}.zip"',
            "Cache-Control": "no-store",
        },
    )


def pieces(run: LetterRun, keys: RosterKeys, password: str) -> Iterator[bytes]:
    """The ZIP, one file of letters in memory at a time."""
    import pyzipper  # brings its own cryptography, which takes a while to load

    home = str(run.compiled["frame"]["home"])
    batches = list(run.batches.order_by("number"))
    pipe = Pipe()
    with pyzipper.AESZipFile(
        pipe, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        for batch in batches:
            with default_storage.open(batch.stored) as stored:
                pdf = keys.open_bytes(stored.read(), context=context_of(batch))
            archive.writestr(batch.file_name, pdf, compress_type=pyzipper.ZIP_STORED)
            yield pipe.collect()
        with archive.open(LIST, "w", force_zip64=True) as member:
            member.write(("\ufeff" + _written([COLUMNS])).encode())
            for batch in batches:
                member.write(_written(_rows(run, batch, keys, home)).encode())
                yield pipe.collect()
    yield pipe.collect()


def _rows(run: LetterRun, batch: LetterBatch, keys: RosterKeys, home: str) -> Iterator[list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT l.number, l.first_page, l.pages, p.id, p.sealed, p.country, p.subdivision, p.addressee, p.language
            FROM notifications_letter l JOIN notifications_delivery d ON d.id = l.delivery_id
                JOIN stakeholders_affectedparty p ON p.roster_id = d.roster_id AND p.id = d.party_id
            WHERE l.run_id = %s AND l.number BETWEEN %s AND %s AND l.pages > 0 ORDER BY l.number""",
            [run.pk, batch.first, batch.last],
        )
        rows = cursor.fetchall()
    for number, first, pages, party, sealed, country, subdivision, addressee, language in rows:
        details = keys.open_sealed(bytes(sealed), party)
        lines = address.lines(
            details, addressee=addressee, country=country, subdivision=subdivision, home=home
        )
        sheets = (pages + 1) // 2 if run.duplex else pages
        yield [
            str(number), batch.file_name, str(first), str(pages), str(sheets), language or run.notice.language, country,
            details.postcode, details.town, *lines, *[""] * (address.MOST_LINES - len(lines)),
        ]  # fmt: skip


def _written(rows: Iterator[list[str]] | list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()
