"""Files that people send us, while their request lasts.

Django lays what is larger than `FILE_UPLOAD_MAX_MEMORY_SIZE` into a temporary file as it came. A list of
affected people must not lie on a disk in clear, not even for a minute: here the temporary file is enciphered
under a key that exists in this process's memory alone and goes with the request.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

BLOCK: Final = 16  # bytes of AES


class VeiledFile(io.RawIOBase):
    """A temporary file under AES in counter mode: written once from the start, then read from anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self._file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 - closed with us
        self._key, self._first = secrets.token_bytes(32), secrets.randbits(128)

    def _stream(self, place: int) -> Any:
        """The cipher as it stands at a place in the file; counter mode is its own inverse."""
        counter = (self._first + place // BLOCK) % 2**128
        stream = Cipher(algorithms.AES(self._key), modes.CTR(counter.to_bytes(BLOCK, "big"))).encryptor()
        stream.update(bytes(place % BLOCK))
        return stream

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        plain = bytes(data)
        return self._file.write(self._stream(self._file.tell()).update(plain))

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        place = self._file.tell()
        veiled = self._file.read(len(view))
        view[: len(veiled)] = self._stream(place).update(veiled)
        return len(veiled)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()
        super().close()


class VeiledUploadHandler(FileUploadHandler):
    """Takes what the memory handler before it leaves because of its size."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.veiled = VeiledFile()
        self.file = UploadedFile(
            io.BufferedRandom(self.veiled),
            self.file_name,
            self.content_type,
            0,
            self.charset,
            self.content_type_extra,
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
