"""Figures, identifiers, names and empty places."""

from __future__ import annotations

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

from config.ui import chips
from config.ui.library import drawn, escaped, register

DOT = "•"


@register.simple_tag
def nothing(text: str = "Unknown yet") -> SafeString:
    """What stands where a value is not known: never an empty cell."""
    return format_html('<span class="nothing">{}</span>', text)


@register.simple_tag
def number(value: int | None) -> SafeString:
    """A figure grouped by thousands."""
    return nothing("unknown") if value is None else drawn(f'<span class="num">{figure(value)}</span>')


def figure(value: int | None) -> str:
    """A whole number grouped by thousands, or "unknown"."""
    return "unknown" if value is None else f"{value:,.0f}"


@register.simple_tag
def mono(text: object, copy: bool = False, short: int = 0) -> SafeString:
    """What identifies something, in fixed pitch, with a copy button where scripts run."""
    full = "" if text is None else str(text)
    cut = 5 < short < len(full)
    shown = escaped(f"{full[: short - 5]}…{full[-4:]}" if cut else full)
    title = f' title="{escaped(full)}"' if cut else ""
    button = ""
    if copy:
        button = (
            f'<button class="copy" type="button" data-copy="{escaped(full)}" aria-label="Copy {escaped(full)}" hidden>'
            f"{chips.icon('copy', 14)}</button>"
        )
    return drawn(f'<span class="mono"{title}>{shown}</span>{button}')


@register.simple_tag
def empty(
    title: str, text: str = "", action_url: str = "", action_label: str = "", icon: str = "inbox"
) -> SafeString:
    """What a page says when there is nothing to show yet, and what to do about it."""
    context = {
        "title": title,
        "text": text,
        "action_url": action_url,
        "action_label": action_label,
        "icon_name": icon,
    }
    return render_to_string("components/empty.html", context)


@register.simple_block_tag(end_name="endpage_header")
def page_header(
    content: str,
    title: str,
    lede: str = "",
    crumbs: list[tuple[str, str]] | None = None,
    back_url: str = "",
    back_label: str = "",
    reference: str = "",
) -> SafeString:
    """The head of a page: way back, one h1, actions at the end of the line."""
    trail = crumbs or ([(back_label, back_url)] if back_url else [])
    context = {
        "title": title,
        "lede": lede,
        "crumbs": trail,
        "reference": reference,
        "actions": content,
    }
    return render_to_string("components/page_header.html", context)


@register.filter
def masked(text: object) -> str:
    """Contact details as far as they may be seen without a reason: "m…@example.org", "•••• 42"."""
    value = "" if text is None else str(text).strip()
    name, at, domain = value.rpartition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    if sum(character.isdigit() for character in value) >= 6:
        return f"{DOT * 4} {value[-2:]}"
    return " ".join(f"{word[0]}{DOT * 3}" for word in value.split())


@register.filter
def language_name(code: object) -> str:
    """A language by its name: "French" for "fr"; a code nobody knows stays as it is."""
    try:
        return str(get_language_info(str(code).lower())["name"])
    except KeyError:
        return str(code)


@register.filter
def language_names(codes: Iterable[object]) -> str:
    """Languages in a row: "French, German"."""
    return ", ".join(sorted(language_name(code) for code in codes))


@register.filter
def initials(name: object) -> str:
    """One or two letters that stand for a person."""
    words = str(name or "").split("@")[0].replace(".", " ").split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()
