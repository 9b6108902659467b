"""Time stamps of anchors by an authority outside (RFC 3161): proof of when a root was there, by nobody of us."""

from __future__ import annotations

import urllib.request
from datetime import datetime
from typing import Final
from urllib.error import URLError

import rfc3161_client as rfc3161
from django.db import transaction

from audit.models import Anchor

TYPE: Final = "application/timestamp-query"
SECONDS: Final = 20
MOST_BYTES: Final = 100_000


class NotStamped(Exception):
    """The authority did not answer, refused, or answered something else than was asked."""


@transaction.atomic
def stamp_newest(url: str, *, now: datetime) -> Anchor | None:
    """Have the newest root stamped, which stands on all before it; None when it is stamped. `NotStamped` on trouble."""
    newest = Anchor.objects.select_for_update(skip_locked=True).order_by("-number").first()
    if newest is None or newest.stamped_at is not None:
        return None
    newest.stamp = asked(url, bytes(newest.root))
    newest.stamped_at = now
    newest.save(update_fields=["stamp", "stamped_at"])
    return newest


def asked(url: str, root: bytes) -> bytes:
    """The authority's answer (DER) for the SHA-256 of `root`, which `openssl ts -verify -data` checks."""
    builder = rfc3161.TimestampRequestBuilder().data(root).hash_algorithm(rfc3161.HashAlgorithm.SHA256)
    query = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    # The address is the operator's own setting.
    request = urllib.request.Request(url, data=query.as_bytes(), headers={"Content-Type": TYPE})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            told = rfc3161.decode_timestamp_response(answer.read(MOST_BYTES))
    except (URLError, OSError, ValueError) as problem:
        raise NotStamped(f"no time stamp from the authority: {problem}") from problem
    if told.status not in (rfc3161.PKIStatus.GRANTED, rfc3161.PKIStatus.GRANTED_WITH_MODS):
        raise NotStamped(f"the authority refused: status {told.status}")
    stamped = told.tst_info
    if stamped.message_imprint.message != query.message_imprint.message or stamped.nonce != query.nonce:
        raise NotStamped("the authority stamped something else than was asked")
    return bytes(told.as_bytes())
