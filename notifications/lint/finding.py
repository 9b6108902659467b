"""What the check looks at, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from notifications import blocks, merge_fields
from notifications import compile as text
from notifications.compile import Source, Variant
from notifications.sandbox import used_fields
from notifications.segments import Profile


class Place(StrEnum):
    """Where a finding is mended: the field of the form, or another page."""

    SUBJECT = "subject"
    BODY = "body"
    LETTER = "letter"
    SMS = "sms"
    WHAT_HAPPENED = "what_happened"
    CONSEQUENCES = "consequences"
    MEASURES = "measures"
    ADVICE = "advice"
    SEGMENT = "places"
    SERVES = "serves"
    REPLY_TO = "reply_to"
    TEMPLATES = "templates"
    PEOPLE = "people"


@dataclass(frozen=True)
class Finding:
    """One thing the check found: what is wrong, under which rule, what to do, and where."""

    key: str  # stable while the same thing is wrong
    text: str
    todo: str
    place: Place
    blocking: bool = False
    # What a person may let stand with a reason; what would harm everybody or nobody can send is not among it.
    acceptable: bool = True
    rules: tuple[str, ...] = ()  # titles and citations of the rules that ask for it

    @property
    def sentence(self) -> str:
        """As a refusal says it."""
        return f"{self.text} {self.todo}".strip()


@dataclass(frozen=True)
class Served:
    """A duty that the notice serves, as it was stored with the incident."""

    rule_id: str
    place: str
    regime: str
    citation: str
    content: tuple[tuple[str, str], ...]  # tag and label
    forbidden: tuple[tuple[str, str], ...]
    format_rules: tuple[str, ...]

    @property
    def cited(self) -> str:
        return self.regime if self.citation in self.regime else f"{self.regime}, {self.citation}"


@dataclass(frozen=True)
class Reading:
    """How hard the text is to read, by Flesch and Kincaid; for English alone."""

    ease: int
    grade: int
    words: str


@dataclass(frozen=True)
class Checked:
    """All that is looked at."""

    source: Source
    profile: Profile
    served: tuple[Served, ...] = ()
    sender: str = ""
    reply_to: str = ""
    own_hosts: frozenset[str] = frozenset()
    languages: Mapping[str, int] = field(default_factory=dict)  # people of the segment by what they read
    also_in: frozenset[str] = frozenset()  # languages of the incident's other notices
    for_counsel: bool = False  # the template's text was a draft for counsel
    drill: bool = False
    closed: str = ""  # reference of an incident that is closed

    @property
    def english(self) -> bool:
        return self.source.language.partition("-")[0] == "en"

    @cached_property
    def fields(self) -> frozenset[str]:
        """Fields and blocks that the mail and the letter hold, with those of inserted blocks."""
        source = self.source
        own = used_fields(source.subject, source.body, source.letter)
        return own | used_fields(*(block.body for block in source.standing))

    @cached_property
    def drawn(self) -> Mapping[Variant, str]:
        """Subject and text as each kind of person reads them, told apart by the blocks they get."""
        found: dict[tuple[object, ...], str] = {}
        drawn: dict[Variant, str] = {}
        for variant in self.profile.variants() or {Variant((), frozenset())}:
            key = self._blocks_of(variant)
            if key not in found:
                found[key] = text.render_plain(self.source, variant, SAMPLE_VALUES)
            drawn[variant] = found[key]
        return drawn

    def _blocks_of(self, variant: Variant) -> tuple[object, ...]:
        chosen = blocks.chosen(self.source.standing, self.source.names, variant.elements, variant.place)
        return tuple(block.version for found in chosen.values() for block in found)

    def read_in(self, place: str) -> set[str]:
        """The texts that people of a place read; of all where nobody there is told apart."""
        told_apart = blocks.narrowed(place, self.source.places)
        here = {
            said
            for variant, said in self.drawn.items()
            if variant.place == told_apart or variant.place.startswith(f"{place}-")
        }
        return here or set(self.drawn.values())


@dataclass(frozen=True)
class Report:
    """What the check says of one text."""

    findings: tuple[Finding, ...]
    reading: Reading | None  # none: the language is not English, or there is too little text


SAMPLE_VALUES = {path: one.sample for path, one in merge_fields.PERSONAL.items()} | {
    merge_fields.LINK.path: "[page]"
}
