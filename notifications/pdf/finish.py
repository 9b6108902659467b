"""What WeasyPrint leaves undone for PDF/UA, in a pass that adds nothing random."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

PRINT: Final = 4  # the annotation flag that PDF/A asks for
UA: Final = "http://www.aiim.org/pdfua/ns/id/"


def finished(drawn: bytes) -> bytes:
    """Scopes of headings of tables, print flags, tab order, the PDF/UA mark; ids follow from the content."""
    import pikepdf

    with pikepdf.open(BytesIO(drawn)) as pdf:
        for element in _elements(pdf.Root.get("/StructTreeRoot")):
            if element.get("/S") == "/TH":
                _set_scope(pikepdf, element)
        for page in pdf.pages:
            for annotation in page.get("/Annots", []):
                annotation.F = PRINT
            page.Tabs = pikepdf.Name.S
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata.register_xml_namespace(UA, "pdfuaid")
            metadata[f"{{{UA}}}part"] = "1"
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _elements(root: Any) -> Iterator[Any]:
    """All elements of the structure tree."""
    import pikepdf

    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(node)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            if "/K" in node:
                waiting.append(node.K)


def _set_scope(pikepdf: Any, header: Any) -> None:
    """Our tables have headings of columns in their head and of rows in front of a line."""
    old = header.get("/A")
    if old is not None and not isinstance(old, pikepdf.Array) and "/Scope" in old:
        return
    parent = header.get("/P")
    siblings = parent.get("/K", []) if parent is not None else []
    kinds = [one.get("/S") for one in siblings if isinstance(one, pikepdf.Dictionary)]
    scope = pikepdf.Name.Row if "/TD" in kinds else pikepdf.Name.Column
    attributes = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=scope)
    header.A = (
        attributes
        if old is None
        else pikepdf.Array([*(old if isinstance(old, pikepdf.Array) else [old]), attributes])
    )
