"""Lists as files for a spreadsheet, in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

from incidents.queries import IncidentRow

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
HEADS: Final = (
    "Reference", "Title", "Status", "What kind", "Severity", "Priority", "Lead", "People", "People confirmed",
    "Next deadline (UTC)", "Next obligation", "Opened (UTC)", "Restricted", "Drill",
)  # fmt: skip
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = Sequence[str | int]


def incidents(rows: Iterable[IncidentRow], *, kind: str) -> HttpResponse:
    """The list of incidents as CSV or XLSX."""
    cells: list[Row] = [HEADS, *map(_cells, rows)]
    body, media = (_xlsx(cells), XLSX) if kind == "xlsx" else (_csv(cells), "text/csv; charset=utf-8")
    answer = HttpResponse(body, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="incidents.{kind}"'
    return answer


def _cells(row: IncidentRow) -> Row:
    one, clock = row.incident, row.next.clock_at if row.next else None
    return (
        one.reference, one.title, one.get_status_display(), one.get_violation_display(),
        row.level.replace("_", " ") or "not assessed", one.get_priority_display(), str(one.lead or ""),
        "" if row.people is None else row.people, "yes" if row.confirmed else "no",
        f"{clock:%Y-%m-%d %H:%M}" if clock else "", row.next.title if row.next else "", f"{one.opened_at:%Y-%m-%d %H:%M}",
        "yes" if one.restricted else "no", "yes" if one.drill else "no",
    )  # fmt: skip


def _csv(rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(map(_words, row) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _words(cell: str | int) -> str:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else str(cell)


def _xlsx(rows: Iterable[Row]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    plain = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, plain) as book:
        sheet = book.add_worksheet("Incidents")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return out.getvalue()
