"""The pieces a report is made of; plain data, so that a frozen report holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Block = dict[str, Any]
NOT_KNOWN = "Not known yet"


def row(label: str, value: str | None, note: str = "") -> dict[str, str]:
    """One fact with its label; nothing given reads "Not known yet"."""
    known = bool(value and value.strip())
    return {
        "label": label,
        "value": value if known and value else NOT_KNOWN,
        "note": note,
        "known": "yes" if known else "",
    }


def rows(*pairs: dict[str, str]) -> Block:
    return {"kind": "rows", "rows": list(pairs)}


def text(label: str, words: str | None) -> Block:
    """Somebody's own words, kept as they are."""
    known = bool(words and words.strip())
    return {
        "kind": "text",
        "label": label,
        "text": words.strip() if known and words else NOT_KNOWN,
        "known": known,
    }


def table(caption: str, head: Sequence[str], body: Iterable[Sequence[str]], **more: Any) -> Block:
    """A table; `widths` are in percent, `numeric` names the columns of figures, `total` is the last line."""
    numeric = frozenset(more.get("numeric", ()))
    total = more.get("total")
    lines = [
        *({"cells": line, "total": False} for line in body),
        *([{"cells": total, "total": True}] if total else []),
    ]
    return {
        "kind": "table",
        "caption": caption,
        "columns": [
            {"head": words, "width": width, "numeric": place in numeric}
            for place, (words, width) in enumerate(zip(head, more["widths"], strict=True))
        ],
        "lines": [
            {
                "total": line["total"],
                "cells": [
                    {"text": cell, "head": head[place], "numeric": place in numeric}
                    for place, cell in enumerate(line["cells"])
                ],
            }
            for line in lines
        ],
    }


def remark(words: str) -> Block:
    return {"kind": "remark", "text": words}


def for_page(found: Iterable[Block]) -> list[Block]:
    """The same blocks with texts as rows, as a summary list shows them."""
    return joined(
        rows(row(block["label"], block["text"] if block["known"] else None))
        if block["kind"] == "text"
        else block
        for block in found
    )


def joined(found: Iterable[Block]) -> list[Block]:
    """Neighbouring rows as one block."""
    result: list[Block] = []
    for block in found:
        if result and block["kind"] == result[-1]["kind"] == "rows":
            result[-1] = {"kind": "rows", "rows": [*result[-1]["rows"], *block["rows"]]}
        else:
            result.append(block)
    return result
