"""What a run's letters are drawn from, as it was kept when it began."""

from __future__ import annotations

from typing import Any

from notifications import compile as text
from notifications.letters.form import Frame
from notifications.models import LetterRun


def kept_of(run: LetterRun) -> tuple[Frame, text.Compiled]:
    kept: dict[str, Any] = run.compiled
    frame = {**kept["frame"], "contact": tuple(kept["frame"]["contact"])}
    return Frame(**frame), text.Compiled.from_json(kept["text"])
