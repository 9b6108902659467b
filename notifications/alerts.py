"""Mail of reminders: one to a person for all that waits, at most once each.

The reminder itself stands on the person's day. So a mail whose fate nobody knows is not sent again: whoever does not
answer is followed by the next person anyway. A refusal for now is tried again; a final one lets the next person be told
at once.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from incidents.models import Alert, Can
from incidents.models.alert import MailState, Why
from incidents.permissions import visible_to
from incidents.queries.reminders import HEAVY, plan, reminding
from incidents.reminding import answer_until
from law.vocabulary import STAGES
from notifications import ledger, message, transport
from notifications.message import CannotBuild, Mail
from notifications.transport import NotHandedOver, RelayTrouble, Reply, ReplyLost

AT_ONCE: Final = 50
MOST_LINES: Final = 12
LEASE: Final = timedelta(minutes=15)
TRIES: Final = 8
PAUSE: Final = timedelta(seconds=60)
BECAUSE: Final = {
    Why.HAS_IT: "You said that you have this.",
    Why.OWNER: "You own this.",
    Why.STAND_IN: "You stand in for its owner.",
    Why.LEAD: "You lead the incident, and nobody before you has answered.",
    Why.LEADS: "You have the lead role, and nobody before you has answered.",
}


def send_due() -> int:
    """Send reminders that wait, person by person; returns how many mails were taken by the server."""
    _give_up_lapsed()
    sent = 0
    for _ in range(AT_ONCE):
        claimed = _claim()
        if claimed is None:
            break
        if claimed:
            state = _send(claimed)
            sent += state == MailState.SENT
            if state == MailState.QUEUED:
                break  # the relay is in trouble
    return sent


def _give_up_lapsed() -> None:
    """What a worker took and never settled may have left: it is not sent again."""
    Alert.objects.filter(mail_state=MailState.IN_FLIGHT, lease_until__lt=timezone.now()).update(
        mail_state=MailState.UNCERTAIN, lease_until=None
    )


@transaction.atomic
def _claim() -> list[Alert] | None:
    """Take all that waits for one person: in flight before anything is sent. None: nothing waits for anybody."""
    now = timezone.now()
    waiting = Alert.objects.filter(
        Q(due_at=None) | Q(due_at__lte=now), mail_state=MailState.QUEUED
    ).select_for_update(of=("self",), skip_locked=True)
    first = waiting.order_by("pk").first()
    if first is None:
        return None
    rows = list(waiting.filter(recipient_id=first.recipient_id).order_by("pk"))
    taken = _still_needed(rows, first.recipient)
    kept = [row.pk for row in taken]
    Alert.objects.filter(pk__in=[row.pk for row in rows if row.pk not in kept]).update(
        mail_state=MailState.DROPPED
    )
    identity = f"{uuid.uuid4().hex}@{parseaddr(settings.MAIL_FROM)[1].rpartition('@')[2] or 'localhost'}"
    Alert.objects.filter(pk__in=kept).update(
        mail_state=MailState.IN_FLIGHT, tries=F("tries") + 1, lease_until=now + LEASE, message_id=identity
    )
    for row in taken:
        row.tries, row.message_id = row.tries + 1, identity
    return taken


def _still_needed(rows: list[Alert], person: User) -> list[Alert]:
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


def _send(rows: list[Alert]) -> str:
    """The whole dialogue of one mail; returns the state it came to."""
    try:
        mail = _mail(rows)
        line = transport.SmtpConnection(transport.Relay())
    except CannotBuild:
        return _settle(rows, MailState.FAILED, "no address")
    except RelayTrouble:
        return _settle(rows, MailState.QUEUED, "", pause=PAUSE)
    try:
        line.begin(mail)
        reply = line.opened()
        if reply.code == transport.GO_ON:
            line.hand_over(mail, then=None)
            reply = line.answer()
        return _answered(rows, reply)
    except ReplyLost:
        return _settle(rows, MailState.UNCERTAIN, "answer lost")
    except (NotHandedOver, RelayTrouble):
        return _settle(rows, MailState.QUEUED, "", pause=PAUSE)
    finally:
        line.close()


def _answered(rows: list[Alert], reply: Reply) -> str:
    if reply.taken:
        return _settle(rows, MailState.SENT, str(reply.code))
    tries = min(row.tries for row in rows)
    if reply.for_now and tries < TRIES:
        pause = timedelta(seconds=ledger.RETRIES[min(tries, len(ledger.RETRIES)) - 1])
        _settle(rows, MailState.QUEUED, str(reply.code), pause=pause)
        return MailState.FAILED  # for now; another mailbox may take its own
    return _settle(rows, MailState.FAILED, str(reply.code))


def _settle(rows: list[Alert], state: str, code: str, *, pause: timedelta | None = None) -> str:
    now = timezone.now()
    Alert.objects.filter(pk__in=[row.pk for row in rows], mail_state=MailState.IN_FLIGHT).update(
        mail_state=state,
        reply_code=code[:16],
        lease_until=None,
        due_at=now + pause if pause else None,
        sent_at=now if state == MailState.SENT else None,
    )
    return state


def _mail(rows: list[Alert]) -> Mail:
    return message.plain(
        sender=settings.MAIL_FROM,
        reply_to="",
        recipient=rows[0].recipient.email,
        subject=_subject(rows),
        text=_text(rows),
        message_id=rows[0].message_id,
        date=timezone.now(),
    )


def _subject(rows: list[Alert]) -> str:
    references = sorted({row.obligation.incident.reference for row in rows})
    where = references[0] if len(references) == 1 else f"{len(references)} incidents"
    if len(rows) > 1:
        return f"{where}: {len(rows)} deadlines need you"
    if rows[0].obligation.incident.restricted:
        return f"{where}: a deadline needs you"
    return f"{where}: {_what(rows[0])}, due {told_at(rows[0].clock_at, rows[0].obligation.due_zone)}"


def _text(rows: list[Alert]) -> str:
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


def _ask(rows: list[Alert]) -> str:
    until = min(answer_until(row.at, row.clock_at, plan()) for row in rows)
    when = told_at(until, rows[0].recipient.zone)
    return f"Open the page and say “I have this”. If nobody does by {when}, the next person is told."


def told_at(at: datetime, zone: str) -> str:
    """An instant as a mail tells it: "Mon 23 Nov 2026 23:10 Europe/Dublin"."""
    local = at.astimezone(ZoneInfo(zone or "UTC"))
    return f"{local:%a} {local.day} {local:%b %Y %H:%M} {zone or 'UTC'}"
