"""Markdown to the two parts of a mail. No HTML of the author's, no images, no foreign style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

# An image would fetch from somewhere when the mail is read: that is tracking.
MARKDOWN: Final = MarkdownIt("js-default").disable(["image", "table", "html_inline", "html_block"])


@lru_cache(maxsize=4)
def _parsed(source: str) -> list[Token]:
    """Read once for HTML, text and letter; nobody changes what it gives."""
    return MARKDOWN.parse(source)


def as_html(source: str) -> str:
    """The HTML of a Markdown text; what looks like HTML in it is shown as it was typed."""
    return str(MARKDOWN.renderer.render(_parsed(source), MARKDOWN.options, {}))


def escaped(value: str) -> str:
    """A value as `as_letter` writes it."""
    return escapeHtml(value)


def as_letter(source: str) -> str:
    """The HTML of a Markdown text for paper: the address of each link is written behind its words."""
    tokens = [
        token.copy(children=list(_written_out(token.children))) if token.children else token
        for token in _parsed(source)
    ]
    return str(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


def _written_out(children: Sequence[Token]) -> Iterator[Token]:
    address, shown = "", ""
    for token in children:
        if token.type == "link_open":
            address, shown = str(token.attrGet("href") or ""), ""
        elif token.type == "link_close" and shown != address:
            yield token
            yield Token("text", "", 0, content=f" ({address})")
            continue
        else:
            shown += token.content
        yield token


def as_text(source: str) -> str:
    """The same text as plain lines, with each link's address written out."""
    lines: list[str] = []
    _Text(lines).blocks(_parsed(source))
    return "\n".join(lines).strip("\n") + "\n"


class _Text:
    """Writes blocks as lines; `indent` holds the prefix of the list or quote we are in."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.indent: list[str] = []
        self.bullets: list[int] = []  # next number of an ordered list, 0 for bullets
        self.mark = ""
        self.tight = False

    def blocks(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            handler = getattr(self, token.type, None)
            if handler is not None:
                handler(token)

    def bullet_list_open(self, token: Token) -> None:
        self._apart()
        self.bullets.append(0)

    def ordered_list_open(self, token: Token) -> None:
        self._apart()
        self.bullets.append(int(token.attrGet("start") or 1))

    def bullet_list_close(self, token: Token) -> None:
        self.bullets.pop()
        self.tight = False

    ordered_list_close = bullet_list_close

    def list_item_open(self, token: Token) -> None:
        number = self.bullets[-1]
        self.mark = f"{number}. " if number else "- "
        if number:
            self.bullets[-1] += 1
        self.indent.append(" " * len(self.mark))

    def list_item_close(self, token: Token) -> None:
        self.indent.pop()
        self.tight = True

    def blockquote_open(self, token: Token) -> None:
        self.indent.append("> ")

    def blockquote_close(self, token: Token) -> None:
        self.indent.pop()

    def paragraph_open(self, token: Token) -> None:
        if not token.hidden:
            self._apart()

    heading_open = paragraph_open

    def inline(self, token: Token) -> None:
        text = "".join(inline_text(token.children or []))
        for number, line in enumerate(text.split("\n")):
            self._line(line, first=number == 0)

    def hr(self, token: Token) -> None:
        self._apart()
        self._line("-" * 40)

    def fence(self, token: Token) -> None:
        self._apart()
        for line in token.content.rstrip("\n").split("\n"):
            self._line("    " + line)

    code_block = fence

    def _apart(self) -> None:
        """One empty line before a block, but not inside a tight list or after a bullet's mark."""
        if self.lines and self.lines[-1] and not self.mark and not self.tight:
            self.lines.append("")
        self.tight = False

    def _line(self, text: str, *, first: bool = True) -> None:
        lead = "".join(self.indent)
        if self.mark and first:
            lead = "".join(self.indent[:-1]) + self.mark
            self.mark = ""
        self.lines.append((lead + text).rstrip() if text else lead.rstrip())


def inline_text(children: Sequence[Token]) -> Iterator[str]:
    """The words of a line; a link reads "words: address"."""
    links: list[tuple[str, list[str]]] = []
    for token in children:
        if token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), []))
            continue
        if token.type == "link_close":
            address, words = links.pop()
            shown = "".join(words)
            piece = address if shown == address or not shown else f"{shown}: {address}"
        else:
            piece = "\n" if token.type in ("softbreak", "hardbreak") else token.content
        if links:
            links[-1][1].append(piece)
        else:
            yield piece


_SPECIAL: Final = re.compile(r"([!-/:-@\[-`{-~])")


def literal(value: str) -> str:
    """Escape a value so that Markdown shows it letter by letter."""
    return _SPECIAL.sub(r"\\\1", value)
