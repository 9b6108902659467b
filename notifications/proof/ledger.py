"""What became of each delivery as leaves of one tree, a thousand at a time; nothing of a person is in it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connection

from audit import chain
from notifications.models import Certificate, CertificateChunk, Delivery
from notifications.proof import leaves
from notifications.proof.rebuild import Rebuilder
from stakeholders.models import AffectedParty
from stakeholders.sealing import RosterErased, RosterKeys

CHUNK: Final = 1_024  # a power of two: then the chunks' roots are a floor of the whole tree


def packed(entries: Sequence[Sequence[str]]) -> bytes:
    return zlib.compress(json.dumps(entries, separators=(",", ":")).encode())


def entries_of(chunk: CertificateChunk) -> list[list[str]]:
    return list(json.loads(zlib.decompress(bytes(chunk.entries))))


def next_entries(certificate: Certificate, earlier: Mapping[str, str]) -> list[list[str]]:
    """The next thousand deliveries as they are now; words of people who were erased come from the `earlier` certificate."""
    notice = certificate.notice
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [notice.pk, certificate.covered_to, CHUNK])
        rows = cursor.fetchall()
    try:
        rebuilder: Rebuilder | None = Rebuilder(notice, RosterKeys.open(notice.incident.roster))
    except RosterErased:
        rebuilder = None
    ids = [row[1] for row in rows]
    people = (
        {one.id: one for one in AffectedParty.objects.filter(roster_id=rows[0][8], id__in=ids)}
        if rows
        else {}
    )
    return [_entry(row, people.get(row[1]), rebuilder, earlier) for row in rows]


_ROWS: Final = """SELECT d.id, d.party_id, d.state, d.sent_at, d.reply_code, d.reply_text, d.first_read_on,
        (SELECT max(l.run_id) FROM notifications_letter l JOIN notifications_letterrun r ON r.id = l.run_id
            WHERE l.delivery_id = d.id AND r.status = 'posted'), d.roster_id
    FROM notifications_delivery d WHERE d.notice_id = %s AND d.id > %s ORDER BY d.id LIMIT %s"""


def _entry(
    row: tuple[Any, ...], party: AffectedParty | None, rebuilder: Rebuilder | None, earlier: Mapping[str, str]
) -> list[str]:
    identity, party_id, state, sent_at, code, answer, read_on, run, _ = row
    words = earlier.get(str(identity), "")
    if sent_at is not None and rebuilder is not None and party is not None:
        text = rebuilder.words(party, rebuilder.details(party), run=run)
        words = leaves.words_mac(rebuilder.codes.code(party_id), text) if text else ""
    return [
        str(identity),
        words,
        state,
        ("letter" if run else "mail") if sent_at else "",
        sent_at.strftime("%Y-%m-%dT%H:%M:%SZ") if sent_at else "",
        f"{code or ''} {answer}".strip(),
        read_on.isoformat() if read_on else "",
    ]


def words_before(certificate: Certificate, number: int) -> dict[str, str]:
    """The words' hashes in the same place of the certificate before this one."""
    chunk = (
        CertificateChunk.objects.filter(
            certificate__notice=certificate.notice, certificate__pk__lt=certificate.pk, number=number
        )
        .order_by("-certificate__pk")
        .first()
    )
    return {entry[0]: entry[1] for entry in entries_of(chunk)} if chunk else {}


def tree_of(certificate: Certificate) -> bytes:
    roots = certificate.chunks.order_by("number").values_list("root", flat=True)
    return chain.tree_root([bytes(one) for one in roots])


def place_of(certificate: Certificate, delivery: Delivery) -> tuple[list[str], list[tuple[str, str]]] | None:
    """One delivery's entry and its path to the root; None when it came after the certificate."""
    chunk = certificate.chunks.filter(first_id__lte=delivery.pk, last_id__gte=delivery.pk).first()
    if chunk is None:
        return None
    entries = entries_of(chunk)
    at = next((place for place, one in enumerate(entries) if one[0] == str(delivery.pk)), None)
    if at is None:
        return None
    below = chain.path([leaves.leaf(one) for one in entries], at)
    roots = [bytes(one) for one in certificate.chunks.order_by("number").values_list("root", flat=True)]
    return entries[at], below + chain.path(roots, chunk.number)
