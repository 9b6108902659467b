"""Public ids: random, so that nobody counts our incidents, and easy to read out on the telephone."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U


def new_reference(prefix: str) -> str:
    """Such as `INC-7K3M-Q2XA`: 40 random bits behind the prefix."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


def incident_reference() -> str:
    return new_reference("INC")


def report_reference() -> str:
    return new_reference("REP")
