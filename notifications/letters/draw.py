"""Many letters in one file: each page shows a constant form, and the person's own lines are written onto it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, Final

from notifications import compile as text
from notifications import merge_fields
from notifications.letters import form as forms
from notifications.letters.address import MOST_LINES
from notifications.letters.form import Form, Frame
from notifications.letters.type import NotInOurFonts, embedded, face
from notifications.letters.words import Block, Run, blocks_of
from notifications.models.letter import Paper

MM: Final = 72 / 25.4
# Where the window begins: left edge and first baseline from the top, the lines' distance and size, the width.
WINDOW: Final = {
    Paper.DIN: (25 * MM, 66.5 * MM, 13.0, 11.0, 80 * MM),
    Paper.US: (72.0, 2.5 * 72 + 10, 12.0, 10.0, 4.0 * 72),
}
NUMBER_AT: Final = (25 * MM, 10 * MM)
NUMBER_SIZE: Final = 8.0


@dataclass(frozen=True)
class Person:
    """One letter's own words; never logged."""

    number: str  # as it stands on each page
    elements: tuple[str, ...]
    present: int
    place: str
    lines: tuple[str, ...] = field(repr=False)  # of the address
    values: Mapping[str, str] = field(repr=False)  # cleaned, by slot


@dataclass(frozen=True)
class Place:
    """Where a letter stands in its file."""

    first_page: int
    pages: int


class Drawer:
    """Draws files of one run; what was laid out once is kept."""

    def __init__(self, frame: Frame, compiled: text.Compiled, *, duplex: bool) -> None:
        self._frame = frame
        self._compiled = compiled
        self._duplex = duplex
        self._blocks: dict[text.Variant, list[Block]] = {}
        self._forms: dict[tuple[text.Variant, tuple[int, ...]], Form] = {}

    def draw(self, people: Sequence[Person]) -> tuple[bytes, list[Place]]:
        """One file, and where each letter stands in it."""
        file = _File()
        places = []
        for person in people:
            before = file.pages
            try:
                self._fast(file, person)
            except NotInOurFonts:
                self._slow(file, person)
            places.append(Place(before + 1, file.pages - before))
            if self._duplex and (file.pages - before) % 2:
                file.blank()
        return file.written(), places

    def _variant(self, person: Person) -> text.Variant:
        variant = self._compiled.variant(person.elements, person.present, person.place)
        if variant not in self._blocks:
            self._blocks[variant] = blocks_of_form(self._compiled.forms[variant])
        return variant

    def _form(self, variant: text.Variant, counts: tuple[int, ...]) -> Form:
        key = variant, counts
        if key not in self._forms:
            blocks = self._blocks[variant]
            personal = [place for place, block in enumerate(blocks) if block.personal]
            self._forms[key] = forms.lay_out(self._frame, blocks, dict(zip(personal, counts, strict=True)))
        return self._forms[key]

    def _fast(self, file: _File, person: Person) -> None:
        if self._frame.direction == "rtl":
            raise NotInOurFonts
        variant = self._variant(person)
        blocks = self._blocks[variant]
        personal = [place for place, block in enumerate(blocks) if block.personal]
        widths = self._form(variant, (1,) * len(personal)).widths
        lines = {
            place: forms.wrapped(blocks[place].filled(person.values), widths[place]) for place in personal
        }
        form = self._form(variant, tuple(len(lines[place]) for place in personal))
        pages: list[list[str]] = [[] for _ in range(form.pages)]
        for place in personal:
            for spot, line in zip(form.spots[place], lines[place], strict=True):
                _write(pages[spot.page], spot.x, spot.y, line)
        pages[0] += _window(self._frame.paper, form.size[1], person.lines)
        for number, page in enumerate(pages, 1):
            _write(
                page, *NUMBER_AT, [("regular", f"{person.number} · {number}/{form.pages}")], size=NUMBER_SIZE
            )
        file.add(form, pages)

    def _slow(self, file: _File, person: Person) -> None:
        blocks = self._blocks[self._variant(person)]
        filled = [replace(block, runs=block.filled(person.values)) for block in blocks]
        file.add_whole(forms.whole(self._frame, filled, person.lines, person.number))


def blocks_of_form(form: text.Form) -> list[Block]:
    """Subject first, the person's own page last where the text does not name it."""
    subject = tuple(
        Run("", "strong", part) if place % 2 else Run(part, "strong")
        for place, part in enumerate(form.subject)
        if part
    )
    blocks = [Block("subject", subject), *blocks_of(form.letter or form.html, framed=not form.letter)]
    if not any(run.slot == merge_fields.LINK.path for block in blocks for run in block.runs):
        blocks.append(Block("p", (Run("", "code", merge_fields.LINK.path),)))
    return blocks


def _write(
    page: list[str], x: float, y: float, line: Sequence[tuple[str, str]], *, size: float = 0.0
) -> None:
    """One line of a content stream."""
    for style, words in line:
        points = size or forms.size_of(style)
        one = face(style)
        if words.strip():
            page.append(f"{one.name} {points:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm <{one.hex(words)}> Tj")
        x += one.width(words, points)


def _window(paper: str, height: float, lines: Sequence[str]) -> list[str]:
    """The address, its letters smaller where a line would not show."""
    left, top, leading, size, width = WINDOW[Paper(paper)]
    written: list[str] = []
    for place, line in enumerate(_broken(lines, width)):
        wide = face("regular").width(line, size)
        fitting = size if wide <= width else max(size * width / wide, 5.0)
        _write(written, left, height - top - place * leading, [("regular", line)], size=fitting)
    return written


def _broken(lines: Sequence[str], width: float) -> Sequence[str]:
    """Long lines in two, where all of them still show."""
    found = [
        "".join(part for _, part in row).strip()
        for line in lines
        for row in forms.wrapped([Run(line)], width)
    ]
    return found if len(found) <= MOST_LINES else lines


class _File:
    """A PDF that grows page by page."""

    def __init__(self) -> None:
        import pikepdf

        self._pdf = pikepdf.new()
        self._fonts: Any = None
        self._drawn: dict[int, list[Any]] = {}
        self._kept: list[Any] = []  # what pages were copied from stays open until the file is written
        self.pages = 0

    def add(self, form: Form, pages: Sequence[Sequence[str]]) -> None:
        import pikepdf

        if id(form) not in self._drawn:
            self._drawn[id(form)] = self._resources(form)
        for resources, lines in zip(self._drawn[id(form)], pages, strict=True):
            content = "q /F Do Q BT " + "\n".join(lines) + " ET"
            self._put(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Page,
                    MediaBox=[0, 0, *form.size],
                    Resources=resources,
                    Contents=self._pdf.make_stream(content.encode("ascii")),
                )
            )

    def add_whole(self, drawn: bytes) -> None:
        import pikepdf

        source = pikepdf.open(BytesIO(drawn))
        self._kept.append(source)
        self._pdf.pages.extend(source.pages)
        self.pages += len(source.pages)

    def blank(self) -> None:
        import pikepdf

        box = self._pdf.pages[-1].MediaBox
        self._put(pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=box, Resources=pikepdf.Dictionary()))

    def written(self) -> bytes:
        import pikepdf

        out = BytesIO()
        self._pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()

    def _put(self, page: Any) -> None:
        import pikepdf

        self._pdf.pages.append(pikepdf.Page(self._pdf.make_indirect(page)))
        self.pages += 1

    def _resources(self, form: Form) -> list[Any]:
        import pikepdf

        self._fonts = self._fonts or self._pdf.make_indirect(embedded(self._pdf))
        source = pikepdf.open(BytesIO(form.pdf))
        self._kept.append(source)
        return [
            self._pdf.make_indirect(
                pikepdf.Dictionary(
                    Font=self._fonts,
                    XObject=pikepdf.Dictionary(F=self._pdf.copy_foreign(page.as_form_xobject())),
                )
            )
            for page in source.pages
        ]
