"""Whose mail came back: 32 letters in Message-ID and return path that only we can read or make.

One block of AES over the notice's and the party's number. They tell nobody outside who a mail went to or how many there
are, need no index to be found by, and what did not come from us names no delivery.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

from notifications.models import Delivery, Notice

LENGTH: Final = 32
TOKEN: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", re.IGNORECASE)
MOST_LOOKED_UP: Final = 20


@lru_cache(maxsize=4)
def _cipher(secret: str) -> Cipher[modes.ECB]:
    key = hmac.digest(secret.encode(), b"notifications.tracing", "sha256")[:16]
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - one block, never the same twice


class Tokens:
    """Makes tokens; one a thread."""

    def __init__(self) -> None:
        self._encryptor = _cipher(settings.SECRET_KEY).encryptor()

    def of(self, notice_id: int, party_id: int) -> str:
        return self._encryptor.update(notice_id.to_bytes(8, "big") + party_id.to_bytes(8, "big")).hex()


def _read(token: str) -> tuple[int, int]:
    plain = _cipher(settings.SECRET_KEY).decryptor().update(bytes.fromhex(token))
    return int.from_bytes(plain[:8], "big"), int.from_bytes(plain[8:], "big")


def return_path(message_id: str) -> str:
    """The envelope sender that a bounce of this mail comes back to."""
    local, _, domain = str(settings.BOUNCE_ADDRESS).rpartition("@")
    return f"{local}+{message_id[:LENGTH]}@{domain}"


def tokens_in(text: str) -> list[str]:
    """What could be tokens, in their order."""
    return list(dict.fromkeys(found.lower() for found in TOKEN.findall(text)))


def delivery_of(tokens: Iterable[str]) -> Delivery | None:
    """The delivery that the first true token names."""
    for token in list(tokens)[:MOST_LOOKED_UP]:
        notice_id, party_id = _read(token)
        if max(notice_id, party_id) >= 1 << 63:
            continue
        notice = Notice.objects.filter(pk=notice_id).values_list("incident__roster", flat=True).first()
        if notice is None:
            continue
        found = Delivery.objects.filter(
            roster_id=notice, party_id=party_id, notice_id=notice_id, message_id__startswith=token
        ).first()
        if found is not None:
            return found
    return None
