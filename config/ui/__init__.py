"""Template tags and filters of every page; registered as builtins, described in `docs/design.md`."""

from __future__ import annotations

from config.ui import addresses, bars, chips, deadline_rows, forms, incident_rows, item_parts, times, words
from config.ui.library import register

__all__ = [
    "addresses",
    "bars",
    "chips",
    "deadline_rows",
    "forms",
    "incident_rows",
    "item_parts",
    "register",
    "times",
    "words",
]
