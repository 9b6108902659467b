"""The language of texts: Liquid with few tags and filters, declared fields, and an end to everything."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import ValidationError
from liquid import BoundTemplate, Environment, StrictUndefined
from liquid.exceptions import LiquidError

from notifications import merge_fields
from notifications.blocks import PREFIX

TAGS: Final = frozenset({"if", "unless", "case", "for", "break", "continue", "comment"})
INNER_TAGS: Final = frozenset({"content", "output", "illegal", "#", "literal", "statement"})
FILTERS: Final = frozenset({"join", "default", "first", "last", "upcase", "downcase", "capitalize"})


class Sandbox(Environment):
    """Liquid with few tags and filters, no loader, and an end to everything."""

    context_depth_limit = 8
    loop_iteration_limit = 2_000
    local_namespace_limit = 20_000
    output_stream_limit = 200_000


def _sandbox() -> Sandbox:
    sandbox = Sandbox(undefined=StrictUndefined, strict_filters=True, autoescape=False)
    for name in list(sandbox.tags):
        if name not in TAGS | INNER_TAGS:
            del sandbox.tags[name]
    for name in list(sandbox.filters):
        if name not in FILTERS:
            del sandbox.filters[name]
    return sandbox


SANDBOX: Final = _sandbox()


def problems(
    subject: str, body: str, *, letter: str = "", sms: str = "", blocks: Collection[str] = ()
) -> list[str]:
    """All that is wrong with a text before anybody's values are looked at, in words.

    `blocks` are the names of shared blocks there are; they stand in the text and the letter alone.
    """
    found = []
    if "\n" in subject or "\r" in subject:
        found.append("The subject is one line.")
    own = merge_fields.PATHS
    whole = own | {PREFIX + name for name in blocks}
    parts = (
        ("subject", subject, own),
        ("text", body, whole),
        ("letter", letter, whole),
        ("text message", sms, own),
    )
    for name, text, known in parts:
        try:
            analysis = SANDBOX.from_string(text).analyze()
        except LiquidError as error:
            found.append(f"The {name} cannot be read: {_plain(error)}.")
            continue
        for path in sorted(_paths(analysis) - known):
            found.append(f"Unknown {_kind(path)} {{{{ {path} }}}} in the {name}.")
        found += _bent(text)
    return found


def _kind(path: str) -> str:
    return "shared block" if path.startswith(PREFIX) else "field"


_FIELD: Final = r"(" + "|".join(re.escape(path) for path in merge_fields.PERSONAL) + r")"
_FILTERED: Final = re.compile(r"{{-?\s*" + _FIELD + r"\s*\|(?!\s*default\b)")
_COMPARED: Final = re.compile(
    r"{%[^%]*\b" + _FIELD + r"""\s*(?:contains|<|>|[!=]=(?!\s*(?:""|''|blank|empty)))"""
)


def _bent(text: str) -> list[str]:
    """Fields of a person are slots: what is done to them here would be done to a placeholder."""
    found = [
        f"{{{{ {path} }}}} is put in as it is: no filter but default." for path in _FILTERED.findall(text)
    ]
    return found + [
        f"{{{{ {path} }}}} can only be compared with an empty text." for path in _COMPARED.findall(text)
    ]


def used_fields(*texts: str) -> frozenset[str]:
    """The declared fields and shared blocks that texts hold; a text that cannot be read holds none."""
    found: set[str] = set()
    for text in texts:
        try:
            found |= _paths(SANDBOX.from_string(text).analyze())
        except LiquidError:
            continue
    return frozenset(path for path in found if path in merge_fields.PATHS or path.startswith(PREFIX))


def _paths(analysis: Any) -> set[str]:
    return {
        ".".join(str(part) for part in variable.segments)
        for variables in analysis.globals.values()
        for variable in variables
    }


def drawn(text: str, context: Mapping[str, object]) -> str:
    """A text with these values; refused in words where it cannot be drawn."""
    try:
        return str(_read(text).render(**context))
    except LiquidError as error:
        raise ValidationError(
            "The text cannot be drawn: %(why)s.", code="bad_text", params={"why": _plain(error)}
        ) from error


@lru_cache(maxsize=64)
def _read(text: str) -> BoundTemplate:
    """Read once: a text is drawn for each kind of person."""
    return SANDBOX.from_string(text)


def _plain(error: Exception) -> str:
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return first.rstrip(".")[:160]
