"""Passwords that are guessed first, told without asking anybody: common ones in disguise, and ones known from breaches."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from accounts.models import Organisation

DISGUISE: Final = str.maketrans("@4310$5!7", "aaeiossit")
AROUND: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
RUNS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "01234567890",
)
LONGEST_BASE: Final = 20
LINE: Final = 80  # more than a line of the file holds


class PredictablePasswordValidator:
    """Refuse a common password, a keyboard run or our own name with digits and signs around it, or said twice."""

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        bases = {
            found
            for word in (password.lower(), password.lower().translate(DISGUISE))
            for found in _bases(word)
        }
        ours = {word for word in re.split(r"\W+", Organisation.current().name.lower()) if len(word) > 3}
        if any(not base or base in self.common or base in ours or _is_run(base) for base in bases):
            raise ValidationError(
                "This is a common word or row of keys with something around it, and guessed early. "
                "Take three or four words that have nothing to do with each other.",
                code="password_predictable",
            )

    def get_help_text(self) -> str:
        return "Three or four words that have nothing to do with each other make a good password."


def _bases(password: str) -> set[str]:
    """What is left without digits and signs around it; of something said again and again, once."""
    base = AROUND.sub("", password)
    found = {base}
    for size in range(1, len(base) // 2 + 1):
        times, rest = divmod(len(base), size)
        if not rest and base == base[:size] * times:
            found.add(AROUND.sub("", base[:size]))
    return found


def _is_run(base: str) -> bool:
    return len(base) <= LONGEST_BASE and any(base in run or base in run[::-1] for run in RUNS)


class BreachedPasswordValidator:
    """Refuse what stands in a file of SHA-1 hashes of breached passwords, in order, one a line; without one, nothing.

    The file of "Have I Been Pwned" has that form (`HASH:count`); it is read here, and asks nobody.
    """

    def __init__(self, path: str = "") -> None:
        self.path = path

    def validate(self, password: str, user: Any = None) -> None:
        # The hash is the file's, to look up with: nothing is kept under it.
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        if self.path and holds(Path(self.path), digest.encode()):
            raise ValidationError(
                "This password became public in a breach somewhere, and is tried first. Choose another.",
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return ""


def holds(path: Path, digest: bytes) -> bool:
    """Whether a line of a sorted file begins so: looked up by halves, so that its size does not matter."""
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            file.seek(max(middle - 1, 0))
            if middle:
                file.readline(LINE)  # to the start of the next line
            line = file.readline(LINE)
            if line[: len(digest)].upper() == digest:
                return True
            if line and line[: len(digest)].upper() < digest:
                low = middle + 1
            else:
                high = middle
    return False
