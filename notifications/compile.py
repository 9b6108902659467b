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
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import Any, Final

import css_inline
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from notifications import blocks as shared
from notifications import markup, merge_fields, words
from notifications.blocks import Block
from notifications.sandbox import drawn, problems, used_fields

VALUE_LIMIT: Final = 200  # characters of one person's value
LINE_LIMIT: Final = 990  # bytes; RFC 5322 allows 998


@dataclass(frozen=True)
class Source:
    """What a text is made from: the words, and the values that are the same for everybody."""

    subject: str
    body: str
    language: str
    constants: Mapping[str, str]  # by path, see merge_fields.CONSTANT
    letter: str = ""  # empty: a letter has the words of the body
    sms: str = ""
    blocks: tuple[Block, ...] = ()  # in the order in which they stand

    @cached_property
    def names(self) -> frozenset[str]:
        """Shared blocks that the words insert."""
        return shared.inserted(used_fields(self.body, self.letter))

    @cached_property
    def standing(self) -> tuple[Block, ...]:
        """Those blocks that somebody may get."""
        names = self.names
        return tuple(block for block in self.blocks if block.name in names)

    @property
    def places(self) -> frozenset[str]:
        """Places that those blocks tell apart."""
        return frozenset().union(*(block.places for block in self.standing))

    @cached_property
    def used(self) -> frozenset[str]:
        """Fields of a person that stand in the words or in what they insert."""
        texts = (self.subject, self.body, self.letter, self.sms, *(block.body for block in self.standing))
        return used_fields(*texts) & frozenset(merge_fields.PERSONAL)


@dataclass(frozen=True)
class Variant:
    """People for whom the text differs in nothing but slots."""

    elements: tuple[str, ...]
    present: frozenset[str]
    place: str = ""  # as far as shared blocks tell places apart


@dataclass(frozen=True)
class Form:
    """One variant's text: constant runs at even places, names of slots at odd ones."""

    subject: tuple[str, ...]
    text: tuple[str, ...]
    html: tuple[str, ...]
    letter: tuple[str, ...] = ()  # HTML of the letter's body alone, links written out
    sms: tuple[str, ...] = ()


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
    places: frozenset[str] = frozenset()  # that shared blocks tell apart
    blocks: tuple[int, ...] = ()  # versions of shared blocks that went in

    def variant(self, elements: Iterable[str], mask: int, place: str = "") -> Variant:
        """The variant of a person with these exposed elements, this contact mask and this place."""
        return self.narrow(Variant(tuple(sorted(elements)), merge_fields.present_fields(mask), place))

    def narrow(self, variant: Variant) -> Variant:
        """The same, told apart no finer than this text needs."""
        return Variant(
            variant.elements, variant.present & self.used, shared.narrowed(variant.place, self.places)
        )

    def as_json(self) -> dict[str, Any]:
        """What is kept with the notice; the same text gives the same JSON but for the boundary."""
        return {
            "format": 2,
            "language": self.language,
            "sender": self.sender,
            "reply_to": self.reply_to,
            "boundary": self.boundary,
            "used": sorted(self.used),
            "places": sorted(self.places),
            "blocks": list(self.blocks),
            "variants": [
                {
                    "elements": list(variant.elements),
                    "present": sorted(variant.present),
                    "place": variant.place,
                    **{part: list(getattr(form, part)) for part in PARTS},
                }
                for variant, form in sorted(self.forms.items(), key=_order)
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Compiled:
        forms = {
            Variant(tuple(one["elements"]), frozenset(one["present"]), one.get("place", "")): Form(
                *(tuple(one.get(part, ())) for part in PARTS)
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
            frozenset(kept.get("places", ())),
            tuple(kept.get("blocks", ())),
        )


PARTS: Final = ("subject", "text", "html", "letter", "sms")


def _order(item: tuple[Variant, Form]) -> tuple[tuple[str, ...], list[str], str]:
    variant = item[0]
    return variant.elements, sorted(variant.present), variant.place


def digest(kept: Mapping[str, Any]) -> str:
    """SHA-256 of the compiled text as it is kept."""
    canonical = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


# --- rendering


def render_subject(source: Source, variant: Variant, personal: Mapping[str, str]) -> str:
    """The subject with these values, one line."""
    return " ".join(drawn(source.subject, _context(source, variant, personal, raw=True)).split())


def render_body(source: Source, variant: Variant, personal: Mapping[str, str]) -> tuple[str, str]:
    """Text and HTML part with these values, which must be escaped for Markdown by the caller."""
    markdown = drawn(source.body, _context(source, variant, personal, raw=False))
    html = render_to_string(
        "notifications/notice_mail.html",
        {
            "language": source.language,
            "direction": words.direction(source.language),
            "organisation": source.constants.get("organisation.name", ""),
            "body": markup.as_html(markdown),
        },
    )
    return markup.as_text(markdown), css_inline.inline(
        html, keep_style_tags=True, load_remote_stylesheets=False
    )


def render_plain(source: Source, variant: Variant, personal: Mapping[str, str]) -> str:
    """Subject and text alone, to be searched: without the mail's HTML it costs little."""
    body = markup.as_text(drawn(source.body, _context(source, variant, personal, raw=False)))
    return f"{render_subject(source, variant, personal)}\n\n{body}"


def render_letter(source: Source, variant: Variant, personal: Mapping[str, str]) -> str:
    """The HTML of the letter's body with these values, escaped for Markdown by the caller."""
    words_of_it = source.letter or source.body
    return markup.as_letter(drawn(words_of_it, _context(source, variant, personal, raw=False)))


def render_sms(source: Source, variant: Variant, personal: Mapping[str, str]) -> str:
    """The text message with these values, one line."""
    return " ".join(drawn(source.sms, _context(source, variant, personal, raw=True)).split())


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
    if not raw:
        context["block"] = _inserts(source, variant, context)
    return context


def _inserts(source: Source, variant: Variant, context: Mapping[str, object]) -> dict[str, object]:
    """What this person's blocks say, by name; they see the same fields, and no blocks of their own."""
    mine = shared.chosen(source.blocks, source.names, variant.elements, variant.place)
    return {
        name: _joined(drawn(one.body, context).strip() for one in found if one.body)
        for name, found in mine.items()
    }


def _joined(pieces: Iterable[str]) -> str:
    """Blocks one below the other; points of a list stay one list."""
    text = ""
    for piece in pieces:
        close = text.rpartition("\n")[2].startswith("- ") and piece.startswith("- ")
        text += (("\n" if close else "\n\n") if text else "") + piece
    return text


# --- compiling

_SLOTS: Final = (*merge_fields.PERSONAL, merge_fields.LINK.path)


def compile_notice(source: Source, *, variants: Iterable[Variant], sender: str, reply_to: str) -> Compiled:
    """Compile for every variant of the segment; refuses a text that cannot be split cleanly."""
    if found := faults(source):
        raise ValidationError([ValidationError(one, code="bad_text") for one in found])
    empty = Compiled(
        source.language,
        sender,
        reply_to,
        f"=_{secrets.token_hex(14)}",
        source.used,
        places=source.places,
        blocks=tuple(sorted(block.version for block in source.standing if block.version)),
    )
    wanted = {empty.narrow(one) for one in variants}
    return replace(empty, forms={one: compile_form(source, one) for one in wanted})


def faults(source: Source) -> list[str]:
    """All that is wrong with the words and with what they insert."""
    names = {block.name for block in source.blocks}
    found = problems(source.subject, source.body, letter=source.letter, sms=source.sms, blocks=names)
    return found + [one for block in source.standing for one in problems("", block.body)]


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
    letter = render_letter(source, variant, marks)
    sms = render_sms(source, variant, marks)
    pattern = re.compile(f"{nonce}([0-9]){nonce}")
    for tag in re.findall(r"<[^<>]*>", html + letter):
        if any(_SLOTS[int(number)] in merge_fields.PERSONAL for number in pattern.findall(tag)):
            raise ValidationError("Only {{ notice.url }} may stand in a link's address.", code="bent_field")
    return Form(*(_split(pattern, part) for part in (subject, text, html, letter, sms)))


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


def fill_letter(form: Form, values: Mapping[str, str]) -> str:
    """The HTML of one person's letter; a notice approved before there were letters has none."""
    return join(form.letter, {path: markup.escaped(value) for path, value in values.items()})


def fill_sms(form: Form, values: Mapping[str, str]) -> str:
    """One person's text message, empty where the notice has none."""
    return " ".join(join(form.sms, values).split())


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
