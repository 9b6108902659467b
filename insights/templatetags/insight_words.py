"""How statuses are told on the pages that read across apps."""

from __future__ import annotations

from typing import Final

from django import template

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
