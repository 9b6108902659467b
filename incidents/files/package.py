"""A ZIP that is sent while it is written: no more of it is in memory than one piece."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase
from itertools import chain
from typing import Any

Entry = tuple[str, Iterable[bytes]]


class Pipe(RawIOBase):
    """Takes what the ZIP writes, until somebody collects it. It cannot seek, so sizes stand behind each file."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def collect(self) -> bytes:
        piece = bytes(self._waiting)
        self._waiting.clear()
        return piece


def zip_stream(*entries: Iterable[Entry]) -> Iterator[bytes]:
    """The pieces of a ZIP of these entries, stored as they are: evidence mostly does not shrink."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, chunks in chain(*entries):
            with archive.open(name.replace("/", "_"), "w", force_zip64=True) as entry:
                for chunk in chunks:
                    entry.write(chunk)
                    yield pipe.collect()
    yield pipe.collect()
