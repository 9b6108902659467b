"""A client of clamd's INSTREAM: sends a file in pieces, is told what is in it. Opens no file and no other address."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Final, NamedTuple

CONNECT_SECONDS: Final = 5.0
REPLY_SECONDS: Final = 120.0
LONGEST_REPLY: Final = 4096
LENGTH_BYTES: Final = 4


class ScannerUnavailable(Exception):
    """No answer, or one that says nothing of the file; trying again later may help."""


class TooLargeToScan(Exception):
    """The scanner takes no file of this size."""


class Verdict(NamedTuple):
    infected: bool
    finding: str = ""  # the scanner's name for what it found


def scan(address: str, chunks: Iterable[bytes]) -> Verdict:
    """Ask the scanner at `host:port` or `unix:/path` about one file."""
    try:
        with _connect(address) as line:
            return _verdict(_asked(line, chunks))
    except OSError as error:
        raise ScannerUnavailable(type(error).__name__) from error


def answers(address: str) -> bool:
    """Whether a scanner is there."""
    try:
        with _connect(address) as line:
            line.sendall(b"zPING\0")
            return line.recv(LONGEST_REPLY).rstrip(b"\0") == b"PONG"
    except OSError:
        return False


def _connect(address: str) -> socket.socket:
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        line.connect(address.removeprefix("unix:"))
    else:
        host, _, port = address.rpartition(":")
        line = socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS)
    line.settimeout(REPLY_SECONDS)
    return line


def _asked(line: socket.socket, chunks: Iterable[bytes]) -> str:
    line.sendall(b"zINSTREAM\0")
    try:
        for chunk in chunks:
            if chunk:
                line.sendall(len(chunk).to_bytes(LENGTH_BYTES, "big") + chunk)
        line.sendall(bytes(LENGTH_BYTES))
    except (BrokenPipeError, ConnectionResetError):
        pass  # past its limit clamd stops reading; its answer still waits
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_REPLY:
        if not (piece := line.recv(LONGEST_REPLY)):
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> Verdict:
    """`stream: OK`, `stream: Eicar-Test-Signature FOUND`, or `INSTREAM size limit exceeded. ERROR`."""
    said = answer.removeprefix("stream:").strip()
    if said == "OK":
        return Verdict(infected=False)
    if said.endswith(" FOUND"):
        return Verdict(infected=True, finding=said.removesuffix(" FOUND")[:120])
    if "size limit exceeded" in said:
        raise TooLargeToScan
    raise ScannerUnavailable("no verdict")
