"""A cell that cannot be read."""

from __future__ import annotations


class BadValue(Exception):
    """A cell that cannot be read; the code says why, never the value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
