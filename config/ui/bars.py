"""Bars drawn as SVG with plain attributes: they need neither script nor inline style."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from config.ui.library import drawn, register
from config.ui.words import figure


class Part(NamedTuple):
    """One kind of fate in the coverage bar, with the pattern that tells it apart in grey."""

    key: str
    label: str
    pattern: SafeString


SOLID: Final = mark_safe("")
HATCH: Final = mark_safe('<path d="M-1 1l2-2M0 6l6-6M5 7l2-2" stroke="currentColor" stroke-width="2.2"/>')
DOTS: Final = mark_safe('<circle cx="3" cy="3" r="1.3" fill="currentColor"/>')
BARS: Final = mark_safe('<path d="M1.500 0v6" stroke="currentColor" stroke-width="1"/>')
PARTS: Final = (
    Part("notified", "Notified", SOLID),
    Part("unreachable", "Unreachable", HATCH),
    Part("exempt", "Exempt", DOTS),
    Part("waiting", "Waiting", BARS),
)


def fuse(used: float) -> SafeString:
    """A thin bar filled to a share between 0 and 1."""
    return drawn(
        f'<svg class="fuse" aria-hidden="true"><rect width="{used * 100:.1f}%" height="100%"/></svg>'
    )


@register.simple_tag
def meter(value: int | None, total: int | None, label: str = "", tone: str = "") -> SafeString:
    """How much of a whole is done, as a bar and in figures."""
    share = value / total if value and total else 0.0
    words = f"{figure(value)} of {figure(total)}" + (f" ({100 * share:.0f} %)" if total else "")
    return format_html(
        '<div class="meter {}"><span class="meter-words"><span>{}</span><b>{}</b></span>{}</div>',
        tone, label, words, fuse(min(share, 1.0)),
    )  # fmt: skip


@register.simple_tag
def coverage(notified: int, unreachable: int, exempt: int, waiting: int) -> SafeString:
    """Who has been told: four parts that add up to everybody affected, as a bar with patterns and as figures."""
    counts = dict(zip((part.key for part in PARTS), (notified, unreachable, exempt, waiting), strict=True))
    total = sum(counts.values())
    return format_html(
        '<figure class="coverage"><svg class="bar-svg" aria-hidden="true">{}{}</svg><dl>{}'
        '<div><dt>= Affected</dt><dd>{}</dd></div></dl></figure>',
        _patterns(), _segments(counts, total), _legend(counts, total), figure(total),
    )  # fmt: skip


def _patterns() -> SafeString:
    return format_html_join(
        "",
        '<pattern id="fate-{}" class="{}" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect class="paper" width="6" height="6"/>{}</pattern>',
        ((part.key, part.key, part.pattern) for part in PARTS if part.pattern),
    )


def _segments(counts: dict[str, int], total: int) -> SafeString:
    start, rows = 0.0, []
    for part in PARTS:
        share = 100 * counts[part.key] / total if total else 0.0
        if share:
            rows.append((part.key, f"{start:.3f}", f"{share:.3f}", _fill(part)))
        start += share
    return format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="100%" fill="{}"/>', rows)


def _legend(counts: dict[str, int], total: int) -> SafeString:
    rows = (
        (part.key, _fill(part), part.label, figure(counts[part.key]), _share(counts[part.key], total))
        for part in PARTS
    )
    return format_html_join(
        "",
        '<div><dt><svg class="key-{}" aria-hidden="true"><rect width="100%" height="100%" fill="{}"/></svg>{}</dt>'
        "<dd>{}{}</dd></div>",
        rows,
    )


def _share(count: int, total: int) -> SafeString:
    if not total:
        return mark_safe("")
    percent = 100 * count / total
    words = "<1 %" if 0 < percent < 1 else ">99 %" if 99 < percent < 100 else f"{percent:.0f} %"
    return format_html(" <small>{}</small>", words)


def _fill(part: Part) -> str:
    return f"url(#fate-{part.key})" if part.pattern else "currentColor"
