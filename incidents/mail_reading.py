"""What a raw mail says: pure, and for mail that somebody broke on purpose."""

from __future__ import annotations

import email
import html
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Final

import nh3

MOST_PARTS: Final = 100
MOST_WORDS: Final = 20_000
MOST_REFERENCES: Final = 50
CUT: Final = "\n\n[The mail is longer than what is shown here. It is kept whole.]"
_ID: Final = re.compile(r"<([^<>\s]{1,255})>")
_REFERENCE: Final = re.compile(r"\bREP-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
_QUOTE_HEAD: Final = re.compile(
    r"^.{0,200}(?:wrote|schrieb|écrit|escribió|ha scritto)\s*:?\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class MailFile:
    """A file that came in a mail."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class ReadMail:
    """One mail, read."""

    message_id: str
    references: tuple[str, ...]
    subject: str
    sender: str  # address, lower case
    contact: str  # as the From line tells it
    words: str
    automatic: bool  # an automatic reply or a report of non-delivery
    report_reference: str = ""
    files: tuple[MailFile, ...] = ()


def read_mail(raw: bytes) -> ReadMail:
    """Read what a person would; never raises for broken MIME but by `RecursionError` at absurd depth."""
    mail = email.message_from_bytes(raw)
    name, address = _from(mail)
    subject = " ".join(_header(mail, "Subject").split())
    found = _REFERENCE.search(subject.upper())
    ids = [*_ID.findall(_header(mail, "In-Reply-To")), *_ID.findall(_header(mail, "References"))[::-1]]
    words, files = _content(mail)
    return ReadMail(
        message_id=(_ID.findall(_header(mail, "Message-ID")) or [""])[0],
        references=tuple(dict.fromkeys(ids))[:MOST_REFERENCES],
        subject=subject,
        sender=address.lower(),
        contact=f"{name} <{address}>".strip() if name and address else address or name,
        words=words,
        automatic=_is_automatic(mail, address.lower()),
        report_reference=found.group(0) if found else "",
        files=files,
    )


def without_quote(words: str) -> str:
    """A reply without the mail it answers, where that stands below it; all of it when nothing else is left."""
    lines = words.rstrip().split("\n")
    end = len(lines)
    while end and (lines[end - 1].startswith(">") or not lines[end - 1].strip()):
        end -= 1
    if end < len(lines) and end and _QUOTE_HEAD.match(lines[end - 1].strip()):
        end -= 1
    return "\n".join(lines[:end]).strip() or words.strip()


def _header(mail: Message, name: str) -> str:
    value = str(mail.get(name, ""))[:20_000]
    with suppress(LookupError, UnicodeError, ValueError):  # an encoding that does not exist, or is not kept
        value = str(make_header(decode_header(value)))
    return _clean(value)


def _clean(text: str) -> str:
    """Text as it can be kept: no NUL, no half characters."""
    return text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode()


def _from(mail: Message) -> tuple[str, str]:
    try:
        found = getaddresses([_header(mail, "From")])
    except (IndexError, ValueError):  # what the library itself trips over
        found = []
    name, address = found[0] if found else ("", "")
    return name.strip()[:200], address.strip()[:254]


def _is_automatic(mail: Message, sender: str) -> bool:
    """RFC 3834 and what came before it. Mail that is merely generated, such as a supplier's notice, is not."""
    told = _header(mail, "Auto-Submitted").strip().lower()
    return (
        told.startswith("auto-replied")
        or _header(mail, "Precedence").strip().lower() in ("auto_reply", "junk")
        or any(name in mail for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
        or mail.get_content_type() == "multipart/report"
        or _header(mail, "Return-Path").strip() == "<>"
        or sender.partition("@")[0] in ("mailer-daemon", "postmaster")
    )


def _content(mail: Message) -> tuple[str, tuple[MailFile, ...]]:
    plain, marked, files = "", "", list[MailFile]()
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            break
        if part.is_multipart():
            continue
        name = _file_name(part)
        if name or part.get_content_disposition() == "attachment":
            content = part.get_payload(decode=True)
            files.append(MailFile(name or "file", content if isinstance(content, bytes) else b""))
        elif part.get_content_type() == "text/plain" and not plain.strip():
            plain = _text(part)
        elif part.get_content_type() == "text/html" and not marked.strip():
            marked = _text(part)
    words = plain if plain.strip() else _unmarked(marked)
    return (words if len(words) <= MOST_WORDS else words[: MOST_WORDS - len(CUT)] + CUT), tuple(files)


def _file_name(part: Message) -> str:
    try:
        return _clean(part.get_filename() or "")[:200]
    except (LookupError, UnicodeError, ValueError, TypeError):
        return "file"


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return _clean(payload.decode(part.get_content_charset() or "utf-8", "replace"))
    except (LookupError, UnicodeError):
        return _clean(payload.decode("latin-1"))


def _unmarked(marked: str) -> str:
    """HTML as plain words."""
    broken = re.sub(
        r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^>]{0,500}>", "\n", marked[:500_000], flags=re.IGNORECASE
    )
    return html.unescape(nh3.clean(broken, tags=set())).strip()
