"""Ports and first-run questions the launcher asks before anything of the product is up."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

DEFAULT_PORT: Final = 8000
FURTHER: Final = 20


class CannotStart(Exception):
    """Why `make run` stops, in words for the person at the terminal."""


def refusal(host: str, port: int) -> OSError | None:
    """Why nobody can listen there; None when one can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error
    return None


def first_free(host: str, port: int, further: int = FURTHER) -> int:
    """The first port from this one on where we can listen."""
    last: OSError | None = None
    for candidate in range(port, min(port + further, 65_535) + 1):
        last = refusal(host, candidate)
        if last is None:
            return candidate
        if last.errno == errno.EADDRNOTAVAIL:
            break
    raise CannotStart(f"No port from {port} to {port + further} can be used on {host} ({last}).")


def choose(host: str, wanted: str | None, *, say: Callable[[str], None]) -> int:
    """PORT as it was asked for, or the first free one from 8000 on."""
    if not wanted:
        port = first_free(host, DEFAULT_PORT)
        if port != DEFAULT_PORT:
            say(f"Port {DEFAULT_PORT} is taken{holder(DEFAULT_PORT)}; using {port}.")
        return port
    if not wanted.isdigit() or not 1 <= int(wanted) <= 65_535:
        raise CannotStart(f"PORT is {wanted!r}; it must be a number from 1 to 65535.")
    error = refusal(host, int(wanted))
    if error is None:
        return int(wanted)
    if error.errno == errno.EACCES:
        raise CannotStart(f"Port {wanted} is for the system's administrator; choose one above 1023.")
    if error.errno == errno.EADDRINUSE:
        raise CannotStart(
            f"Port {wanted} is taken{holder(int(wanted))}. End that, or choose another: make run PORT=8010"
        )
    raise CannotStart(f"Cannot listen on {host}:{wanted}: {error.strerror}. Check HOST and PORT.")


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found


def holder(port: int) -> str:
    """Words that name the program that listens there, when this system tells us."""
    inodes = _listening_inodes(port)
    for entry in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        try:
            if os.readlink(entry) in inodes:
                pid = entry.parts[2]
                name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
                return f" by {name} (process {pid})"
        except OSError:
            continue
    return ""


def somebody_signed_up(database_url: str) -> bool:
    """True when the database holds a user; then the demonstration must not touch it."""
    import psycopg2

    connection = psycopg2.connect(database_url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM accounts_user)")
            row = cursor.fetchone()
    finally:
        connection.close()
    return bool(row and row[0])
