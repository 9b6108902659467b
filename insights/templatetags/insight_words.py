"""How statuses are told on the pages that read across apps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django import template

from insights.queries.saved import hours_words
from insights.queries.tongues import language_words
from law.vocabulary import RECIPIENT_KINDS

register = template.Library()

NOTICE_TONES: Final = {
    "draft": "idle",
    "in_review": "warn",
    "approved": "info",
    "sending": "info",
    "paused": "warn",
    "finished": "ok",
    "withdrawn": "idle",
}


@register.filter
def notice_tone(status: str) -> str:
    return NOTICE_TONES.get(status, "idle")


@register.filter
def after_awareness(hours: float | None) -> str:
    """A time after awareness: "72 h", "30 days"."""
    return hours_words(hours)


@register.filter
def read_in(codes: Iterable[str]) -> str:
    """Languages in a row: "French, German"."""
    return ", ".join(sorted(language_words(code) for code in codes))


@register.filter
def recipient_kind(kind: str) -> str:
    return RECIPIENT_KINDS.get(kind, kind)
