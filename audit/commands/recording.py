"""Write to the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, models

from audit.models import AuditEvent, Reason


class Acting(Protocol):
    """Whoever acts: a user, or an `Actor`."""

    @property
    def pk(self) -> Any: ...


def record(
    verb: str,
    subject: models.Model,
    *,
    by: Acting,
    stream: str,
    details: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Append one event to `stream`, inside the caller's transaction.

    Details are ids, instants, counts, old and new values: never personal data of affected parties.
    A free-text reason goes to a row of its own; the chain holds its salted hash.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs in the transaction of the act it records.")
    told = Reason.objects.create(text=reason) if reason else None
    AuditEvent.objects.create(
        stream=stream,
        sequence=0,  # the trigger forges sequence, instant and hashes
        at=datetime(2000, 1, 1, tzinfo=UTC),
        verb=str(verb),
        actor_id=by.pk,
        actor_label=str(by)[:200],
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=str(getattr(subject, "reference", "") or subject.pk)[:200],
        details=canonical(details or {}),
        reason=told,
        reason_hash=told.digest() if told else b"",
        previous_hash=b"",
        hash=b"",
    )


def canonical(details: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spare space: the same details give the same bytes."""
    return json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return sorted(value) if isinstance(value, set | frozenset) else list(value)
    raise TypeError(f"{type(value).__name__} does not belong in the record")
