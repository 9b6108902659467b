"""Our fonts as letters use them: widths, glyphs, and the fonts as a PDF holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from notifications.pdf import assets

STYLES: Final = {
    "regular": "plex-regular",
    "strong": "plex-semibold",
    "em": "plex-italic",
    "code": "plex-mono",
}
_NAMES: Final = {style: f"/L{place}" for place, style in enumerate(STYLES)}


class NotInOurFonts(Exception):
    """Some letter has no glyph, or needs shaping: this person's page is laid out whole."""


@dataclass
class Face:
    """One font."""

    style: str
    per_em: int
    glyphs: dict[int, int]  # character to glyph
    widths: list[int]
    known: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """In a page's resources."""
        return _NAMES[self.style]

    def width(self, text: str, size: float) -> float:
        """In points."""
        return sum(self._glyph(one)[1] for one in text) * size / self.per_em

    def hex(self, text: str) -> str:
        """Glyphs as a content stream shows them."""
        return "".join(f"{self._glyph(one)[0]:04x}" for one in text)

    def _glyph(self, one: str) -> tuple[int, int]:
        found = self.known.get(one)
        if found is None:
            glyph = self.glyphs.get(ord(one))
            if glyph is None or not self.widths[glyph]:  # marks that stand on another letter have no width
                raise NotInOurFonts
            found = self.known[one] = (glyph, self.widths[glyph])
        return found


def _font(style: str) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(BytesIO(assets.unpacked(STYLES[style])), lazy=True)


@lru_cache(maxsize=len(STYLES))
def face(style: str) -> Face:
    font = _font(style)
    order = font.getReverseGlyphMap()
    glyphs = {code: order[name] for code, name in font.getBestCmap().items() if not _shaped(code)}
    widths = [font["hmtx"][name][0] for name in font.getGlyphOrder()]
    return Face(style, font["head"].unitsPerEm, glyphs, widths)


def _shaped(code: int) -> bool:
    """Scripts whose letters change by their neighbours, and those read from right to left."""
    return 0x0300 <= code <= 0x036F or 0x0590 <= code <= 0x109F or 0x1780 <= code <= 0x17FF


def embedded(pdf: Any) -> Any:
    """The fonts of a file as a resource dictionary: whole, so that pages can be written one after another."""
    import pikepdf

    return pikepdf.Dictionary({face(style).name: pdf.make_indirect(_type0(pdf, style)) for style in STYLES})


def _type0(pdf: Any, style: str) -> Any:
    import pikepdf

    name, one = pikepdf.Name, face(style)
    scale = 1000 / one.per_em
    base = name(f"/FTHRGT+{STYLES[style].title().replace('-', '')}")
    program = pdf.make_stream(assets.unpacked(STYLES[style]))
    head = _font(style)["head"]
    descriptor = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=name.FontDescriptor, FontName=base, Flags=4, ItalicAngle=0, Ascent=1025, Descent=-275,
            CapHeight=698, StemV=80, FontFile2=program,
            FontBBox=pikepdf.Array([round(v * scale) for v in (head.xMin, head.yMin, head.xMax, head.yMax)]),
        )
    )  # fmt: skip
    inner = pikepdf.Dictionary(
        Type=name.Font, Subtype=name.CIDFontType2, BaseFont=base, FontDescriptor=descriptor,
        CIDToGIDMap=name.Identity, W=pikepdf.Array([0, pikepdf.Array([round(w * scale) for w in one.widths])]),
        CIDSystemInfo=pikepdf.Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
    )  # fmt: skip
    return pikepdf.Dictionary(
        Type=name.Font, Subtype=name.Type0, BaseFont=base, Encoding=name("/Identity-H"),
        DescendantFonts=pikepdf.Array([pdf.make_indirect(inner)]), ToUnicode=pdf.make_stream(_to_unicode(one)),
    )  # fmt: skip


def _to_unicode(one: Face) -> bytes:
    """So that text can be searched and copied out of the file."""
    lines = [f"<{glyph:04x}> <{chr(code).encode('utf-16-be').hex()}>" for code, glyph in one.glyphs.items()]
    parts = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    mapped = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /L def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{mapped}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
