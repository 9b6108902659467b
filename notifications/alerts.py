"""Mail of reminders of deadlines; how it leaves, and that it leaves at most once, is `notifications.alert_mail`'s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Organisation, User
from incidents.models import Alert, Can
from incidents.models.alert import Why
from incidents.permissions import visible_to
from incidents.queries.reminders import HEAVY, plan, reminding
from incidents.reminding import answer_until
from law.vocabulary import STAGES
from notifications import alert_mail
from notifications.alert_mail import told_at

MOST_LINES: Final = 12
BECAUSE: Final = {
    Why.HAS_IT: "You said that you have this.",
    Why.OWNER: "You own this.",
    Why.STAND_IN: "You stand in for its owner.",
    Why.LEAD: "You lead the incident, and nobody before you has answered.",
    Why.LEADS: "You have the lead role, and nobody before you has answered.",
    Why.NOBODY: "You are a privacy officer, and nobody who should do this can be reached. Hand it over to somebody.",
}


def _still_needed(rows: Sequence[Alert], person: User) -> list[Alert]:
    """Without what was answered, met or hidden from the person since; of one obligation the latest alone."""
    seen = visible_to(person, Can.WRITE).values("pk")
    found = (
        Alert.objects.filter(pk__in=[row.pk for row in rows], acknowledged_at=None)
        .filter(Q(obligation__held_at=None) | Q(obligation__held_at__lt=F("at")))
        .filter(obligation__in=reminding().order_by().values("pk"), obligation__incident__in=seen)
        .select_related("obligation__incident", "recipient")
        .defer(*(f"obligation__{name}" for name in HEAVY))
        .order_by("obligation_id", "-round", "-step")
        .distinct("obligation_id")
    )
    return sorted(found, key=lambda row: (row.obligation.incident_id, row.clock_at, row.pk))


def _subject(rows: Sequence[Alert]) -> str:
    references = sorted({row.obligation.incident.reference for row in rows})
    where = references[0] if len(references) == 1 else f"{len(references)} incidents"
    if len(rows) > 1:
        return f"{where}: {len(rows)} deadlines need you"
    if rows[0].obligation.incident.restricted:
        return f"{where}: a deadline needs you"
    return f"{where}: {_what(rows[0])}, due {told_at(rows[0].clock_at, rows[0].obligation.due_zone)}"


def _text(rows: Sequence[Alert]) -> str:
    """No titles that people wrote, no names of people; of a restricted incident its reference alone."""
    blocks = [_block(row) for row in rows[:MOST_LINES]]
    if len(rows) > MOST_LINES:
        blocks.append(f"And {len(rows) - MOST_LINES} more: {settings.PUBLIC_URL}{reverse('insights:my_day')}")
    blocks.append(_ask(rows))
    return "\n\n".join([*blocks, f"{Organisation.current().name}, Forthright"]) + "\n"


def _block(row: Alert) -> str:
    obligation = row.obligation
    reference = obligation.incident.reference
    url = settings.PUBLIC_URL + reverse("incidents:obligation", args=[reference, obligation.pk])
    if obligation.incident.restricted:
        return f"{reference}\n{url}"
    lines = [
        f"{reference}: {_what(row)}",
        obligation.citation,
        f"Due {_due(row)}",
        f"{row.step_words[:1].upper()}{row.step_words[1:]}.",
        BECAUSE[Why(row.why)],
        url,
    ]
    if obligation.own_target_words:
        lines.insert(3, obligation.own_target_words)
    return "\n".join(lines)


def _due(row: Alert) -> str:
    """In the zone of whoever waits for it, and in the reader's where their clock shows another time."""
    theirs, own = row.obligation.due_zone or "UTC", row.recipient.zone
    offsets = {row.clock_at.astimezone(ZoneInfo(zone)).utcoffset() for zone in (theirs, own)}
    due = told_at(row.clock_at, theirs)
    return due if len(offsets) == 1 else f"{due} (for you {told_at(row.clock_at, own)})"


def _what(row: Alert) -> str:
    stage = STAGES.get(row.obligation.stage, row.obligation.stage.replace("_", " "))
    return f"{stage}, {row.obligation.recipient_name}"


def _ask(rows: Sequence[Alert]) -> str:
    until = min(answer_until(row.at, row.clock_at, plan()) for row in rows)
    when = told_at(until, rows[0].recipient.zone)
    return f"Open the page and say “I have this”. If nobody does by {when}, the next person is told."


DEADLINES: Final = alert_mail.Kind(Alert, _still_needed, alert_mail.plainly(_subject, _text))


def send_due() -> int:
    """Send reminders that wait; returns how many mails were taken by the server."""
    return alert_mail.send_due(DEADLINES)
