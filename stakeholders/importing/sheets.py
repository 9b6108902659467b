"""Uploads as text: a spreadsheet is turned into CSV by a child process, all else passes through."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.conf import settings

from stakeholders.importing import sheet
from stakeholders.importing.reasons import refusal

ZIP: Final = b"PK\x03\x04"
MOST_BYTES: Final = 64 << 20  # of a spreadsheet, which is packed: about a million cells
LONGEST_SECONDS: Final = 60


@dataclass(frozen=True)
class Upload:
    """What is kept of a file: its text, and the hash of the spreadsheet it was made from."""

    chunks: Iterable[bytes]
    sheet_sha256: str = ""


def as_text(chunks: Iterable[bytes]) -> Upload:
    """The file as text. A spreadsheet is read in a process of its own, up to 200,000 rows of its first filled sheet."""
    rest = iter(chunks)
    first = next(rest, b"")
    if not first.startswith(ZIP):
        return Upload(chain([first], rest))
    book = _whole(chain([first], rest))
    return Upload(_pieces(_converted(book)), hashlib.sha256(book).hexdigest())


def _whole(chunks: Iterable[bytes]) -> bytes:
    book = bytearray()
    for chunk in chunks:
        book += chunk
        if len(book) > MOST_BYTES:
            raise refusal("sheet_too_large")
    return bytes(book)


def _converted(book: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own module under our own interpreter
            [sys.executable, "-m", sheet.__name__],
            input=book,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_SECONDS,
            cwd=settings.BASE_DIR,
            env={"PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refusal("sheet_too_large") from error
    if done.returncode in (sheet.TOO_MANY, -9, -24):  # rows, memory, processor time
        raise refusal("sheet_too_large")
    if done.returncode == sheet.EMPTY:
        raise refusal("empty_file")
    if done.returncode:
        raise refusal("bad_sheet")
    return done.stdout


def _pieces(text: bytes, size: int = 1 << 18) -> Iterator[bytes]:
    for start in range(0, len(text), size):
        yield text[start : start + size]
