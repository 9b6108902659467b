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


# Short ones, for a reader each asks them anew. The person's partition is found while planning, for it is given as a number.
DELIVERY = """SELECT id, roster_id, party_id, first_read_on IS NULL, notice_id, coalesce(sent_at, dated_at)::date
    FROM notifications_delivery WHERE code_hash = %s"""
EXPOSED = "SELECT elements FROM stakeholders_affectedparty WHERE roster_id = %s AND id = %s"
# Rows change their xmin at every change: what was drawn from them is then drawn anew.
STATE = """SELECT notice.status = ANY(%s), notice.xmin::text, incident.xmin::text,
        (SELECT xmin::text FROM accounts_organisation LIMIT 1)
    FROM notifications_notice notice JOIN incidents_incident incident ON incident.id = notice.incident_id
    WHERE notice.id = %s"""


class Reader(NamedTuple):
    """Who opens a page, and what of their own decides what it says."""

    delivery_id: int
    first: bool  # nobody has read it yet
    notice_id: int
    said: tuple[object, ...]  # alike for all who are to read the same


def reader_of(code: str) -> Reader | None:
    """Whose page a code would open while its notice is open; None for unknown and erased ones."""
    with connection.cursor() as cursor:
        cursor.execute(DELIVERY, [codes.digest(code)])
        delivery = cursor.fetchone()
        if delivery is None:
            return None
        cursor.execute(EXPOSED, delivery[1:3])
        party = cursor.fetchone()
    if party is None:
        return None
    return Reader(delivery[0], delivery[3], delivery[4], (delivery[5], *sorted(party[0])))


def state_of(notice_id: int) -> tuple[object, ...]:
    """Whether a notice's pages are open, and what changes with all else that stands on them."""
    with connection.cursor() as cursor:
        cursor.execute(STATE, [[str(one) for one in STARTED], notice_id])
        return cursor.fetchone() or (False,)


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
