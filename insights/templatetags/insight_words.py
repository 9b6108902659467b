"""How times and statuses are told on the pages that read across apps."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format

register = template.Library()

FORMATS: Final = {"hour": "D j M Y, G \\h", "day": "D j M Y", "month": "F Y", "year": "Y"}
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
def as_known(time: Any) -> str:
    """An instant no more exactly than it is known: "April 2012"."""
    local = time.at.astimezone(ZoneInfo(time.zone or "UTC"))
    return str(date_format(local, FORMATS.get(time.precision, "D j M Y H:i")))


@register.filter
def notice_tone(status: str) -> str:
    return NOTICE_TONES.get(status, "idle")
