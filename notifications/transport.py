"""The one place that opens a socket to a mail relay, and that keeps a drill from opening one.

Django's own mail is for sign-in letters alone. All else about an incident goes through here.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from incidents.models import Incident
from notifications import dkim
from notifications.message import Mail, stuffed

CONNECT_SECONDS: Final = 15.0
COMMAND_SECONDS: Final = 60.0
OK: Final = 250
GO_ON: Final = 354
CLOSING: Final = 421
_ADDRESSES: Final = re.compile(r"<[^>]*>|\S+@\S+")


@dataclass(frozen=True)
class Reply:
    """A server's answer, its words without addresses."""

    code: int
    text: str

    @property
    def taken(self) -> bool:
        return 200 <= self.code < 300

    @property
    def for_now(self) -> bool:
        """Whether trying later may help."""
        return 400 <= self.code < 500


class RelayTrouble(Exception):
    """The relay takes nothing from us now. No mail was handed over; trying later may help."""


class ReplyLost(Exception):
    """A whole mail went out and its answer did not come: nobody can know whether it was taken."""


class NotHandedOver(Exception):
    """The connection broke before the whole mail had left: it was certainly not taken."""


class Connection(Protocol):
    """A dialogue, mail by mail. The next envelope may ride behind the final dot of the mail before."""

    eight_bit: bool
    utf8: bool
    used_at: float

    def begin(self, mail: Mail) -> None: ...

    def opened(self) -> Reply: ...

    def hand_over(self, mail: Mail, *, then: Mail | None) -> None: ...

    def answer(self) -> Reply: ...

    def close(self) -> None: ...


class NullConnection:
    """A drill's transport: says yes to everything and opens no socket."""

    eight_bit = True
    utf8 = True

    def __init__(self) -> None:
        self.used_at = time.monotonic()

    def begin(self, mail: Mail) -> None:
        pass

    def opened(self) -> Reply:
        return Reply(GO_ON, "drill")

    def hand_over(self, mail: Mail, *, then: Mail | None) -> None:
        pass

    def answer(self) -> Reply:
        return Reply(OK, "drill: nothing left the house")

    def close(self) -> None:
        pass


@dataclass
class Relay:
    """Where the mail relay is, from settings."""

    host: str = field(default_factory=lambda: str(settings.EMAIL_HOST))
    port: int = field(default_factory=lambda: int(settings.EMAIL_PORT))
    user: str = field(default_factory=lambda: str(settings.EMAIL_HOST_USER))
    password: str = field(default_factory=lambda: str(settings.EMAIL_HOST_PASSWORD), repr=False)
    starttls: bool = field(default_factory=lambda: bool(settings.EMAIL_USE_TLS))
    tls: bool = field(default_factory=lambda: bool(settings.EMAIL_USE_SSL))
    final_seconds: float = field(default_factory=lambda: float(settings.SMTP_REPLY_SECONDS))

    def connect(self) -> smtplib.SMTP:
        """Connect, greet, secure and sign in; `RelayTrouble` when any of it fails."""
        name = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        server: smtplib.SMTP | None = None
        try:
            dkim.key()
            if self.tls:
                server = smtplib.SMTP_SSL(
                    self.host, self.port, name, timeout=CONNECT_SECONDS, context=ssl.create_default_context()
                )
            else:
                server = smtplib.SMTP(self.host, self.port, name, timeout=CONNECT_SECONDS)
            server.ehlo_or_helo_if_needed()
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
                server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except (OSError, smtplib.SMTPException, ValueError, dkim.NoKey) as error:
            if server is not None:
                server.close()
            raise RelayTrouble(_why(error)) from error
        return server


class SmtpConnection:
    """One connection to the relay, pipelined (RFC 2920) when it offers that."""

    def __init__(self, relay: Relay) -> None:
        self._server = relay.connect()
        sock = self._server.sock
        assert sock is not None
        sock.settimeout(COMMAND_SECONDS)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = sock
        self._file = sock.makefile("rb")
        self._final_seconds = relay.final_seconds
        self._pipelining = self._server.has_extn("pipelining")
        self.eight_bit = self._server.has_extn("8bitmime")
        self.utf8 = self._server.has_extn("smtputf8")
        self.used_at = time.monotonic()
        self._reset = False  # an envelope was refused half-way: the next one clears the table first
        self._asked: Mail | None = None  # lock-step: the envelope still to be offered
        self._riding = 0  # replies that come behind the answer, for the envelope that rode along

    # --- the envelope

    def begin(self, mail: Mail) -> None:
        """Offer the envelope of a mail that nothing goes out before."""
        if not self._pipelining:
            self._asked = mail
            return
        self._send(self._envelope(mail))

    def opened(self) -> Reply:
        """The relay's word on the envelope: 354 when it waits for the mail, else why not."""
        if self._asked is not None:
            mail, self._asked = self._asked, None
            return self._lock_step(mail)
        if self._riding == 4:
            self._read()  # of RSET
        first, second, third = self._read(), self._read(), self._read()
        self._riding = 0
        self._check_open(first, second, third)
        refused = next((reply for reply in (first, second) if not reply.taken), None)
        if refused is None and third.code == GO_ON:
            return third
        if third.code == GO_ON:
            # RFC 2920 3.1: it waits for a mail to nobody; an empty one ends that.
            self._send(b".\r\n")
            self._read()
        self._reset = True
        self._check_sender(first)
        return refused or third

    def _envelope(self, mail: Mail) -> bytes:
        commands = [b"RSET"] if self._reset else []
        self._riding = 4 if self._reset else 3
        self._reset = False
        commands += self._commands(mail)
        return b"\r\n".join(commands) + b"\r\n"

    def _commands(self, mail: Mail) -> list[bytes]:
        options = " BODY=8BITMIME" if self.eight_bit else ""
        if self.utf8 and not mail.recipient.isascii():
            options += " SMTPUTF8"
        return [
            f"MAIL FROM:<{mail.sender}>{options}".encode(),
            f"RCPT TO:<{mail.recipient}>".encode(),
            b"DATA",
        ]

    def _lock_step(self, mail: Mail) -> Reply:
        commands = self._commands(mail)
        if self._reset:
            self._reset = False
            commands.insert(0, b"RSET")
        reply = Reply(0, "")
        for command in commands:
            self._send(command + b"\r\n")
            reply = self._read()
            self._check_open(reply)
            if not reply.taken and reply.code != GO_ON:
                self._reset = True
                if command.startswith(b"MAIL"):
                    self._check_sender(reply)
                break
        return reply

    def _check_open(self, *replies: Reply) -> None:
        for reply in replies:
            if reply.code == CLOSING:
                raise RelayTrouble(f"421 {reply.text}")

    def _check_sender(self, reply: Reply) -> None:
        """A refused sender is no fault of the person written to: nobody is marked as unreachable for it."""
        if not reply.taken:
            raise RelayTrouble(f"the relay refuses our sender: {reply.code} {reply.text}")

    # --- the mail itself

    def hand_over(self, mail: Mail, *, then: Mail | None) -> None:
        """Send the mail to its final dot; with pipelining the next envelope rides behind it."""
        wire = stuffed(dkim.signed(mail.body))
        size = len(wire)
        if then is not None:
            if self._pipelining:
                wire += self._envelope(then)
            else:
                self._asked = then
        gone = 0
        view = memoryview(wire)
        try:
            while gone < len(wire):
                gone += self._socket.send(view[gone : gone + 65_536])
        except OSError as error:
            if gone < size:
                raise NotHandedOver(_why(error)) from error
            raise ReplyLost(_why(error)) from error

    def answer(self) -> Reply:
        """The relay's word on the mail handed over; waits as long as RFC 5321 4.5.3.2.6 asks."""
        self._socket.settimeout(self._final_seconds)
        try:
            reply = self._read()
        except RelayTrouble as error:
            raise ReplyLost(str(error)) from error
        finally:
            if self._socket.fileno() >= 0:
                self._socket.settimeout(COMMAND_SECONDS)
        self.used_at = time.monotonic()
        return reply

    def close(self) -> None:
        """Hang up without a word: nothing may be waiting for its final dot any more."""
        self._file.close()
        self._server.close()

    # --- lines

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise RelayTrouble(_why(error)) from error

    def _read(self) -> Reply:
        lines: list[bytes] = []
        try:
            while True:
                line = self._file.readline(4096)
                if not line.endswith(b"\n"):
                    raise RelayTrouble("the relay hung up")
                lines.append(line)
                if line[3:4] != b"-":
                    return _reply(*lines)
        except (OSError, ValueError) as error:
            raise RelayTrouble(_why(error)) from error


@lru_cache(maxsize=256)
def _reply(*lines: bytes) -> Reply:
    """Most answers are one of a few."""
    words = b" ".join(line[4:].strip() for line in lines)
    return Reply(int(lines[-1][:3]), tidy(words.decode("utf-8", "replace")))


def tidy(text: str) -> str:
    """A server's words without addresses and controls, short enough to keep."""
    return " ".join(_ADDRESSES.sub("[address]", text).split())[:120]


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "the relay did not answer in time"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"the relay refuses our sign-in ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPResponseException):
        return tidy(f"the relay said {error.smtp_code}")
    return tidy(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def connect(incident: Incident) -> Connection:
    """The transport of an incident: a drill's mail opens no socket, by construction."""
    return NullConnection() if incident.drill else SmtpConnection(Relay())


# --- connections stay open in the process between lanes

IDLE_SECONDS: Final = 20.0
_idle: list[SmtpConnection] = []


def borrow(incident: Incident) -> Connection:
    """A connection that is open already, or a new one."""
    while _idle and not incident.drill:
        try:
            kept = _idle.pop()
        except IndexError:
            break
        if time.monotonic() - kept.used_at < IDLE_SECONDS:
            return kept
        kept.close()
    return connect(incident)


def give_back(connection: Connection) -> None:
    """Keep a connection on which nothing is under way."""
    if isinstance(connection, SmtpConnection):
        _idle.append(connection)


def close_idle() -> None:
    while _idle:
        _idle.pop().close()
