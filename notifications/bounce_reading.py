"""What a mail that came back says: pure, and for mail that somebody broke on purpose."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from typing import Final

from incidents.mail_reading import read_mail
from notifications.models import BounceKind
from notifications.tracing import tokens_in
from notifications.transport import tidy

MOST_PARTS: Final = 30
MOST_CHARACTERS: Final = 200_000
# Where a mail server writes down which address of ours it delivered to: the return path of the mail that failed.
SENT_TO: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
ANSWERS: Final = ("In-Reply-To", "References")
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY: Final = re.compile(r"(?<!\d)([45])\d\d[ -]")
_GONE: Final = re.compile(
    r"unknown user|user unknown|no such user|does not exist|mailbox unavailable|permanent", re.IGNORECASE
)
# Servers call a full mailbox permanent that is empty again next week.
PASSING: Final = ("5.2.2", "5.4.7", "5.3.1")


@dataclass(frozen=True)
class Told:
    """One report; `kind` is empty for mail that reports nothing, such as a person's answer."""

    kind: str
    tokens: tuple[str, ...] = ()  # what may name the delivery, the surest first
    status: str = ""
    words: str = ""


def read_bounce(raw: bytes) -> Told:
    """Read a mail that came to the return path; what cannot be read reports nothing."""
    try:
        mail = email.message_from_bytes(raw)
        kind, status, words = _report(mail, raw)
        tokens = _tokens(mail) if kind else ()
    except Exception:  # whatever a mail does to its reader, the mails behind it must not wait
        return Told("")
    return Told(kind, tokens, status, words)


def kind_of(status: str) -> str:
    """Hard or soft by an RFC 3463 status; unclear without one."""
    if status.startswith("4") or status.startswith(PASSING):
        return BounceKind.SOFT
    return BounceKind.HARD if status.startswith("5") else BounceKind.UNCLEAR


def _report(mail: Message, raw: bytes) -> tuple[str, str, str]:
    kind = (
        str(mail.get_param("report-type") or "").lower()
        if mail.get_content_type() == "multipart/report"
        else ""
    )
    if kind == "feedback-report":
        return BounceKind.COMPLAINT, "", ""
    if kind == "disposition-notification":
        return BounceKind.AUTO, "", ""
    for recipient in _recipients(mail):
        action = str(recipient.get("Action", "")).strip().lower()
        found = _STATUS.search(str(recipient.get("Status", "")))
        status = found.group(1) if found else ""
        words = tidy(str(recipient.get("Diagnostic-Code", "")).partition(";")[2])
        if action == "delayed":
            return BounceKind.DELAYED, status, words
        if action == "failed" or (not action and status):
            return kind_of(status or "5.0.0"), status, words
    return _unlike_the_standard(mail, raw) if _from_a_server(mail) else ("", "", "")


def _recipients(mail: Message) -> Iterator[Message]:
    """The blocks of RFC 3464 about each recipient; each mail of ours has one."""
    for part in _parts(mail):
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in part.get_payload()[1:]:  # type: ignore[index]
                if isinstance(block, Message):
                    yield block


def _unlike_the_standard(mail: Message, raw: bytes) -> tuple[str, str, str]:
    """Automatic answers, and what old servers write in their own words."""
    sender = str(mail.get("From", "")).lower()
    if not (
        "mailer-daemon" in sender or "postmaster" in sender or mail.get_content_type() == "multipart/report"
    ):
        return BounceKind.AUTO, "", ""
    words = read_mail(raw).words
    found = _STATUS.search(words)
    if found:
        return kind_of(found.group(1)), found.group(1), ""
    reply = _REPLY.search(words)
    if reply or _GONE.search(words):
        return (BounceKind.SOFT if reply and reply.group(1) == "4" else BounceKind.HARD), "", ""
    return BounceKind.UNCLEAR, "", ""


def _from_a_server(mail: Message) -> bool:
    """RFC 3834 and what came before it."""
    told = str(mail.get("Auto-Submitted", "")).strip().lower()
    return (
        told.startswith(("auto-replied", "auto-generated"))
        or str(mail.get("Precedence", "")).strip().lower() in ("auto_reply", "junk", "bulk")
        or any(
            name in mail for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Failed-Recipients")
        )
        or mail.get_content_type() == "multipart/report"
        or str(mail.get("Return-Path", "")).strip() == "<>"
        or "mailer-daemon" in str(mail.get("From", "")).lower()
    )


def _tokens(mail: Message) -> tuple[str, ...]:
    """The return path first, then what it answers, then the mail that is quoted."""
    found: list[str] = []
    for name in (*SENT_TO, *ANSWERS):
        for value in mail.get_all(name, []):
            found += tokens_in(str(value)[:5_000])
    for part in _parts(mail):
        if part is not mail:
            found += tokens_in(str(part.get("Message-ID", ""))[:1_000])
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(payload, bytes):
            found += tokens_in(payload[:MOST_CHARACTERS].decode("utf-8", "replace"))
    return tuple(dict.fromkeys(found))


def _parts(mail: Message) -> Iterator[Message]:
    with suppress(RecursionError):
        for number, part in enumerate(mail.walk()):
            if number >= MOST_PARTS:
                return
            yield part
