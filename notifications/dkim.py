"""Signs mails, so that receivers know them for ours: DKIM (RFC 6376) with RSA, the one kind of key all can check.

Header and body in the relaxed form. The signature holds no time: a second try of a mail has the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings

SIGNED: Final = (
    b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references", b"mime-version",
    b"content-type", b"content-transfer-encoding", b"auto-submitted", b"list-help",
)  # fmt: skip
_HEADERS: Final = re.compile(rb"(?m)^([!-9;-~]+):((?:.*\r\n[ \t])*.*)\r\n")
_SPACES: Final = re.compile(rb"[ \t]{2,}|\t")
_LAST_LINES: Final = re.compile(rb"(?:\r\n)*\Z")


class NoKey(Exception):
    """The signing key cannot be used; nothing is sent unsigned instead."""


def key() -> rsa.RSAPrivateKey | None:
    """The key that mails are signed with; None when none is set."""
    return _read(settings.DKIM_KEY_FILE) if settings.DKIM_KEY_FILE else None


@lru_cache(maxsize=2)
def _read(path: str) -> rsa.RSAPrivateKey:
    try:
        found = serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise NoKey("the DKIM key cannot be read: see DKIM_KEY_FILE") from error
    if not isinstance(found, rsa.RSAPrivateKey):
        raise NoKey("the DKIM key is not an RSA key")
    return found


def signed(mail: bytes) -> bytes:
    """The mail with its signature in front; as it is when no key is set."""
    own = key()
    if own is None:
        return mail
    head, _, body = mail.partition(b"\r\n\r\n")
    fields = _HEADERS.findall(head + b"\r\n")
    there = {name.lower() for name, _ in fields}
    # Named once more than it is there: a second From could not be slipped in.
    names = [name for name in SIGNED if name in there] + [b"from"]
    domain = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2].encode("idna")
    value = b" v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=%s;\r\n\th=%s;\r\n\tbh=%s;\r\n\tb=" % (
        domain,
        settings.DKIM_SELECTOR.encode(),
        b":".join(names),
        base64.b64encode(hashlib.sha256(relaxed(body)).digest()),
    )
    by_name = {name.lower(): value for name, value in reversed(fields)}
    said = b"".join(_line(name, by_name[name]) for name in names[:-1])
    said += _line(b"dkim-signature", value).removesuffix(b"\r\n")
    signature = base64.b64encode(own.sign(said, padding.PKCS1v15(), hashes.SHA256()))
    folded = b"\r\n\t".join(signature[start : start + 72] for start in range(0, len(signature), 72))
    return b"DKIM-Signature:" + value + folded + b"\r\n" + mail


def relaxed(body: bytes) -> bytes:
    """A body without the spaces and empty last lines that ways of mail change (RFC 6376 3.4.4)."""
    body = _SPACES.sub(b" ", body).replace(b" \r\n", b"\r\n")
    body = _LAST_LINES.sub(b"", body.removesuffix(b" "))
    return body + b"\r\n" if body else b""


def _line(name: bytes, value: bytes) -> bytes:
    return name + b":" + _SPACES.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ") + b"\r\n"
