"""Codes that open something without an account: 128 random bits, kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets


def new_code() -> str:
    """22 characters safe in a URL."""
    return secrets.token_urlsafe(16)


def digest(code: str) -> bytes:
    """What is stored. SHA-256 is enough: the code has too many bits to be guessed from it."""
    return hashlib.sha256(code.encode()).digest()
