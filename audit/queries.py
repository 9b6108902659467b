"""Read and check the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from audit import chain
from audit.models import AuditEvent, StreamHead


@dataclass(frozen=True)
class Verdict:
    """What a check of one stream found."""

    stream: str
    events: int
    head: str
    broken: chain.Broken | None

    @property
    def holds(self) -> bool:
        return self.broken is None


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


def events_of(stream: str) -> Iterator[dict[str, str]]:
    """A stream's events in order, as `chain` reads them."""
    for event in AuditEvent.objects.filter(stream=stream).order_by("sequence").iterator(chunk_size=2000):
        yield plain(event)


def verify(stream: str) -> Verdict:
    """Check every link of a stream, and that its head was not cut off."""
    count = AuditEvent.objects.filter(stream=stream).count()
    head = StreamHead.objects.filter(stream=stream).first()
    broken = chain.first_broken(events_of(stream))
    if broken is None and (head.sequence if head else 0) != count:
        broken = chain.Broken(count + 1, "events at the end are missing")
    if broken is None and head and count:
        last = AuditEvent.objects.only("hash").get(stream=stream, sequence=count)
        if bytes(last.hash) != bytes(head.hash):
            broken = chain.Broken(count, "the head does not match the last event")
    if broken is None:
        broken = _first_false_reason(stream)
    return Verdict(stream, count, bytes(head.hash).hex() if head else "", broken)


def _first_false_reason(stream: str) -> chain.Broken | None:
    told = AuditEvent.objects.filter(stream=stream, reason__erased_at=None).exclude(reason=None)
    for event in told.select_related("reason").order_by("sequence").iterator(chunk_size=2000):
        if event.reason and event.reason.digest() != bytes(event.reason_hash):
            return chain.Broken(event.sequence, "its reason was altered after it was written")
    return None


def streams() -> list[str]:
    """Every stream that has a head or an event."""
    heads = StreamHead.objects.values_list("stream", flat=True)
    return sorted({*heads, *AuditEvent.objects.values_list("stream", flat=True).distinct()})
