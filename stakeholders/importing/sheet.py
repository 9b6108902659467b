"""The child that turns a spreadsheet into CSV: file on standard input, CSV on standard output, bounded, knows nobody.

Started as a program of its own, so that a file made to break the reader breaks only this process.
"""

from __future__ import annotations

import csv
import io
import resource
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 200
MEMORY_BYTES: Final = 2 << 30
PROCESSOR_SECONDS: Final = 40
# What the parent understands; any other end of the child is a file that cannot be read.
EMPTY, TOO_MANY = 3, 4

Cell = int | float | str | bool | date | datetime | time | timedelta


def text(cell: Cell) -> str:
    """A cell as a person would write it into CSV: whole numbers without a point, dates year first, one line."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e17:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    # A line of the CSV is a row of the sheet, or refused lines could not be found again.
    return " ".join(cell.splitlines()) if isinstance(cell, str) else str(cell)


def first_filled(book: Any) -> Sequence[Sequence[Cell]]:
    """The rows of the first sheet that a person sees and that holds something."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    for place, kind in enumerate(book.sheets_metadata):
        if kind.typ != SheetTypeEnum.WorkSheet or kind.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_index(place)
        if not sheet.height:
            continue
        # "Total" is the place of the last one, counted from 0; one row more for the headings.
        if sheet.total_height > MOST_ROWS or sheet.total_width >= MOST_COLUMNS:
            sys.exit(TOO_MANY)
        rows: Sequence[Sequence[Cell]] = sheet.iter_rows()
        return rows
    sys.exit(EMPTY)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold people in clear
    from python_calamine import load_workbook

    book = load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    with io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(
            [text(cell) for cell in row] for row in first_filled(book)
        )


if __name__ == "__main__":
    main()
