"""Sealing under the organisation's keys: AES-256-GCM, newest key first, the key's id in front of the blob."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class CannotUnseal(Exception):
    """The blob is damaged, belongs elsewhere, or its key is not in SEALING_KEYS. Trying again does not help."""


def newest_key_id() -> str:
    return str(settings.SEALING_KEYS[0][0])


def key_id(blob: bytes | memoryview) -> str:
    """Which of SEALING_KEYS sealed this."""
    blob = bytes(blob)
    return blob[1 : 1 + blob[0]].decode("ascii", "replace") if blob else ""


def seal(plain: bytes, *, context: bytes) -> bytes:
    """Seal under the newest key; `context` (table and row) binds the blob to its place."""
    key_id, key = settings.SEALING_KEYS[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    head = len(key_id).to_bytes(1, "big") + key_id.encode()
    return head + nonce + AESGCM(key).encrypt(nonce, plain, head + context)


def unseal(blob: bytes | memoryview, *, context: bytes) -> bytes:
    """Open what `seal` made, with whichever key sealed it."""
    blob = bytes(blob)
    size = 1 + (blob[0] if blob else 0)
    head, nonce, sealed = blob[:size], blob[size : size + NONCE_BYTES], blob[size + NONCE_BYTES :]
    key = dict(settings.SEALING_KEYS).get(head[1:].decode("ascii", "replace"))
    if key is None:
        raise CannotUnseal("the key that sealed this is not in SEALING_KEYS")
    try:
        return AESGCM(key).decrypt(nonce, sealed, head + context)
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal("the sealed value is damaged or belongs elsewhere") from error
