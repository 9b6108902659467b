"""Records out of a file: one JSON object, a JSON list, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

LINE_LIMIT: Final = 4_000_000  # bytes of one record
WHOLE_LIMIT: Final = 64_000_000  # bytes of a file that has to be read as one piece


class FileError(Exception):
    """The file as a whole cannot be read; says why."""


@dataclass(frozen=True)
class Entry:
    """One record with its place in the file, or why it cannot be read."""

    number: int
    place: str  # "line" or "record"
    record: dict[str, Any] | None = None
    problem: str = ""


def entries(path: Path) -> Iterator[Entry]:
    """Every record of the file in order; a broken one is an entry with its problem."""
    try:
        with path.open("rb") as file:
            yield from _whole(file) if _is_whole(file) else _lines(file)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from error


def _is_whole(file: BinaryIO) -> bool:
    """Whether the file is one JSON text. A list is; an object is unless its first line stands alone."""
    first = b""
    while not first:
        line = file.readline(LINE_LIMIT + 1)
        if not line:
            raise FileError("The file is empty.")
        first = line.removeprefix(b"\xef\xbb\xbf").strip()
    rest = file.readline(2) != b""
    file.seek(0)
    if first.startswith(b"["):
        return True
    return first.startswith(b"{") and rest and not first.endswith(b"}")


def _whole(file: BinaryIO) -> Iterator[Entry]:
    raw = file.read(WHOLE_LIMIT + 1)
    if len(raw) > WHOLE_LIMIT:
        raise FileError(
            f"More than {WHOLE_LIMIT // 1_000_000} MB in one JSON text; give one record a line instead."
        )
    try:
        content = _parsed(raw)
    except ValueError as error:
        yield Entry(1, "record", problem=str(error))
        return
    for number, record in enumerate(content if isinstance(content, list) else [content], start=1):
        yield _entry(number, "record", record)


def _lines(file: BinaryIO) -> Iterator[Entry]:
    number = 0
    while raw := file.readline(LINE_LIMIT + 1):
        number += 1
        if len(raw) > LINE_LIMIT and not raw.endswith(b"\n"):
            while (more := file.readline(LINE_LIMIT)) and not more.endswith(b"\n"):
                pass
            yield Entry(number, "line", problem=f"longer than {LINE_LIMIT // 1_000_000} MB")
        elif raw.strip(b" \t\r\n\xef\xbb\xbf"):
            try:
                yield _entry(number, "line", _parsed(raw))
            except ValueError as error:
                yield Entry(number, "line", problem=str(error))


def _entry(number: int, place: str, record: object) -> Entry:
    if not isinstance(record, dict):
        return Entry(number, place, problem="not a JSON object")
    inner = record.get("incident")
    # Some collections wrap each record: {"file": ..., "incident": {...}}.
    if isinstance(inner, dict) and "incident_id" not in record:
        record = inner
    return Entry(number, place, record)


def _parsed(raw: bytes) -> object:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start + 1})") from error
    try:
        parsed: object = json.loads(text, parse_constant=_no_constant)
        # The database keeps neither NUL nor half a surrogate pair.
        written = json.dumps(parsed, ensure_ascii=False)
        written.encode()
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except UnicodeEncodeError as error:
        raise ValueError("holds half a surrogate pair") from error
    if "\\u0000" in written:
        raise ValueError("holds a NUL character")
    return parsed


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
