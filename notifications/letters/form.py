"""One kind of person's letter, laid out once: its constant pages, and where each personal line goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from django.template.loader import render_to_string

from notifications.letters.type import face
from notifications.letters.words import Block, Run
from notifications.pdf.draw import laid_out

POINT: Final = 0.75  # of a CSS pixel
SIZES: Final = {"code": 10.0}
SIZE: Final = 11.0


@dataclass(frozen=True)
class Frame:
    """What stands on every letter of a run."""

    language: str
    direction: str
    paper: str
    title: str
    sender: str
    contact: tuple[str, ...]
    day: str
    home: str  # country of posting: its own letters need not name it
    drill: bool


@dataclass(frozen=True)
class Spot:
    """One line of a page: points from its lower left corner."""

    page: int
    x: float
    y: float


@dataclass(frozen=True)
class Form:
    """The constant pages and the lines left free in them."""

    pdf: bytes
    pages: int
    size: tuple[float, float]
    spots: Mapping[int, tuple[Spot, ...]]  # by block
    widths: Mapping[int, float]


def lay_out(frame: Frame, blocks: Sequence[Block], free: Mapping[int, int]) -> Form:
    """The form with so many lines left free in each personal block."""
    shown = [{**vars(block), "free": range(free.get(place, 0))} for place, block in enumerate(blocks)]
    document = _render(frame, {"blocks": shown})
    spots: dict[int, list[Spot]] = {place: [] for place in free}
    widths: dict[int, float] = {}
    for number, page in enumerate(document.pages):
        for box in page._page_box.descendants():
            place = _place_of(box)
            if place not in free:
                continue
            if type(box).__name__ == "BlockBox":
                widths[place] = box.width * POINT
            elif type(box).__name__ == "LineBox":
                down = box.position_y + box.baseline
                spots[place].append(Spot(number, box.position_x * POINT, (page.height - down) * POINT))
    kept = {place: tuple(found) for place, found in spots.items()}
    size = (document.pages[0].width * POINT, document.pages[0].height * POINT)
    return Form(_written(document), len(document.pages), size, kept, widths)


def _place_of(box: Any) -> int:
    """Which block a box belongs to; -1 for the rest of the page."""
    element = getattr(box, "element", None)
    name = (element.get("id") or "") if element is not None else ""
    return int(name[1:]) if name[1:].isdigit() else -1


def whole(frame: Frame, blocks: Sequence[Block], lines: Sequence[str], number: str) -> bytes:
    """One person's letter laid out from its first word to its last: any script, at many times the cost."""
    shown = [{**vars(block), "free": ()} for block in blocks]
    return _written(_render(frame, {"blocks": shown, "lines": lines, "number": number}))


def _render(frame: Frame, more: Mapping[str, Any]) -> Any:
    return laid_out(render_to_string("pdf/letter.html", {**vars(frame), **more}))


def _written(document: Any) -> bytes:
    out = BytesIO()
    document.write_pdf(out)
    return out.getvalue()


def size_of(style: str) -> float:
    return SIZES.get(style, SIZE)


def wrapped(runs: Sequence[Run], width: float) -> list[list[tuple[str, str]]]:
    """Runs as lines of (style, text) no wider than this; a word that is too long is broken."""
    lines: list[list[tuple[str, str]]] = [[]]
    left = width
    for style, word in _words(runs):
        wide = face(style).width(word, size_of(style))
        if wide > left and lines[-1] and word.strip():
            lines.append([])
            left = width
        while wide > width:
            head = _fitting(style, word, width)
            lines[-1].append((style, head))
            lines.append([])
            word, left = word[len(head) :], width
            wide = face(style).width(word, size_of(style))
        if lines[-1] or word.strip():
            lines[-1].append((style, word))
            left -= wide
    return lines


def _words(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """Words and the spaces between them, each with its style."""
    found: list[tuple[str, str]] = []
    for run in runs:
        for place, word in enumerate(run.text.split(" ")):
            if place:
                found.append((run.style, " "))
            if word:
                found.append((run.style, word))
    return found


def _fitting(style: str, word: str, width: float) -> str:
    for end in range(len(word), 1, -1):
        if face(style).width(word[:end], size_of(style)) <= width:
            return word[:end]
    return word[:1]
