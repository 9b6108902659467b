"""The list of people as a CSV in a ZIP under AES-256, sent while it is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from django.db.models import F
from django.http import StreamingHttpResponse

from incidents.files.package import Pipe
from stakeholders.importing.rejects import safe
from stakeholders.models import AffectedParty, Roster
from stakeholders.sealing import FIELDS, RosterKeys

MEMBER: Final = "people.csv"
CLEAR: Final = ("country", "subdivision", "language", "elements", "addressee")
BATCH: Final = 2_000


def pieces(roster: Roster, keys: RosterKeys, password: str) -> Iterator[bytes]:
    """The ZIP. Its columns are those that an import reads; nothing of it touches a disk or is whole in memory."""
    import pyzipper  # brings its own cryptography, which takes a while to load

    pipe = Pipe()
    with pyzipper.AESZipFile(
        pipe, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        with archive.open(MEMBER, "w", force_zip64=True) as member:
            for text in _lines(roster, keys):
                member.write(text.encode())
                yield pipe.collect()
    yield pipe.collect()


def _lines(roster: Roster, keys: RosterKeys) -> Iterator[str]:
    yield "\ufeff" + _written([["number", *FIELDS, *CLEAR, "exempt"]])
    parties = AffectedParty.objects.of(roster).order_by(F("id"))
    after = 0
    while batch := list(parties.filter(id__gt=after)[:BATCH]):
        yield _written(_row(one, keys) for one in batch)
        after = batch[-1].id


def _row(party: AffectedParty, keys: RosterKeys) -> list[str]:
    clear = (party.country, party.subdivision, party.language, ";".join(party.elements), party.addressee)
    return [str(party.id), *keys.details(party).as_tuple(), *clear, party.exempt_reason]


def _written(rows: Iterator[list[str]] | list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def download(roster: Roster, password: str) -> StreamingHttpResponse:
    """The sealed list as an answer; the act is recorded before."""
    name = f"{roster.incident.reference}-people.zip"
    return StreamingHttpResponse(
        pieces(roster, RosterKeys.open(roster), password),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
