"""Fields of text that several forms share."""

from __future__ import annotations

from typing import Any

from django import forms

MOST_WORDS = 20_000
MOST_REASON = 5_000


class LongText(forms.CharField):
    """Several lines of text, kept as they were written."""

    def __init__(self, *, rows: int = 4, max_length: int = MOST_REASON, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)


def reason_field(label: str = "Why", hint: str = "Kept in the record with your name.") -> LongText:
    return LongText(label=label, help_text=hint, rows=3)


class ReasonForm(forms.Form):
    """An act that asks for nothing but its reason."""

    reason = reason_field()


class NoQuestionForm(forms.Form):
    """An act that asks for nothing."""
