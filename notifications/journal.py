"""The sender's own memory: a line before each final dot and a line after each answer, in a local file.

It outlives the process that wrote it, for the page cache does. A living owner holds a lock on its file,
so whoever gets the lock knows that the owner is dead and settles what it left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings

SUFFIX: Final = ".journal"


@dataclass(frozen=True)
class Entry:
    """The last that is known of one try."""

    attempt: int
    tried: bool = False
    code: int = 0  # of the answer; 0 while none came
    text: str = ""


@dataclass(frozen=True)
class Account:
    """What a journal tells about its owner's deliveries."""

    owner: str
    entries: dict[str, Entry]
    complete: bool  # False after a restart of the machine: the newest lines may never have reached the disk


def folder() -> Path:
    path = Path(settings.STATE_DIR) / "journal"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def home() -> str:
    """Name of this folder: tells owners on other machines, whose journals we cannot read, from our own."""
    path = folder() / "id"
    with contextlib.suppress(FileExistsError):
        scratch = folder() / f"id.{uuid4().hex}"
        scratch.write_text(uuid4().hex[:12])
        try:
            os.link(scratch, path)
        finally:
            scratch.unlink()
    return path.read_text().strip()


def boot() -> str:
    """Changes when the machine restarts."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "unknown"


class Journal:
    """One owner's file, locked while the owner lives."""

    def __init__(self) -> None:
        self.owner = f"{home()}-{uuid4().hex}"
        self.path = folder() / (self.owner + SUFFIX)
        scratch = self.path.with_suffix(".new")  # locked before anybody takes it for a dead owner's
        self._file = os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_RDWR, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        head = f"J1 {self.owner} {boot()}\n".encode()
        self._write(head)
        self._head = len(head)
        scratch.rename(self.path)

    def tried(self, key: str, attempt: int) -> None:
        """Before the final dot."""
        self._write(f"{key} {attempt} try\n".encode())

    def withheld(self, key: str, attempt: int) -> None:
        """The try is known not to have reached its final dot."""
        self._write(f"{key} {attempt} no\n".encode())

    def answered(self, key: str, attempt: int, code: int, text: str) -> None:
        """After the answer, before the next final dot."""
        self._write(f"{key} {attempt} {code} {text}\n".encode())

    def sync(self) -> None:
        """To the disk, once a window: what is left open is loss of power, and then `complete` is False."""
        os.fdatasync(self._file)

    def forget(self) -> None:
        """All that is written here is settled in the database."""
        os.ftruncate(self._file, self._head)

    def end(self) -> None:
        """A clean end: nothing is left to tell."""
        self.path.unlink(missing_ok=True)
        os.close(self._file)

    def abandon(self) -> None:
        """Leave the file for whoever settles it."""
        os.close(self._file)

    def _write(self, line: bytes) -> None:
        # A short write means a full disk: what cannot be recorded must not be sent.
        if os.write(self._file, line) != len(line):
            raise OSError("the journal's disk is full")


def left_behind() -> Iterator[tuple[Account, Path]]:
    """Journals whose owners are dead, locked while they are looked at; unlink each once it is settled."""
    for path in sorted(folder().glob("*" + SUFFIX)):
        try:
            file = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield read(path), path
        finally:
            os.close(file)


def read(path: Path) -> Account:
    """What a journal says; a last line that was cut off counts as not written."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        lines = []
    head = lines[0].decode("utf-8", "replace").split(" ") if lines else []
    entries: dict[str, Entry] = {}
    for line in lines[1:]:
        key, _, rest = line.decode("utf-8", "replace").partition(" ")
        attempt, _, said = rest.partition(" ")
        if attempt.isdigit():
            entries[key] = _entry(int(attempt), said)
    return Account(path.name.removesuffix(SUFFIX), entries, bool(head[2:] and head[2] == boot()))


def _entry(attempt: int, said: str) -> Entry:
    code, _, text = said.partition(" ")
    if code.isdigit():
        return Entry(attempt, tried=True, code=int(code), text=text)
    return Entry(attempt, tried=code == "try")


def known(owner: str) -> Account | None:
    """The journal of an owner that may still live, or None when it is not (or no longer) here."""
    path = folder() / (owner + SUFFIX)
    return read(path) if path.is_file() else None


@contextlib.contextmanager
def turn(number: int) -> Iterator[bool]:
    """One of this machine's turns at sending; False while another process has it."""
    file = os.open(folder() / f"turn-{number}", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)
