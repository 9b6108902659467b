"""Guess what a file is: encoding, delimiter, headings. A person sees the guess and may change it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from charset_normalizer import from_bytes

from stakeholders.importing import sealedfile
from stakeholders.importing.columns import guess_target
from stakeholders.importing.reasons import refusal

if TYPE_CHECKING:
    from stakeholders.models import RosterImport
    from stakeholders.sealing import RosterKeys

HEAD_BYTES: Final = 200_000
DELIMITERS: Final = (",", ";", "\t", "|")
# Signature of a file that is no text -> why it is refused.
SIGNATURES: Final = {b"\xd0\xcf\x11\xe0": "spreadsheet", b"%PDF": "pdf"}
BYTE_ORDER_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-2", "cp1250", "cp1251", "cp1253", "cp1254",
                    "shift_jis", "euc_kr", "gb18030", "big5")  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How the bytes become rows."""

    encoding: str
    delimiter: str
    has_header: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def encoding_of(head: bytes) -> str:
    """The most likely encoding of text that starts with `head`."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return encoding
    try:
        # The head may end in the middle of a letter.
        head.decode("utf-8") if len(head) < HEAD_BYTES else head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(head[:HEAD_BYTES], cp_isolation=list(ENCODINGS)).best()
        return best.encoding if best is not None else "cp1252"
    return "utf-8"


def check_is_text(head: bytes) -> None:
    """Refuse what is no text file, saying what it is."""
    if not head.strip():
        raise refusal("empty_file")
    for signature, code in SIGNATURES.items():
        if head.startswith(signature):
            raise refusal(code)
    if (
        head.lstrip(b"\xef\xbb\xbf \t\r\n")[:14]
        .lower()
        .startswith((b"<!doctype", b"<html", b"<?xml", b"<head"))
    ):
        raise refusal("html")
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal("nul_bytes")


def _rows(text: str, delimiter: str, most: int = 50) -> list[list[str]]:
    found: list[list[str]] = []
    try:
        for row in csv.reader(text.splitlines(keepends=True)[: most * 2], delimiter=delimiter):
            if any(cell.strip() for cell in row):
                found.append(row)
            if len(found) >= most:
                break
    except csv.Error:
        pass
    return found


def delimiter_of(text: str) -> str:
    """The delimiter that cuts most lines into the same number of cells, more than one."""

    def fitness(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _rows(text, delimiter))
        if not widths:
            return (0, 0)
        width, lines = widths.most_common(1)[0]
        return (lines / widths.total() if width > 1 else 0, width)

    return max(DELIMITERS, key=fitness)


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first line holds headings: some are known words, and none is an address."""
    first = rows[0]
    if any("@" in cell for cell in first):
        return False
    return any(guess_target(cell) for cell in first) or not any(cell.strip().isdigit() for cell in first)


def sniff(head: bytes) -> Dialect:
    """The dialect of a file that starts with `head`; refuses what cannot be a list of people."""
    check_is_text(head)
    encoding = encoding_of(head)
    try:
        text = head.decode(encoding, errors="ignore")
    except (LookupError, UnicodeError) as error:
        raise refusal("bad_encoding") from error
    delimiter = delimiter_of(text)
    rows = _rows(text, delimiter)
    if not rows:
        raise refusal("empty_file")
    header = has_header(rows)
    if header and len(rows) == 1 and len(head) < HEAD_BYTES:
        raise refusal("only_header")
    return Dialect(encoding, delimiter, header)


def preview(head: bytes, dialect: Dialect, lines: int = 6) -> list[list[str]]:
    """The first rows as cells, headings included."""
    return _rows(head.decode(dialect.encoding, errors="replace").lstrip("\ufeff"), dialect.delimiter, lines)


def headings(job: RosterImport, keys: RosterKeys) -> list[str]:
    """The headings of an uploaded file; none when its first line is a person."""
    dialect = Dialect(**job.dialect)
    rows = preview(sealedfile.read_head(job.stored, keys, HEAD_BYTES), dialect, 1)
    return rows[0] if dialect.has_header and rows else []


def guess_columns(rows: Sequence[Sequence[str]], dialect: Dialect) -> dict[str, str]:
    """Which column is what: by heading, else by what the cells look like; unknown ones are left out."""
    mapping: dict[str, str] = {}
    width = max(len(row) for row in rows)
    body = rows[1:] if dialect.has_header else rows
    for column in range(width):
        cells = [row[column] for row in body if column < len(row) and row[column].strip()]
        heading = rows[0][column] if dialect.has_header and column < len(rows[0]) else ""
        target = guess_target(heading) or ("email" if cells and all("@" in cell for cell in cells) else "")
        if target and (target not in mapping.values()):
            mapping[str(column)] = target
    return mapping
