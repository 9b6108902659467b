"""Chips and icons: a word, a shape and a colour, so that none of them has to carry the meaning alone."""

from __future__ import annotations

import functools
from typing import Final

import lucide
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from config.ui.library import drawn, escaped, register

TRIANGLE: Final = "M6 .5l5.800 10.500H.2z"
DIAMOND: Final = "M6 0l6 6-6 6-6-6z"
SQUARE: Final = "M1 1h10v10H1z"
CIRCLE: Final = "M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10z"
RING: Final = "M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10zm0 2a3 3 0 1 0 0 6a3 3 0 1 0 0-6z"
HALF: Final = "M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10zm0 2v6a3 3 0 1 0 0-6z"
TICK: Final = "M4.500 10.500L0 6l1.800-1.800 2.700 2.700L10.200 1.500 12 3.300z"
BANG: Final = "M4.800 0h2.400l-.4 7.500H5.200zM4.800 9h2.400v2.400H4.800z"

LEVELS: Final = {
    "very_high": ("Very high", "very-high", TRIANGLE),
    "high": ("High", "high", DIAMOND),
    "medium": ("Medium", "medium", SQUARE),
    "low": ("Low", "low", CIRCLE),
    "none": ("Not assessed", "none", RING),
}
TONES: Final = {"ok": TICK, "warn": TRIANGLE, "bad": BANG, "info": HALF, "idle": RING}


@register.simple_tag
def severity(level: object = None, label: str = "") -> SafeString:
    """The chip of a severity level; nothing given reads "Not assessed"."""
    word, name, shape = LEVELS[str(level or "none")]
    return drawn(f'<span class="chip sev sev-{name}">{_mark(shape)}{escaped(label or word)}</span>')


@register.simple_tag
def state(text: object, tone: str = "idle") -> SafeString:
    """The chip of a state, in one of five tones that each have a mark of their own."""
    return drawn(f'<span class="chip tone-{tone}">{_mark(TONES[tone])}{escaped(text)}</span>')


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """A lucide icon: decoration unless it has a label."""
    return _drawn_icon(str(name) + "", size, str(label) + "")


@functools.lru_cache(maxsize=256)
def _drawn_icon(name: str, size: int, label: str) -> SafeString:
    attributes = {"class": "icon", "stroke_width": "1.75"}
    attributes |= {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    # Drawn by ElementTree, which escapes what it is given.
    return mark_safe(lucide._render_icon(name, size, **attributes))  # noqa: S308


@functools.cache
def _mark(shape: str) -> SafeString:
    return format_html('<svg viewBox="0 0 12 12" aria-hidden="true"><path d="{}"/></svg>', shape)
