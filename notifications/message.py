"""From filled slots to the bytes of a mail: 8bit MIME, both parts, headers that cannot be broken out of."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from html import escape
from typing import Final

from notifications import merge_fields
from notifications.compile import LINE_LIMIT, Compiled, Filled, Form, fill, fold, join

_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
# No comments, no source routes, no quoted local parts: what an import lets in is narrower still.
_ADDRESS: Final = re.compile(
    r"[^\s\x00-\x1f\x7f<>()\[\]\\,;:\"@]{1,64}@[^\s\x00-\x1f\x7f<>()\[\]\\,;:\"@]{1,253}"
)


class CannotBuild(Exception):
    """This mail cannot be made; trying again does not help. The words hold nothing of the person."""


@dataclass(frozen=True)
class Mail:
    """One mail ready for the dialogue."""

    sender: str  # of the envelope
    recipient: str
    body: bytes  # CRLF lines, without the final dot and without stuffing
    subject: str = ""


def header(value: str) -> str:
    """A header's value; refuses what would begin another line."""
    if _BREAKS.search(value):
        raise CannotBuild("a header would hold a line break")
    if value.isascii() and len(value) <= 200:
        return value
    return Header(value, "utf-8", maxlinelen=74).encode(linesep="\r\n")


@lru_cache(maxsize=64)
def sender_header(value: str) -> str:
    """`Name <address>` with the name encoded where it must be; ours, so the same for every mail of a notice."""
    if _BREAKS.search(value):
        raise CannotBuild("a header would hold a line break")
    name, address = parseaddr(value)
    return formataddr((name, bare_address(address)))


@lru_cache(maxsize=64)
def _dated(date: datetime) -> str:
    """A window's mails share their second."""
    return format_datetime(date)


@lru_cache(maxsize=64)
def envelope_sender(value: str) -> str:
    return bare_address(parseaddr(value)[1])


def bare_address(address: str) -> str:
    """An address fit for envelope and To; its domain in ASCII."""
    if not _ADDRESS.fullmatch(address):
        raise CannotBuild("the address is not one that mail can go to")
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise CannotBuild("the address has a domain that cannot be written") from error
    return f"{local}@{domain}"


def build(
    compiled: Compiled,
    filled: Filled,
    *,
    recipient: str,
    message_id: str,
    date: datetime,
    eight_bit: bool = True,
) -> Mail:
    """The mail of one person. The same arguments give the same bytes, so a second try is the same mail."""
    recipient = bare_address(recipient)
    lines = _head(
        compiled,
        recipient=recipient,
        subject=header(filled.subject),
        date=_dated(date),
        message_id=header(message_id),
    )
    for kind, content in (("plain", filled.text), ("html", filled.html)):
        lines += _part(compiled.boundary, kind, content, eight_bit=eight_bit)
    lines += [f"--{compiled.boundary}--", ""]
    body = "\r\n".join(lines).encode()
    return Mail(envelope_sender(compiled.sender), recipient, body, filled.subject)


def _head(compiled: Compiled, *, recipient: str, subject: str, date: str, message_id: str) -> list[str]:
    """The headers of a notice's mail, and the line that ends them."""
    answers = []
    if compiled.reply_to:
        desk = sender_header(compiled.reply_to)
        answers = [f"Reply-To: {desk}", f"List-Help: <mailto:{envelope_sender(compiled.reply_to)}>"]
    return [
        f"From: {sender_header(compiled.sender)}",
        f"To: <{recipient}>",
        f"Subject: {subject}",
        f"Date: {date}",
        f"Message-ID: <{message_id}>",
        *answers,
        "MIME-Version: 1.0",
        "Auto-Submitted: auto-generated",
        f"Content-Language: {header(compiled.language)}",
        f'Content-Type: multipart/alternative; boundary="{compiled.boundary}"',
        "",
    ]


_SLOT: Final = re.compile("\x00([^\x00]*)\x00")
_HTML: Final = "html:"  # names of slots whose values are escaped


@dataclass(frozen=True)
class Sheet:
    """One variant's whole mail but for a person's values: the bytes of `build`, at a fraction of its cost."""

    compiled: Compiled
    form: Form
    parts: tuple[str, ...]  # constant runs at even places, names of slots at odd ones
    escaped: tuple[str, ...]  # slots of the HTML part
    fixed: int  # bytes of the constant runs
    room: int  # bytes that all slots together may take while no line can become too long

    @classmethod
    def of(cls, compiled: Compiled, form: Form) -> Sheet:
        longest = 0
        bodies: list[str] = []
        for parts, mark in ((form.text, ""), (form.html, _HTML)):
            marked = (f"\0{mark}{part}\0" if place % 2 else part for place, part in enumerate(parts))
            lines: list[str] = []
            for line in "".join(marked).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
                if "\0" in line:
                    longest = max(longest, len(_SLOT.sub("", line).encode()))
                    lines.append(line)
                else:
                    lines += fold(line).split("\n")
            bodies.append("\r\n".join(lines))
        drawn = _drawn(compiled, "\0subject\0", *bodies)
        parts = tuple(_SLOT.split(drawn))
        escaped = tuple(dict.fromkeys(form.html[1::2]))
        return cls(
            compiled, form, parts, escaped, sum(len(run.encode()) for run in parts[::2]), LINE_LIMIT - longest
        )

    def mail(
        self,
        values: Mapping[str, str],
        *,
        recipient: str,
        message_id: str,
        date: datetime,
        eight_bit: bool = True,
    ) -> Mail:
        """The mail of one person; `values` are cleaned."""
        if not eight_bit:
            return self._slowly(values, recipient, message_id, date, eight_bit=False)
        recipient = bare_address(recipient)
        subject = join(self.form.subject, values)
        filled = {
            **values,
            "to": recipient,
            "subject": header(subject),
            "date": _dated(date),
            "id": message_id,
        }
        for path in self.escaped:
            filled[_HTML + path] = escape(values[path], quote=path == merge_fields.LINK.path)
        body = "".join(
            [filled[part] if place % 2 else part for place, part in enumerate(self.parts)]
        ).encode()
        if len(body) - self.fixed > self.room:
            return self._slowly(values, recipient, message_id, date)
        return Mail(envelope_sender(self.compiled.sender), recipient, body, subject)

    def _slowly(
        self,
        values: Mapping[str, str],
        recipient: str,
        message_id: str,
        date: datetime,
        *,
        eight_bit: bool = True,
    ) -> Mail:
        """Line by line: some line is too long for mail, or the relay takes 7-bit mail alone."""
        return build(
            self.compiled,
            fill(self.form, values),
            recipient=recipient,
            message_id=message_id,
            date=date,
            eight_bit=eight_bit,
        )


def _drawn(compiled: Compiled, subject: str, text: str, html: str) -> str:
    """An 8bit mail of these parts, with slots in the headers that differ from person to person."""
    lines = [
        *_head(compiled, recipient="\0to\0", subject=subject, date="\0date\0", message_id="\0id\0"),
        *_part(compiled.boundary, "plain", text, eight_bit=True),
        *_part(compiled.boundary, "html", html, eight_bit=True),
        f"--{compiled.boundary}--",
        "",
    ]
    return "\r\n".join(lines)


def plain(
    *,
    sender: str,
    reply_to: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    date: datetime,
    in_reply_to: str = "",
) -> Mail:
    """A short mail with a text part alone, such as an answer to a question."""
    recipient = bare_address(recipient)
    lines = [
        f"From: {sender_header(sender)}",
        f"To: <{recipient}>",
        f"Subject: {header(subject)}",
        f"Date: {format_datetime(date)}",
        f"Message-ID: <{header(message_id)}>",
        *(
            [f"In-Reply-To: <{header(in_reply_to)}>", f"References: <{header(in_reply_to)}>"]
            if in_reply_to
            else []
        ),
        *([f"Reply-To: {sender_header(reply_to)}"] if reply_to else []),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        *_base64(text),
        "",
    ]
    return Mail(envelope_sender(sender), recipient, "\r\n".join(lines).encode())


def _part(boundary: str, kind: str, content: str, *, eight_bit: bool) -> list[str]:
    head = [f"--{boundary}", f"Content-Type: text/{kind}; charset=utf-8"]
    if eight_bit:
        body = content.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
        return [*head, "Content-Transfer-Encoding: 8bit", "", body]
    return [*head, "Content-Transfer-Encoding: base64", "", *_base64(content)]


def _base64(text: str) -> list[str]:
    encoded = base64.b64encode(text.replace("\n", "\r\n").encode()).decode()
    return [encoded[start : start + 76] for start in range(0, len(encoded), 76)]


def stuffed(body: bytes) -> bytes:
    """The body as it goes over the wire: dots doubled at line starts, the final dot behind it."""
    if body.startswith(b"."):
        body = b"." + body
    if b"\r\n." in body:
        body = body.replace(b"\r\n.", b"\r\n..")
    return body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")
