"""What a receiver does with a DKIM signature, read from RFC 6376 apart from how the product signs.

The libraries that do this come without a wheel, so they cannot be locked. Relaxed headers and body, RSA and SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def good(mail: bytes, look_up: Callable[[str], bytes]) -> bool:
    """Whether the first signature fits the mail; `look_up` answers for a name of the DNS."""
    head, _, body = mail.partition(b"\r\n\r\n")
    fields = unfolded(head)
    name, value = next(field for field in fields if field[0].lower() == b"dkim-signature")
    tags = tags_of(value)
    if base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()) != tags[b"bh"]:
        return False
    left = [field for field in fields if field != (name, value)]
    said = b""
    for wanted in tags[b"h"].lower().split(b":"):
        for place in range(len(left) - 1, -1, -1):  # from the last upwards, each once
            if left[place][0].lower() == wanted.strip():
                said += relaxed_header(*left.pop(place)) + b"\r\n"
                break
    before, _, _ = value.rpartition(b"b=")
    said += relaxed_header(name, before + b"b=")
    record = tags_of(look_up(f"{tags[b's'].decode()}._domainkey.{tags[b'd'].decode()}."))
    key = serialization.load_der_public_key(base64.b64decode(record[b"p"]))
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(base64.b64decode(tags[b"b"]), said, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def unfolded(head: bytes) -> list[tuple[bytes, bytes]]:
    """Each header with all of its lines."""
    fields: list[list[bytes]] = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            fields[-1][1] += b"\r\n" + line
        else:
            name, _, value = line.partition(b":")
            fields.append([name, value])
    return [(name, value) for name, value in fields]


def tags_of(value: bytes) -> dict[bytes, bytes]:
    parts = (part.partition(b"=") for part in value.split(b";") if part.strip())
    return {name.strip(): b"".join(said.split()) for name, _, said in parts}


def relaxed_header(name: bytes, value: bytes) -> bytes:
    return name.strip().lower() + b":" + b" ".join(value.split())


def relaxed_body(body: bytes) -> bytes:
    lines = body.split(b"\r\n")
    calm = []
    for line in lines:
        first = b" " if line[:1] in (b" ", b"\t") and line.strip() else b""
        calm.append(first + b" ".join(line.split()))
    while calm and not calm[-1]:
        calm.pop()
    return b"".join(line + b"\r\n" for line in calm)
