"""A large upload lies on the disk enciphered, and is read as it was sent."""

import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from config.uploads import VeiledFile

LINE = b"wanda.zyxquist@mail.example,Wanda,IE\n"


def sent(content: bytes) -> HttpRequest:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return RequestFactory().post("/", {"file": SimpleUploadedFile("people.csv", content, "text/csv")})


def file_of(request: HttpRequest) -> UploadedFile:
    file = request.FILES["file"]
    assert isinstance(file, UploadedFile)
    return file


@pytest.mark.parametrize("size", [10, 999_999, 1_000_001, 5_000_000])
def test_what_is_sent_is_what_is_read(size: int) -> None:
    content = (LINE * (size // len(LINE) + 1))[:size]
    file = file_of(sent(content))
    assert (file.size, file.name) == (size, "people.csv")
    assert b"".join(file.chunks()) == content
    file.seek(0)
    assert file.read() == content
    file.close()


def _target(link: Path) -> str:
    """Where a descriptor leads; nothing for the one that listed the folder."""
    try:
        return os.readlink(link)
    except FileNotFoundError:
        return ""


def test_nothing_readable_lies_on_the_disk() -> None:
    file = file_of(sent(LINE * 60_000))
    deleted = [link for link in Path("/proc/self/fd").iterdir() if "(deleted)" in _target(link)]
    on_disk = [link.read_bytes() for link in deleted if link.stat().st_size > 1_000_000]
    assert sum(map(len, on_disk)) >= len(LINE) * 60_000, "the upload was looked for in the wrong place"
    assert not [one for one in on_disk if b"wanda" in one or b"mail.example" in one]
    file.close()


def test_a_veiled_file_is_read_from_anywhere() -> None:
    veiled = VeiledFile()
    plain = bytes(range(256)) * 40
    for start in range(0, len(plain), 37):
        veiled.write(plain[start : start + 37])
    for place in (0, 1, 15, 16, 17, 255, 4096, len(plain) - 3):
        veiled.seek(place)
        assert veiled.read(33) == plain[place : place + 33]
    veiled.close()
