"""What the pages of templates show: which texts there are, and how two of them differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from django.db.models import QuerySet

from notifications import words
from notifications.models import Channel, NoticeTemplate, TemplateVersion

_TOKENS: Final = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of words that was kept, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """One language of a template, with its newest version in each channel."""

    language: str
    cells: tuple[TemplateVersion | None, ...]


@dataclass(frozen=True)
class Table:
    """Which texts of a template there are: a line a language, a column a channel."""

    channels: tuple[str, ...]
    lines: tuple[Line, ...]


def templates() -> QuerySet[NoticeTemplate]:
    """Templates and blocks with their versions."""
    return NoticeTemplate.objects.prefetch_related("versions")


def table(template: NoticeTemplate) -> Table:
    """The newest version of each language and channel."""
    newest: dict[tuple[str, str], TemplateVersion] = {}
    for version in template.versions.order_by("number"):
        newest[version.language, version.channel] = version
    used = {channel for _, channel in newest}
    channels = [channel for channel in Channel if channel in used]
    languages = [one for one in words.LANGUAGES if any(one == language for language, _ in newest)]
    lines = tuple(
        Line(language, tuple(newest.get((language, channel)) for channel in channels))
        for language in languages
    )
    return Table(tuple(str(channel.label) for channel in channels), lines)


def history(version: TemplateVersion) -> list[TemplateVersion]:
    """All versions of the same text, newest first."""
    return list(
        TemplateVersion.objects.filter(
            template=version.template_id, language=version.language, channel=version.channel
        )
        .select_related("by", "approved_by")
        .order_by("-number")
    )


def difference(old: str, new: str) -> list[Piece]:
    """Two texts compared line by line, and where lines differ word by word."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, start, end, begin, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        was, now = "".join(before[start:end]), "".join(after[begin:stop])
        pieces += _words(was, now) if tag == "replace" else _whole(was, now)
    return list(_joined(pieces))


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    for _, start, end, begin, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield from _whole("".join(before[start:end]), "".join(after[begin:stop]))


def _whole(old: str, new: str) -> Iterable[Piece]:
    if old == new:
        return [Piece("kept", old)]
    return [Piece(kind, text) for kind, text in (("removed", old), ("added", new)) if text]


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Single words of one kind that stand side by side as one piece."""
    last: Piece | None = None
    for piece in pieces:
        if last and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
