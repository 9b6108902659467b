"""What the public page of a notice shows, found by its code alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts import codes
from notifications import markup, words
from notifications.lifecycle import STARTED
from notifications.merge_fields import STATEMENT
from notifications.models import Delivery, Notice
from stakeholders.models import AffectedParty

CODE_LENGTH = 22


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


def exposed(elements: Sequence[str], language: str) -> list[str]:
    """What was exposed, in the reader's words, each starting like a sentence."""
    found = [words.element(key, language) for key in elements]
    return [phrase[:1].upper() + phrase[1:] for phrase in found]
