"""Files at rest: sealed part by part under a key of their own, so that a large file is never whole in memory.

A file is a folder of parts behind Django's storage, each written once. Its key is wrapped by the organisation's key and
lies with its row: whoever destroys the row's key has destroyed the file, in every copy.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import File
from django.core.files.storage import default_storage

from accounts import keyring
from accounts.keyring import CannotUnseal

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
LENGTH_BYTES: Final = 4
FRAME: Final = 1 << 18  # bytes in clear that are sealed at once
PART_BYTES: Final = 8 << 20  # the most that one part holds
IN_MEMORY: Final = 1 << 20


class TooLarge(Exception):
    """More bytes came than were allowed; nothing of them is kept."""


def new_folder(root: str) -> str:
    """A random place below `root`; nothing about a file can be told from where it lies."""
    return f"{root}/{secrets.token_hex(16)}"


def new_wrapped_key(folder: str) -> bytes:
    return keyring.seal(secrets.token_bytes(KEY_BYTES), context=_context(folder))


def _context(folder: str) -> bytes:
    return b"file:" + folder.encode()


class SealedFolder:
    """The parts of one file, opened with its key."""

    def __init__(self, folder: str, wrapped_key: bytes | memoryview) -> None:
        self.folder = folder
        if not wrapped_key:
            raise CannotUnseal("the key of this file was destroyed")
        self._cipher = AESGCM(keyring.unseal(wrapped_key, context=_context(folder)))

    def save(self, chunks: Iterable[bytes], *, limit: int = PART_BYTES) -> tuple[str, int]:
        """Seal one part into the storage; its place and its size in clear. Refuses more than `limit` bytes."""
        place, size, number = f"{self.folder}/{secrets.token_hex(8)}", 0, 0
        # Only sealed frames reach the disk.
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as pieces:
            waiting = b""
            for frame in frames(chunks):
                size += len(frame)
                if size > limit:
                    raise TooLarge
                if number or waiting:
                    self._put(pieces, place, waiting, number, last=False)
                    number += 1
                waiting = frame
            self._put(pieces, place, waiting, number, last=True)
            pieces.seek(0)
            return default_storage.save(place, File(pieces)), size

    def _put(self, pieces: IO[bytes], place: str, plain: bytes, number: int, *, last: bool) -> None:
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, plain, _bound_to(place, number, last=last))
        pieces.write(len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed)

    def read(self, place: str) -> Iterator[bytes]:
        """One part in clear, frame by frame. One that was damaged, swapped or cut short raises CannotUnseal."""
        try:
            file = default_storage.open(place, "rb")
        except FileNotFoundError as error:
            raise CannotUnseal("a part of this file is gone") from error
        with file:
            number, head = 0, file.read(LENGTH_BYTES)
            while True:
                size = int.from_bytes(head, "big")
                if not NONCE_BYTES + TAG_BYTES <= size <= FRAME + NONCE_BYTES + TAG_BYTES:
                    raise CannotUnseal("a part of this file was cut short")
                sealed, head = file.read(size), file.read(LENGTH_BYTES)
                yield self._opened(sealed, _bound_to(place, number, last=not head))
                if not head:
                    return
                number += 1

    def _opened(self, sealed: bytes, bound_to: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError) as error:
            raise CannotUnseal("this file is damaged or belongs elsewhere") from error


def _bound_to(place: str, number: int, *, last: bool) -> bytes:
    """Binds a frame to its part and place in it; the last one says so, else a part cut short would pass."""
    return b"part:%s:%d:%d" % (place.encode(), number, last)


def frames(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size, the last one shorter."""
    return pieces_of(chunks, FRAME)


def pieces_of(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        while len(buffer) >= size:
            yield bytes(buffer[:size])
            del buffer[:size]
    if buffer:
        yield bytes(buffer)


def places_in(folder: str) -> list[str]:
    """What lies in a folder of the storage; nothing when there is none."""
    try:
        return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    except FileNotFoundError:
        return []


def discard(place: str) -> None:
    """Remove one part."""
    default_storage.delete(place)


def discard_folder(folder: str) -> None:
    """Remove all parts, also those that no row knows of."""
    for place in places_in(folder):
        discard(place)
    default_storage.delete(folder)  # the empty folder itself, where a storage has folders
