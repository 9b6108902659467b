"""Read the record."""

from __future__ import annotations

from collections.abc import Iterator

from audit import chain
from audit.models import AuditEvent, StreamHead


def plain(event: AuditEvent) -> dict[str, str]:
    """An event as the strings that are hashed, hashes in hex."""
    return {
        "stream": event.stream,
        "sequence": str(event.sequence),
        "at": chain.instant(event.at),
        "verb": event.verb,
        "actor_id": "" if event.actor_id is None else str(event.actor_id),
        "actor_label": event.actor_label,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "subject_label": event.subject_label,
        "details": event.details,
        "reason_hash": bytes(event.reason_hash).hex(),
        "previous_hash": bytes(event.previous_hash).hex(),
        "hash": bytes(event.hash).hex(),
    }


def with_reason(event: AuditEvent) -> dict[str, str]:
    """As `plain`, and the words of its reason with their salt, unless they were erased."""
    if event.reason is None or event.reason.erased_at:
        return plain(event)
    return plain(event) | {"reason": event.reason.text, "reason_salt": bytes(event.reason.salt).hex()}


def events_of(stream: str) -> Iterator[dict[str, str]]:
    """A stream's events in order, as `chain` reads them."""
    found = AuditEvent.objects.filter(stream=stream).select_related("reason").order_by("sequence")
    for event in found.iterator(chunk_size=2000):
        yield with_reason(event)


def streams() -> list[str]:
    """Every stream that has a head or an event."""
    heads = StreamHead.objects.values_list("stream", flat=True)
    return sorted({*heads, *AuditEvent.objects.values_list("stream", flat=True).distinct()})
