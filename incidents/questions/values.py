"""Answers to questions of our own in the form in which they are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from incidents.questions import Question

MOST_TEXT: Final = 2_000
MOST_NUMBER: Final = 2_000_000_000


def kept(question: Question, value: Any, *, now: datetime) -> Any:
    """The value as it is kept: an instant in UTC as ISO 8601, all else as JSON has it; refuses what does not fit."""
    if question.type == "bool" and isinstance(value, bool):
        return value
    number = isinstance(value, int) and not isinstance(value, bool)
    if question.type == "int" and number and 0 <= value <= MOST_NUMBER:
        return value
    if question.type == "enum" and isinstance(value, str) and value in question.words:
        return value
    if question.type == "text" and isinstance(value, str):
        return _text(question, value)
    if question.type == "instant" and isinstance(value, str | datetime):
        return _instant(question, value, now)
    expected = {
        "bool": "yes or no",
        "int": "a number from 0",
        "enum": f"one of {', '.join(question.words)}",
        "text": "text",
        "instant": "an instant with its zone, such as 2026-11-20T12:00:00Z",
    }[question.type]
    raise ValidationError(
        "%(label)s: give %(expected)s.",
        code="bad_value",
        params={"label": question.label, "expected": expected},
    )


def read_instant(value: Any) -> datetime | None:
    """The instant that is kept in an answer."""
    found = parse_datetime(value) if isinstance(value, str) else None
    return None if found is None or is_naive(found) else found


def _text(question: Question, value: str) -> str:
    if "\x00" in value or len(value) > MOST_TEXT:
        raise ValidationError(
            "%(label)s: give plain text of at most %(most)s characters.",
            code="bad_value",
            params={"label": question.label, "most": MOST_TEXT},
        )
    return value.strip()


def _instant(question: Question, value: str | datetime, now: datetime) -> str:
    try:
        at = value if isinstance(value, datetime) else read_instant(value)
    except ValueError:
        at = None
    if at is None or is_naive(at):
        raise ValidationError(
            "%(label)s: give an instant with its zone, such as 2026-11-20T12:00:00Z.",
            code="bad_value",
            params={"label": question.label},
        )
    if at > now:
        raise ValidationError(
            "%(label)s: this lies in the future.", code="future_time", params={"label": question.label}
        )
    if at.year < 1970:
        raise ValidationError(
            "%(label)s: that is too long ago to be right.", code="past_time", params={"label": question.label}
        )
    return at.astimezone(UTC).isoformat()
