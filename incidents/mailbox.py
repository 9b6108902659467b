"""The mailbox that reports come to, over IMAP: what nobody has read yet, each mail at most so large."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

MOST_BYTES: Final = 15_000_000
SECONDS: Final = 20.0


class MailboxTrouble(Exception):
    """The mailbox cannot be read now; trying later may help. The words hold no password."""


@dataclass(frozen=True)
class Fetched:
    """One mail and its place in the mailbox."""

    uid: bytes
    raw: bytes
    cut: bool


class Mailbox:
    """An open mailbox."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server

    def unread(self, most: int) -> Iterator[Fetched]:
        """Mails without the mark of having been read, oldest first; reading them here does not mark them."""
        for uid in (_said(self._server.uid("SEARCH", "UNSEEN"))[0] or b"").split()[:most]:
            told = _said(self._server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)"))
            raw = next((bytes(one[1]) for one in told if isinstance(one, tuple)), None)
            if raw is not None:  # gone meanwhile
                yield Fetched(uid, raw[:MOST_BYTES], len(raw) > MOST_BYTES)

    def mark_read(self, fetched: Fetched) -> None:
        self._server.uid("STORE", fetched.uid.decode(), "+FLAGS.SILENT", r"(\Seen)")


@contextmanager
def opened(url: str) -> Iterator[Mailbox]:
    """Sign in and open the folder that the address names; `MailboxTrouble` when any of it fails."""
    parts = urlsplit(url)
    host, folder = parts.hostname or "", unquote(parts.path.strip("/")) or "INBOX"
    server: imaplib.IMAP4 | None = None
    try:
        if parts.scheme == "imaps":
            server = imaplib.IMAP4_SSL(
                host, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=SECONDS
            )
        else:
            server = imaplib.IMAP4(host, parts.port or 143, timeout=SECONDS)
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        _said(server.select(f'"{folder}"'))
        yield Mailbox(server)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxTrouble(type(error).__name__) from error
    finally:
        if server is not None:
            _leave(server)


def _leave(server: imaplib.IMAP4) -> None:
    with suppress(OSError, imaplib.IMAP4.error):
        server.logout()


def _said(answer: tuple[str, list[Any]]) -> list[Any]:
    word, told = answer
    if word != "OK":
        raise imaplib.IMAP4.error("refused")
    return told
