"""The approved words of a notice as blocks of a letter: what is the same for many, and where a person's words stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from notifications import merge_fields

BLOCKS: Final = {
    "p": "p",
    "h1": "h",
    "h2": "h",
    "h3": "h",
    "h4": "h",
    "li": "li",
    "blockquote": "p",
    "pre": "p",
}
STYLED: Final = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "code": "code"}
SLOT: Final = "\x00"


@dataclass(frozen=True)
class Run:
    """Some text in one style; `slot` names the field that stands there instead."""

    text: str
    style: str = "regular"
    slot: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or point of a list."""

    kind: str
    runs: tuple[Run, ...]
    bullet: str = ""
    depth: int = 0

    @property
    def personal(self) -> bool:
        return any(run.slot for run in self.runs)

    def filled(self, values: Mapping[str, str]) -> tuple[Run, ...]:
        return tuple(Run(values[run.slot], run.style) if run.slot else run for run in self.runs)


@dataclass
class _Reader(HTMLParser):
    """Reads the HTML that Markdown became; its own classes are the mail's frame, which a letter has not."""

    blocks: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.inside = self.framed = False
        self.kind = ""
        self.runs: list[Run] = []
        self.styles: list[str] = []
        self.lists: list[int] = []
        self.bullet = ""
        self.link = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inside = self.inside or given.get("class") == "paper"
        if not self.inside:
            return
        if tag in ("ul", "ol"):
            self._end()
            self.lists.append(int(given.get("start") or 1) if tag == "ol" else 0)
        elif tag in BLOCKS:
            self._begin(tag, sender=given.get("class") == "sender")
        elif tag in STYLED:
            self.styles.append(STYLED[tag])
        elif tag == "a":
            # A letter's own words have each address written out already.
            self.link = (given.get("href") or "") if self.framed else ""
        elif tag == "br":
            self._put(" ")

    def _begin(self, tag: str, *, sender: bool) -> None:
        if not (tag == "p" and self.bullet and not self.runs):  # a loose list has paragraphs in its points
            self._end()
            self.kind = "" if sender else BLOCKS[tag]
        if tag == "li" and self.lists:
            self.bullet = f"{self.lists[-1]}." if self.lists[-1] else "•"
            self.lists[-1] += bool(self.lists[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._end()
            self.lists = self.lists[:-1]
        elif tag in BLOCKS or tag == "div":
            self._end()
        elif tag in STYLED and self.styles:
            self.styles.pop()
        elif tag == "a" and self.link:
            shown = "".join(run.text or run.slot for run in self.runs)
            if self.link.strip(SLOT) not in shown:
                self._put(" (")
                self._put(self.link, style="code")
                self._put(")")
            self.link = ""

    def handle_data(self, data: str) -> None:
        if self.inside and self.kind:
            self._put(data)

    def _put(self, text: str, style: str = "") -> None:
        style = style or (self.styles[-1] if self.styles else "regular")
        for place, part in enumerate(text.split(SLOT)):
            if place % 2:
                slot_style = "code" if part == merge_fields.LINK.path else style
                self.runs.append(Run("", slot_style, part))
            elif part:
                self.runs.append(Run(part.replace("\n", " "), style))

    def _end(self) -> None:
        if self.kind and any(run.slot or run.text.strip() for run in self.runs):
            self.blocks.append(Block(self.kind, tuple(self.runs), self.bullet, max(len(self.lists) - 1, 0)))
            self.bullet = ""
        self.runs = []


def blocks_of(form: Sequence[str], *, framed: bool = False) -> list[Block]:
    """The blocks of one compiled HTML part, a letter's or, `framed`, a mail's: constant runs at even places, names of slots at odd ones."""
    reader = _Reader()
    reader.framed, reader.inside = framed, not framed
    reader.feed("".join(f"{SLOT}{part}{SLOT}" if place % 2 else part for place, part in enumerate(form)))
    reader.close()
    return reader.blocks
