"""What a file is, told from its content alone: neither its name nor what a browser says of it is believed.

Only kinds of this list are named. Whatever is none of them, or looks like two at once, is of unknown type: it is kept
and can be downloaded, and is never shown.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

HEAD_BYTES: Final = 1 << 18
TAIL_BYTES: Final = 1 << 16
UNKNOWN: Final = ""


@dataclass(frozen=True)
class Kind:
    key: str
    label: str
    begins: tuple[bytes, ...] = ()
    image: bool = False  # shown as a picture that was drawn anew
    words: bool = False  # shown as words, never as what they would make
    reportable: bool = False  # taken from the public and from staff with a report


KINDS: Final = (
    Kind("png", "Picture (PNG)", (b"\x89PNG\r\n\x1a\n",), image=True, reportable=True),
    Kind("jpeg", "Picture (JPEG)", (b"\xff\xd8\xff",), image=True, reportable=True),
    Kind("gif", "Picture (GIF)", (b"GIF87a", b"GIF89a"), image=True, reportable=True),
    Kind("webp", "Picture (WebP)", image=True, reportable=True),
    Kind("pdf", "PDF", (b"%PDF-",), reportable=True),
    Kind("docx", "Word document", reportable=True),
    Kind("xlsx", "Spreadsheet", reportable=True),
    Kind("pptx", "Presentation", reportable=True),
    Kind("odf", "OpenDocument file", reportable=True),
    Kind("zip", "ZIP archive", (b"PK\x03\x04", b"PK\x05\x06")),
    Kind("gzip", "Gzip archive", (b"\x1f\x8b\x08",)),
    Kind("7z", "7-Zip archive", (b"7z\xbc\xaf\x27\x1c",)),
    Kind("pcap", "Network capture", (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x0a\x0d\x0d\x0a")),
    Kind("sqlite", "SQLite database", (b"SQLite format 3\x00",)),
    Kind("office", "Older Office file or Outlook mail", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    Kind("mp4", "Video (MP4)"),
    Kind("mail", "Mail", words=True, reportable=True),
    Kind("html", "Web page, as words", words=True),
    Kind("json", "JSON", words=True, reportable=True),
    Kind("text", "Text", words=True, reportable=True),
)
BY_KEY: Final = {kind.key: kind for kind in KINDS}
UNKNOWN_LABEL: Final = "Unknown type"
# The first file of an Office package names what it is.
IN_ZIP: Final = (
    (b"word/", "docx"),
    (b"xl/", "xlsx"),
    (b"ppt/", "pptx"),
    (b"mimetypeapplication/vnd.oasis.opendocument.", "odf"),
)
ZIPPED: Final = frozenset({"zip", "docx", "xlsx", "pptx", "odf"})
END_OF_ZIP: Final = b"PK\x05\x06"
MARKUP: Final = re.compile(rb"<(?:!doctype\s+html|html|script|svg|iframe|\?php)\b", re.IGNORECASE)
MAIL: Final = re.compile(
    rb"\A(?:From |(?:(?:Return-Path|Received|Delivered-To|From|To|Subject|Date|Message-ID|MIME-Version):[^\n]*\r?\n"
    rb"(?:[ \t][^\n]*\n)*){2})",
    re.IGNORECASE,
)
ODD: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # no text has these; escape colours logs


def label_of(key: str) -> str:
    """The kind in words."""
    return BY_KEY[key].label if key in BY_KEY else UNKNOWN_LABEL


def sniff(head: bytes, tail: bytes, size: int) -> str:
    """The key of the kind, or `UNKNOWN`. `head` and `tail` are the first and last bytes, up to their limits."""
    key = _by_signature(head)
    if key:
        return UNKNOWN if _is_two(key, head, tail) else key
    whole = head if size <= len(head) else head + tail
    return _of_words(head, whole)


def _by_signature(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "mp4"
    found = next((kind.key for kind in KINDS if kind.begins and head.startswith(kind.begins)), "")
    if found != "zip":
        return found
    return next((key for mark, key in IN_ZIP if mark in head[:4096]), found)


def _is_two(key: str, head: bytes, tail: bytes) -> bool:
    """Whether it would also open as something else: a page or archive hidden in a picture, a PDF in a ZIP."""
    if key not in ZIPPED and END_OF_ZIP in tail:
        return True
    if key != "pdf" and b"%PDF-" in head[:1024]:
        return True
    return BY_KEY[key].image and bool(MARKUP.search(head) or MARKUP.search(tail))


def _of_words(head: bytes, whole: bytes) -> str:
    if not head or ODD.search(whole) or not _is_unicode(head):
        return UNKNOWN
    if b"%PDF-" in head[:1024]:
        return UNKNOWN
    if MAIL.match(head):
        return "mail"
    if MARKUP.search(head[:4096]):
        return "html"
    return "json" if head.lstrip()[:1] in (b"{", b"[") and _is_json(head, whole) else "text"


def _is_unicode(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) >= HEAD_BYTES  # a letter cut at the end of the head
    return True


def _is_json(head: bytes, whole: bytes) -> bool:
    if len(whole) > len(head):
        return False  # too large to be sure; it is text all the same
    try:
        json.loads(head)
    except (ValueError, RecursionError):
        return False
    return True
