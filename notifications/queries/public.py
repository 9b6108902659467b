"""What the public page of a notice shows, found by its code alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from accounts import codes
from notifications import markup, words
from notifications.lifecycle import STARTED
from notifications.merge_fields import STATEMENT
from notifications.models import Delivery, Notice
from stakeholders.models import AffectedParty

CODE_LENGTH = 22


# Rows change their xmin at every change: what was drawn from them is then drawn anew. Two queries, for the person's
# partition is found while planning when it is given as a number.
DELIVERY = """SELECT delivery.id, delivery.roster_id, delivery.party_id, delivery.first_read_on IS NULL,
    delivery.notice_id, notice.xmin::text, incident.xmin::text, (SELECT xmin::text FROM accounts_organisation LIMIT 1),
    coalesce(delivery.sent_at, delivery.dated_at)::date
    FROM notifications_delivery delivery
    JOIN notifications_notice notice ON notice.id = delivery.notice_id
    JOIN incidents_incident incident ON incident.id = notice.incident_id
    WHERE delivery.code_hash = %s AND notice.status = ANY(%s)"""
EXPOSED = "SELECT elements FROM stakeholders_affectedparty WHERE roster_id = %s AND id = %s"


class Reader(NamedTuple):
    """Who opens a page, and all that decides what it says."""

    delivery_id: int
    first: bool  # nobody has read it yet
    said: tuple[object, ...]


def reader_of(code: str) -> Reader | None:
    """Whose page a code opens; None as `told_by`. Says the same for all who are to read the same."""
    with connection.cursor() as cursor:
        cursor.execute(DELIVERY, [codes.digest(code), [str(one) for one in STARTED]])
        delivery = cursor.fetchone()
        if delivery is None:
            return None
        cursor.execute(EXPOSED, delivery[1:3])
        party = cursor.fetchone()
    if party is None:
        return None
    return Reader(delivery[0], delivery[3], (*delivery[4:], *sorted(party[0])))


@dataclass(frozen=True)
class Told:
    """One person's notice as its page shows it."""

    delivery: Delivery
    notice: Notice
    elements: tuple[str, ...]
    sent_on: date | None


def told_by(code: str) -> Told | None:
    """The notice a code belongs to; None for unknown, revoked and erased ones alike.

    The look-up runs whatever the code looks like, so that all wrong ones take as long.
    """
    delivery = (
        Delivery.objects.filter(code_hash=codes.digest(code[:64]), notice__status__in=STARTED)
        .select_related("notice__incident", "notice__source__template")
        .first()
    )
    party = (
        AffectedParty.objects.filter(
            roster_id=delivery.roster_id if delivery else 0, id=delivery.party_id if delivery else 0
        )
        .only("roster", "id", "elements")
        .first()
    )
    if delivery is None or party is None or len(code) != CODE_LENGTH:
        return None
    at = delivery.sent_at or delivery.dated_at
    return Told(delivery, delivery.notice, tuple(sorted(party.elements)), at.date() if at else None)


def siblings(notice: Notice) -> dict[str, Notice]:
    """The same notice in other languages, by our name of the language: approved words only."""
    if notice.source is None:
        return {}
    others = Notice.objects.filter(
        incident_id=notice.incident_id, source__template=notice.source.template_id, status__in=STARTED
    ).order_by("-approved_at")
    return {words.spoken(other.language): other for other in reversed(others)}


def statement_html(notice: Notice) -> dict[str, str]:
    """The statement's parts, rendered without any HTML of the author's."""
    return {key: markup.as_html(str(notice.statement.get(key, ""))) for key in STATEMENT}


def updates(notice: Notice) -> list[tuple[datetime, str]]:
    """What was published on the page since, newest first: when, and its HTML."""
    published = notice.updates.filter(published_at__isnull=False)
    return [(one.published_at, markup.as_html(one.text)) for one in published if one.published_at]


def exposed(elements: Sequence[str], language: str) -> list[str]:
    """What was exposed, in the reader's words, each starting like a sentence."""
    found = [words.element(key, language) for key in elements]
    return [phrase[:1].upper() + phrase[1:] for phrase in found]
