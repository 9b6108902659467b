"""The refused lines as a CSV, rebuilt from the sealed upload: the database never holds them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from stakeholders.importing import sealedfile
from stakeholders.importing.reasons import words
from stakeholders.importing.run import records
from stakeholders.models import RosterImport
from stakeholders.sealing import RosterKeys

# A spreadsheet runs cells that start so; the full-width forms are folded to these by some.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def safe(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(RISKY) else cell


def lines(job: RosterImport, keys: RosterKeys) -> Iterator[str]:
    """Header and refused lines, each with its number and the reason."""
    reasons = {row.line: words(row.field, row.code) for row in job.rejects.all()}
    buffered = sealedfile.open_binary(job.stored, keys)[1]
    dialect = job.dialect
    with io.TextIOWrapper(buffered, encoding=dialect["encoding"], errors="replace", newline="") as file:
        first = True
        for number, cells, _ in records(file, dialect["delimiter"]):
            if first and dialect["has_header"]:
                yield _written(["line", "refused because", *(cells or [])])
            elif number in reasons:
                yield _written([str(number), reasons[number], *(cells or [])])
            first = False


def _written(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return out.getvalue()
