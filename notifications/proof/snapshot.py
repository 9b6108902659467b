"""What a certificate's PDF is drawn from, in the shape of our reports: frozen numbers and times, nobody's name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count

from accounts.models import Organisation
from notifications.lifecycle import Fate
from notifications.models import Bounce, BounceKind, Certificate, LetterStatus, Notice

Row = dict[str, Any]
CHECK: Final = (
    "Each person's line of this ledger can be checked alone: the proof of one person holds that line and the hashes beside "
    "its way to the ledger's hash, and a small program that needs nothing but Python. It shows nobody else. The ledger's hash stands in the "
    "record of the incident, whose own hashes leave the system every hour."
)


def snapshot_of(certificate: Certificate, *, now: datetime) -> dict[str, Any]:
    """The report of one certificate."""
    notice = certificate.notice
    organisation = Organisation.current()
    zone = ZoneInfo(organisation.zone)
    people = _row("People", f"{certificate.leaves:,}", note="each with a line of their own in the ledger")
    cover = [
        _row("Notice", notice.reference, note=notice.title),
        people,
        _row("Taken down", _when(now, zone)),
    ]
    return {
        "reference": certificate.reference,
        "declared_at": now.astimezone(UTC).isoformat(),
        "language": "en",
        "title": "Certificate of a notice",
        "kind": "Drill: nothing left the house"
        if notice.incident.drill
        else "What became of a notice to people affected",
        "organisation": organisation.name,
        "incident": {"reference": notice.incident.reference},
        "root": certificate.root,
        "counts": certificate.counts,
        "cover": cover,
        "sections": [
            _section(1, "The ledger", _ledger(certificate)),
            _section(2, "What became of it", _fates(certificate), _bounces(notice)),
            _section(3, "The text", _text(notice, zone)),
            _section(4, "Times", _times(notice, zone), _letters(notice)),
        ],
    }


def _section(number: int, title: str, *blocks: Row | None) -> Row:
    return {"number": number, "title": title, "blocks": [block for block in blocks if block]}


def _row(label: str, value: str, *, note: str = "") -> Row:
    return {"label": label, "value": value or "not known", "known": bool(value), "note": note}


def _rows(*rows: Row) -> Row:
    return {"kind": "rows", "rows": list(rows)}


def _when(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d %B %Y, %H:%M %Z}" if at else ""


def _ledger(certificate: Certificate) -> Row:
    return _rows(
        _row(
            "Hash of the ledger",
            _spaced(certificate.root),
            note="SHA-256 over text, number of people, and all their lines",
        ),
        _row("In the record", certificate.notice.stream, note=f"as certificate {certificate.reference}"),
        _row("How to check", CHECK),
    )


def _fates(certificate: Certificate) -> Row:
    counts: Mapping[str, int] = certificate.counts
    found = [(str(fate.label), counts[fate]) for fate in Fate if counts.get(fate)]
    return _table("Deliveries by what became of them", "What became of it", found, certificate.leaves)


def _bounces(notice: Notice) -> Row | None:
    told = Bounce.objects.filter(delivery__notice=notice).values_list("kind").annotate(n=Count("pk"))
    found = [(str(BounceKind(kind).label), number) for kind, number in told]
    return _table("What came back", "It said", found, None) if found else None


def _table(caption: str, head: str, found: list[tuple[str, int]], total: int | None) -> Row:
    lines = [_line(label, number) for label, number in found]
    if total is not None:
        lines.append({**_line("All", total), "total": True})
    columns = [
        {"head": head, "numeric": False, "width": 75},
        {"head": "Number", "numeric": True, "width": 25},
    ]
    return {"kind": "table", "caption": caption, "columns": columns, "lines": lines}


def _line(label: str, number: int) -> Row:
    return {
        "total": False,
        "cells": [{"text": label, "numeric": False}, {"text": f"{number:,}", "numeric": True}],
    }


def _text(notice: Notice, zone: ZoneInfo) -> Row:
    return _rows(
        _row("Subject", _subject(notice)),
        _row("Language", notice.language),
        _row(
            "Hash of the approved text",
            _spaced(notice.text_hash),
            note="SHA-256; what was approved is what was sent",
        ),
        _row("Written by", str(notice.author)),
        _row("Approved by", str(notice.approved_by or ""), note=_when(notice.approved_at, zone)),
    )


def _spaced(digest: str) -> str:
    """In eights, so that it fits on a line and can be compared by eye."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def _subject(notice: Notice) -> str:
    """As approved; what differs from person to person is left out."""
    variants = (notice.compiled or {}).get("variants", [])
    parts = variants[0]["subject"] if variants else [notice.subject]
    return "".join("…" if place % 2 else part for place, part in enumerate(parts))


def _times(notice: Notice, zone: ZoneInfo) -> Row:
    return _rows(
        _row("Started", _when(notice.started_at, zone), note=str(notice.started_by or "")),
        _row("First taken by a server", _when(notice.first_sent_at, zone)),
        _row("Last taken by a server", _when(notice.last_sent_at, zone)),
        _row("Finished", _when(notice.finished_at, zone)),
    )


def _letters(notice: Notice) -> Row | None:
    runs = notice.letter_runs.filter(status=LetterStatus.POSTED).order_by("pk")
    rows = [
        _row(
            run.reference,
            f"{run.drawn:,} letters handed over on {run.posted_on:%d %B %Y}",
            note=f"receipt {run.receipt}" if run.receipt else "",
        )
        for run in runs
    ]
    return _rows(*rows) if rows else None
