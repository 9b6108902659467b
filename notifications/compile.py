"""A notice's text, compiled once at approval to constant runs and slots, then filled per person.

The template language never runs per person: what was approved is what is sent, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import css_inline
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from liquid import Environment, StrictUndefined
from liquid.exceptions import LiquidError

from notifications import markup, merge_fields, words

TAGS: Final = frozenset({"if", "unless", "case", "for", "break", "continue", "comment"})
INNER_TAGS: Final = frozenset({"content", "output", "illegal", "#", "literal", "statement"})
FILTERS: Final = frozenset({"join", "default", "first", "last", "upcase", "downcase", "capitalize"})
VALUE_LIMIT: Final = 200  # characters of one person's value
LINE_LIMIT: Final = 990  # bytes; RFC 5322 allows 998
RTL: Final = frozenset({"ar", "fa", "he", "ur"})


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


@dataclass(frozen=True)
class Source:
    """What a text is made from: the words, and the values that are the same for everybody."""

    subject: str
    body: str
    language: str
    constants: Mapping[str, str]  # by path, see merge_fields.CONSTANT


@dataclass(frozen=True)
class Variant:
    """People for whom the text differs in nothing but slots."""

    elements: tuple[str, ...]
    present: frozenset[str]


@dataclass(frozen=True)
class Form:
    """One variant's text: constant runs at even places, names of slots at odd ones."""

    subject: tuple[str, ...]
    text: tuple[str, ...]
    html: tuple[str, ...]


@dataclass(frozen=True)
class Filled:
    """One person's subject and both parts, lines ending in LF."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Compiled:
    """A notice as approved."""

    language: str
    sender: str
    reply_to: str
    boundary: str
    used: frozenset[str]
    forms: Mapping[Variant, Form] = field(default_factory=dict)

    def variant(self, elements: Iterable[str], mask: int) -> Variant:
        """The variant of a person with these exposed elements and this contact mask."""
        return Variant(tuple(sorted(elements)), merge_fields.present_fields(mask) & self.used)

    def as_json(self) -> dict[str, Any]:
        """What is kept with the notice; the same text gives the same JSON but for the boundary."""
        return {
            "format": 1,
            "language": self.language,
            "sender": self.sender,
            "reply_to": self.reply_to,
            "boundary": self.boundary,
            "used": sorted(self.used),
            "variants": [
                {
                    "elements": list(variant.elements),
                    "present": sorted(variant.present),
                    "subject": list(form.subject),
                    "text": list(form.text),
                    "html": list(form.html),
                }
                for variant, form in sorted(
                    self.forms.items(), key=lambda item: (item[0].elements, sorted(item[0].present))
                )
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Compiled:
        forms = {
            Variant(tuple(one["elements"]), frozenset(one["present"])): Form(
                tuple(one["subject"]), tuple(one["text"]), tuple(one["html"])
            )
            for one in kept["variants"]
        }
        return cls(
            kept["language"],
            kept["sender"],
            kept["reply_to"],
            kept["boundary"],
            frozenset(kept["used"]),
            forms,
        )


def digest(kept: Mapping[str, Any]) -> str:
    """SHA-256 of the compiled text as it is kept."""
    canonical = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


# --- checking what the author wrote


def problems(subject: str, body: str) -> list[str]:
    """All that is wrong with a text before anybody's values are looked at, in words."""
    found = []
    if "\n" in subject or "\r" in subject:
        found.append("The subject is one line.")
    for name, text in (("subject", subject), ("text", body)):
        try:
            analysis = SANDBOX.from_string(text).analyze()
        except LiquidError as error:
            found.append(f"The {name} cannot be read: {_plain(error)}.")
            continue
        for path in sorted(_paths(analysis) - merge_fields.PATHS):
            found.append(f"Unknown field {{{{ {path} }}}} in the {name}.")
        found += _bent(text)
    return found


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


def used_fields(subject: str, body: str) -> frozenset[str]:
    """The declared fields that a text holds; a text that cannot be read holds none."""
    found: set[str] = set()
    for text in (subject, body):
        try:
            found |= _paths(SANDBOX.from_string(text).analyze())
        except LiquidError:
            continue
    return frozenset(found & merge_fields.PATHS)


def _paths(analysis: Any) -> set[str]:
    return {
        ".".join(str(part) for part in variable.segments)
        for variables in analysis.globals.values()
        for variable in variables
    }


def _plain(error: Exception) -> str:
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return first.rstrip(".")[:160]


# --- rendering


def render_subject(source: Source, variant: Variant, personal: Mapping[str, str]) -> str:
    """The subject with these values, one line."""
    return " ".join(_liquid(source.subject, _context(source, variant, personal, raw=True)).split())


def render_body(source: Source, variant: Variant, personal: Mapping[str, str]) -> tuple[str, str]:
    """Text and HTML part with these values, which must be escaped for Markdown by the caller."""
    markdown = _liquid(source.body, _context(source, variant, personal, raw=False))
    html = render_to_string(
        "notifications/notice_mail.html",
        {
            "language": source.language,
            "direction": "rtl" if source.language.split("-")[0] in RTL else "ltr",
            "organisation": source.constants.get("organisation.name", ""),
            "body": markup.as_html(markdown),
        },
    )
    return markup.as_text(markdown), css_inline.inline(
        html, keep_style_tags=True, load_remote_stylesheets=False
    )


def _liquid(text: str, context: Mapping[str, object]) -> str:
    try:
        return str(SANDBOX.from_string(text).render(**context))
    except LiquidError as error:
        raise ValidationError(
            "The text cannot be drawn: %(why)s.", code="bad_text", params={"why": _plain(error)}
        ) from error


def _context(
    source: Source, variant: Variant, personal: Mapping[str, str], *, raw: bool
) -> dict[str, dict[str, object]]:
    """The nested dictionaries the template sees: strings and lists of strings, nothing else."""
    labels = [words.element(key, source.language) for key in variant.elements]
    escaped = labels if raw else [markup.literal(label) for label in labels]
    context: dict[str, dict[str, object]] = {
        "party": {
            "elements": escaped,
            "elements_list": words.listed(escaped, source.language),
            "element_keys": list(variant.elements),
        }
    }
    for path, value in source.constants.items():
        group, name = path.split(".")
        # The statement is Markdown of the author's; names and addresses are shown letter by letter.
        written = value if raw or group == "statement" else markup.literal(value)
        context.setdefault(group, {})[name] = written
    for path in merge_fields.PERSONAL:
        group, name = path.split(".")
        context[group][name] = personal.get(path, "") if path in variant.present else ""
    context.setdefault("notice", {})["url"] = personal.get(merge_fields.LINK.path, "")
    return context


# --- compiling

_SLOTS: Final = (*merge_fields.PERSONAL, merge_fields.LINK.path)


def compile_notice(source: Source, *, variants: Iterable[Variant], sender: str, reply_to: str) -> Compiled:
    """Compile for every variant of the segment; refuses a text that cannot be split cleanly."""
    if found := problems(source.subject, source.body):
        raise ValidationError([ValidationError(one, code="bad_text") for one in found])
    used = used_fields(source.subject, source.body) & frozenset(merge_fields.PERSONAL)
    wanted = {Variant(one.elements, one.present & used) for one in variants}
    forms = {one: compile_form(source, one) for one in wanted}
    return Compiled(source.language, sender, reply_to, f"=_{secrets.token_hex(14)}", used, forms)


def compile_form(source: Source, variant: Variant) -> Form:
    """One variant's slots, drawn twice with different sentinels: a filter that bends a slot shows itself."""
    first, second = (_split_form(source, variant, size) for size in (12, 17))
    if first != second:
        raise ValidationError(
            "Fields of a person are put in as they are: no filter, comparison or address around them.",
            code="bent_field",
        )
    return first


def _split_form(source: Source, variant: Variant, size: int) -> Form:
    nonce = "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(size))
    marks = {path: f"{nonce}{place}{nonce}" for place, path in enumerate(_SLOTS)}
    subject = render_subject(source, variant, marks)
    text, html = render_body(source, variant, marks)
    pattern = re.compile(f"{nonce}([0-9]){nonce}")
    for tag in re.findall(r"<[^<>]*>", html):
        if any(_SLOTS[int(number)] in merge_fields.PERSONAL for number in pattern.findall(tag)):
            raise ValidationError("Only {{ notice.url }} may stand in a link's address.", code="bent_field")
    return Form(*(_split(pattern, part) for part in (subject, text, html)))


def _split(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    parts = pattern.split(text)
    return tuple(_SLOTS[int(part)] if place % 2 else part for place, part in enumerate(parts))


# --- filling

# Direction marks of a name could turn round the text that follows it.
_UNSEEN: Final = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def clean(value: str) -> str:
    """A person's value as mails show it: one line, no controls, not endless."""
    if value.isascii() and value.isprintable() and "  " not in value and value == value.strip():
        return value[:VALUE_LIMIT]
    if not value.isascii():
        value = _UNSEEN.sub("", unicodedata.normalize("NFC", value))
    return " ".join(_CONTROL.sub(" ", value).split())[:VALUE_LIMIT]


def fill(form: Form, values: Mapping[str, str]) -> Filled:
    """Put one person's values, already cleaned, into the slots."""
    plain = values
    html = {path: escape(value, quote=path == merge_fields.LINK.path) for path, value in values.items()}
    return Filled(join(form.subject, plain), fold(join(form.text, plain)), fold(join(form.html, html)))


def join(parts: Sequence[str], values: Mapping[str, str]) -> str:
    """Constant runs with the values in their slots."""
    return "".join(values[part] if place % 2 else part for place, part in enumerate(parts))


def fold(text: str) -> str:
    """Break lines that are longer than mail allows, at spaces where there are any."""
    if len(text) <= LINE_LIMIT // 4 or max(map(len, text.split("\n"))) <= LINE_LIMIT // 4:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        while len(line.encode()) > LINE_LIMIT:
            head = line.encode()[:LINE_LIMIT].decode(errors="ignore")
            cut = head.rfind(" ")
            cut = cut if cut > 0 else len(head)
            lines.append(line[:cut])
            line = line[cut:].removeprefix(" ")
        lines.append(line)
    return "\n".join(lines)
