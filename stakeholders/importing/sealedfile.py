"""Uploads at rest: sealed with the roster's key in frames, so that a large file is never whole in memory."""

from __future__ import annotations

import hashlib
import io
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from django.core.files.base import File
from django.core.files.storage import default_storage

from accounts.keyring import CannotUnseal
from stakeholders.importing.reasons import refusal
from stakeholders.sealing import RosterKeys

FRAME: Final = 1 << 18
HEADER: Final = 4


@dataclass(frozen=True)
class Stored:
    name: str
    sha256: str
    size: int
    head: bytes


def _frames(chunks: Iterable[bytes]) -> Iterator[bytes]:
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        while len(buffer) >= FRAME:
            yield bytes(buffer[:FRAME])
            del buffer[:FRAME]
    if buffer:
        yield bytes(buffer)


def _context(name: str, number: int, *, last: bool) -> bytes:
    """Binds a frame to its file and place; the last one says so, else a file cut short would pass."""
    return b"upload:%s:%d:%d" % (name.encode(), number, last)


def store(chunks: Iterable[bytes], keys: RosterKeys, *, limit: int) -> Stored:
    """Seal an upload into the storage; refuses what is larger than `limit` and leaves nothing of it."""
    name = f"rosters/{secrets.token_hex(16)}"
    digest, size, head = hashlib.sha256(), 0, b""
    # Only sealed frames reach the disk.
    with tempfile.SpooledTemporaryFile(max_size=1 << 21) as pieces:
        waiting: bytes | None = None
        number = 0
        for frame in _frames(chunks):
            size += len(frame)
            if size > limit:
                raise refusal("too_large")
            digest.update(frame)
            head = head + frame if len(head) < FRAME else head
            if waiting is not None:
                _put(pieces, keys.seal_bytes(waiting, context=_context(name, number, last=False)))
                number += 1
            waiting = frame
        _put(pieces, keys.seal_bytes(waiting or b"", context=_context(name, number, last=True)))
        pieces.seek(0)
        default_storage.save(name, File(pieces))
    return Stored(name, digest.hexdigest(), size, head)


def _put(pieces: IO[bytes], sealed: bytes) -> None:
    pieces.write(len(sealed).to_bytes(HEADER, "big") + sealed)


class SealedReader(io.RawIOBase):
    """The file in clear, frame by frame. A damaged, swapped or shortened file raises CannotUnseal."""

    def __init__(self, name: str, keys: RosterKeys) -> None:
        self._name, self._keys = name, keys
        try:
            self._file = default_storage.open(name, "rb")
        except FileNotFoundError as error:
            raise CannotUnseal("the stored file is gone") from error
        self._number, self._rest, self._ended = 0, memoryview(b""), False
        self.read_so_far = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest and not self._ended:
            self._rest = memoryview(self._next())
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self.read_so_far += count
        return count

    def _next(self) -> bytes:
        size = int.from_bytes(self._file.read(HEADER), "big")
        sealed = self._file.read(size)
        last = not (following := self._file.read(1))
        if following:
            self._file.seek(-1, io.SEEK_CUR)
        if not size or len(sealed) != size:
            raise CannotUnseal("the stored file was cut short")
        plain = self._keys.open_bytes(sealed, context=_context(self._name, self._number, last=last))
        self._number, self._ended = self._number + 1, last
        return plain

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def open_binary(name: str, keys: RosterKeys) -> tuple[SealedReader, io.BufferedReader]:
    raw = SealedReader(name, keys)
    return raw, io.BufferedReader(raw, FRAME)


def read_head(name: str, keys: RosterKeys, size: int) -> bytes:
    """The first `size` bytes in clear."""
    with open_binary(name, keys)[1] as file:
        return file.read(size)


def discard(name: str) -> None:
    """Remove a stored upload."""
    default_storage.delete(name)
