"""Mail about action items: given to somebody, running out of time, or a mention in a comment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Organisation, User
from incidents.lifecycle import OPEN_WORK
from incidents.models import Can, ItemAlert
from incidents.models.alert import Why
from incidents.models.work import Cause
from incidents.permissions import visible_to
from notifications import alert_mail
from notifications.alert_mail import told_at

MOST_LINES: Final = 20
BECAUSE: Final = {
    Why.HAS_IT: "You said that you have it.",
    Why.OWNER: "It is yours.",
    Why.STAND_IN: "You stand in for its owner.",
    Why.ROLE: "It belongs to your role, and nobody has taken it.",
    Why.LEAD: "You lead the incident, and nobody before you has answered.",
    Why.LEADS: "You have the lead role, and nobody before you has answered.",
}


def _still_needed(rows: Sequence[ItemAlert], person: User) -> list[ItemAlert]:
    """Without what was answered, settled or hidden from the person since; of one item the latest of each cause."""
    seen, works = visible_to(person), visible_to(person, Can.WRITE)
    unanswered = Q(item__held_at=None) | Q(item__held_at__lt=F("at"))
    found = (
        ItemAlert.objects.filter(pk__in=[row.pk for row in rows], acknowledged_at=None)
        .filter(item__incident__in=seen.values("pk"), item__incident__drill=False)
        .filter(
            Q(cause=Cause.MENTIONED)
            | Q(unanswered, item__status__in=OPEN_WORK, item__incident__in=works.values("pk"))
        )
        .select_related("item__incident", "recipient")
        .order_by("item_id", "cause", "-round", "-step", "-pk")
        .distinct("item_id", "cause")
    )
    return sorted(found, key=lambda row: (row.item.incident_id, row.item_id, row.pk))


def _subject(rows: Sequence[ItemAlert]) -> str:
    references = sorted({row.item.incident.reference for row in rows})
    where = references[0] if len(references) == 1 else f"{len(references)} incidents"
    if all(row.cause == Cause.MENTIONED for row in rows):
        return f"{where}: you are mentioned"
    items = len({row.item_id for row in rows})
    return f"{where}: {'an action item needs' if items == 1 else f'{items} action items need'} you"


def _text(rows: Sequence[ItemAlert]) -> str:
    """No titles or comments that people wrote, no names; of a restricted incident its reference alone."""
    blocks = [_block(row) for row in rows[:MOST_LINES]]
    if len(rows) > MOST_LINES:
        blocks.append(f"And {len(rows) - MOST_LINES} more: {settings.PUBLIC_URL}{reverse('insights:my_day')}")
    return "\n\n".join([*blocks, f"{Organisation.current().name}, Forthright"]) + "\n"


def _block(row: ItemAlert) -> str:
    incident = row.item.incident
    url = settings.PUBLIC_URL + reverse("incidents:item", args=[incident.reference, row.item_id])
    if incident.restricted:
        return f"{incident.reference}\n{url}"
    if row.cause == Cause.MENTIONED:
        return f"{incident.reference}: somebody mentions you in a comment on an action item.\n{url}"
    what = "an action item was given to you" if row.cause == Cause.GIVEN else f"an action item, {row.words}"
    lines = [f"{incident.reference}: {what}.", BECAUSE[Why(row.why)], url]
    if row.item.due_at:
        lines.insert(1, f"Due {told_at(row.item.due_at, row.recipient.zone)}.")
    return "\n".join(lines)


ITEMS: Final = alert_mail.Kind(ItemAlert, _still_needed, alert_mail.plainly(_subject, _text))


def send_due() -> int:
    """Send what waits; returns how many mails were taken by the server."""
    return alert_mail.send_due(ITEMS)
