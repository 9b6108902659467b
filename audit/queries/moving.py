"""What has been written since somebody looked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import BigIntegerField, Func, Model, Q, QuerySet

from audit.models import AuditEvent

# An act gets its number before its transaction ends; what is younger than this may still be on its way.
SETTLING: Final = timedelta(seconds=2)
RECENT: Final = 200


class Position(Func):
    """Where the stream of a row stands: the number of its last act. `kind` is the word before the row's key."""

    output_field = BigIntegerField()
    template = (
        "COALESCE((SELECT head.sequence FROM audit_streamhead AS head"
        " WHERE head.stream = '%(kind)s:' || %(expressions)s), 0)"
    )

    def __init__(self, key: Any, *, kind: str) -> None:
        assert kind.isalpha()
        super().__init__(key, kind=kind)


def newest_mark() -> int:
    """A number to ask `acts_since` with later: of all streams the newest act that is surely visible to all."""
    sql = (
        "SELECT max(id) FROM (SELECT id, at FROM audit_auditevent ORDER BY id DESC LIMIT %s) AS recent"
        " WHERE at < clock_timestamp() - make_interval(secs => %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [RECENT, SETTLING.total_seconds()])
        row = cursor.fetchone()
    return int(row[0] or 0) if row else 0


def by_others(acts: QuerySet[AuditEvent], person: int) -> QuerySet[AuditEvent]:
    """Without what this person did; acts of nobody with an account count as others'."""
    return acts.filter(~Q(actor_id=person) | Q(actor_id=None))


def acts_since(mark: int, *, but: int, most: int) -> QuerySet[AuditEvent]:
    """The newest acts of all streams since a mark, without those of one person."""
    return by_others(AuditEvent.objects.filter(pk__gt=mark), but).order_by("-pk")[:most]


def acts_of_stream_since(stream: str, position: int, *, but: int) -> QuerySet[AuditEvent]:
    """Acts of one stream after a position, newest first, without those of one person."""
    found = AuditEvent.objects.filter(stream=stream, sequence__gt=position)
    return by_others(found, but).order_by("-sequence")


def last_act(subject: Model, verbs: Iterable[str]) -> AuditEvent | None:
    """The newest act of these kinds on one thing."""
    found = AuditEvent.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk), verb__in=[*verbs]
    )
    return found.order_by("-pk").first()
