"""What came back, settled; and what a person does about those whose mail reached nobody."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from audit.events import SYSTEM
from incidents import commands as incidents
from incidents.models import Incident
from incidents.rules import check_reason
from notifications import ledger, tracing
from notifications.bounce_reading import Told
from notifications.commands.sending import MATTER
from notifications.events import NoticeEvent
from notifications.lifecycle import Fate, NoticeStatus
from notifications.models import Bounce, BounceKind, Delivery, Notice
from stakeholders import commands as stakeholders
from stakeholders.models import AffectedParty

log = structlog.get_logger(__name__)
MOST: Final = 1_000
# A bounce takes back what was believed sent, and stops what would be sent again.
BOUNCES: Final = frozenset({Fate.SENT, Fate.UNCERTAIN, Fate.PARKED, Fate.QUEUED, Fate.DEFERRED})
BELIEVED_SENT: Final = frozenset({Fate.SENT, Fate.UNCERTAIN})
# What a person may act on: the mail reached nobody.
RETURNED: Final = frozenset({Fate.BOUNCED, Fate.FAILED, Fate.RETURNED, Fate.GIVEN_UP})


def event_key(of: bytes) -> bytes:
    return hashlib.sha256(of).digest()


@transaction.atomic
def note_bounce(told: Told, *, source: str, key: bytes, now: datetime) -> Bounce:
    """Keep one report and settle its delivery; the same report again changes nothing."""
    bounce, new = Bounce.objects.get_or_create(
        event_key=key,
        defaults={
            "delivery": tracing.delivery_of(told.tokens),
            "kind": told.kind,
            "source": source,
            "status_code": told.status[:12],
            "words": told.words,
            "received_at": now,
        },
    )
    if new and bounce.delivery_id is not None:
        settle_bounce(bounce, now=now)
    return bounce


@transaction.atomic
def settle_bounce(bounce: Bounce, *, now: datetime) -> str:
    """Move the delivery and its notice's counters; a delivery in flight is settled by its answer first."""
    delivery = Delivery.objects.select_for_update(of=("self",)).get(bounces=bounce)
    bounce = Bounce.objects.select_for_update().get(pk=bounce.pk)
    if bounce.settled_at is not None or delivery.state == Fate.IN_FLIGHT:
        return ""
    state = _state_after(bounce, delivery)
    if state:
        _move(
            delivery,
            state,
            now=now,
            again_at=now + ledger.AGAIN[_soft_before(bounce)] if state == Fate.DEFERRED else None,
        )
    bounce.settled_at, bounce.moved_to = now, state
    bounce.save(update_fields=["settled_at", "moved_to"])
    return state


def _state_after(bounce: Bounce, delivery: Delivery) -> str:
    if bounce.kind == BounceKind.HARD and delivery.state in BOUNCES:
        return Fate.BOUNCED
    if bounce.kind != BounceKind.SOFT or delivery.state not in BELIEVED_SENT:
        return ""
    withdrawn = delivery.notice.status == NoticeStatus.WITHDRAWN
    return Fate.BOUNCED if withdrawn or _soft_before(bounce) >= len(ledger.AGAIN) else Fate.DEFERRED


def _soft_before(bounce: Bounce) -> int:
    earlier = Bounce.objects.filter(delivery=bounce.delivery, kind=BounceKind.SOFT, settled_at__isnull=False)
    return earlier.exclude(pk=bounce.pk).count()


def _move(delivery: Delivery, state: str, *, now: datetime, again_at: datetime | None = None) -> None:
    """One delivery into another fate, with the counters; the caller holds it locked."""
    before = delivery.state
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state,
        next_try_at=again_at,
        settled_at=None if again_at else now,
        owner="",
        lease_until=None,
    )
    ledger.count_fates(
        Counter({(delivery.notice_id, state): 1}), back=Counter({(delivery.notice_id, str(before)): 1})
    )
    if again_at is not None:
        _go_on(delivery.notice, now=now)


def _go_on(notice: Notice, *, now: datetime) -> None:
    """A finished notice is on its way again when a mail of it is."""
    notice = Notice.objects.locked(notice)
    if notice.status != NoticeStatus.FINISHED:
        return
    notice.status, notice.finished_at = NoticeStatus.SENDING, None
    notice.save(update_fields=["status", "finished_at"])
    record(NoticeEvent.RESUMED, notice, by=SYSTEM, stream=notice.stream, details={"why": "mail came back"})
    label = f"Notice {notice.reference} is on its way"
    incidents.open_matter(
        notice.incident, kind=MATTER, reference=notice.reference, label=label, by=SYSTEM, now=now
    )


def settle_due_bounces(*, now: datetime, most: int = 200) -> int:
    """Settle reports whose delivery was in flight when they came."""
    settled = 0
    for bounce in Bounce.objects.filter(settled_at=None, delivery__isnull=False).order_by("pk")[:most]:
        settle_bounce(bounce, now=now)
        settled += 1
    return settled


# --- a person's acts on the work list


def _chosen(incident: Incident, deliveries: Sequence[int]) -> list[Delivery]:
    if len(set(deliveries)) > MOST:
        raise ValidationError(f"At most {MOST:,} people at a time.", code="too_many")
    found = list(
        Delivery.objects.select_for_update(of=("self",))
        .filter(notice__incident=incident, pk__in=deliveries, state__in=RETURNED)
        .select_related("notice")
        .order_by("pk")
    )
    if not found:
        raise ValidationError("Nobody chosen whose mail came back.", code="already_settled")
    return found


@transaction.atomic
def send_again(incident: Incident, *, deliveries: Sequence[int], by: User, reason: str, now: datetime) -> int:
    """Send the same notice again to people whose mail came back, each with the Message-ID it had."""
    reason = check_reason(reason)
    chosen = _chosen(incident, deliveries)
    going = (NoticeStatus.SENDING, NoticeStatus.PAUSED, NoticeStatus.FINISHED)
    if any(one.notice.status not in going for one in chosen):
        raise ValidationError("A withdrawn notice is not sent again.", code="wrong_status")
    _check_mailable(incident, chosen)
    for one in chosen:
        _move(one, Fate.QUEUED, now=now)
    Delivery.objects.filter(pk__in=[one.pk for one in chosen]).update(settled_at=None, attempt=0)
    for notice in {one.notice_id: one.notice for one in chosen}.values():
        _go_on(notice, now=now)
    _record_each(NoticeEvent.SENT_AGAIN, chosen, by=by, reason=reason)
    return len(chosen)


def _check_mailable(incident: Incident, chosen: Sequence[Delivery]) -> None:
    people = AffectedParty.objects.filter(
        roster_id=chosen[0].roster_id, id__in=[one.party_id for one in chosen]
    )
    if any(person.email_key is None or person.exempt_at is not None for person in people):
        raise ValidationError("Somebody chosen has no e-mail address, or is exempt.", code="no_address")
    if not people:
        raise ValidationError("These people were erased.", code="erased")


@transaction.atomic
def give_up(incident: Incident, *, deliveries: Sequence[int], by: User, reason: str, now: datetime) -> int:
    """Find that these people cannot be reached: no letter will be made, coverage counts them as unreachable."""
    reason = check_reason(reason)
    chosen = [one for one in _chosen(incident, deliveries) if one.state != Fate.GIVEN_UP]
    if not chosen:
        raise ValidationError("These were given up already.", code="already_settled")
    for one in chosen:
        _move(one, Fate.GIVEN_UP, now=now)
    _record_each(NoticeEvent.GIVEN_UP, chosen, by=by, reason=reason)
    return len(chosen)


def _record_each(verb: NoticeEvent, chosen: Sequence[Delivery], *, by: User, reason: str) -> None:
    """One entry a notice."""
    for notice in {one.notice_id: one.notice for one in chosen}.values():
        mine = [one.pk for one in chosen if one.notice_id == notice.pk]
        details = {"number": len(mine), "deliveries": mine[:100]}
        record(verb, notice, by=by, stream=notice.stream, reason=reason, details=details)


@transaction.atomic
def correct_address(
    delivery: Delivery, *, changed: dict[str, str], again: bool, by: User, reason: str, now: datetime
) -> None:
    """Put a right e-mail or postal address in place of the one on the list, and send the mail again if asked."""
    party = AffectedParty.objects.select_related("roster__incident").get(
        roster_id=delivery.roster_id, id=delivery.party_id
    )
    stakeholders.correct_contact(party, changed=changed, reason=reason, by=by, now=now)
    if delivery.state == Fate.GIVEN_UP or (delivery.state == Fate.RETURNED and "address1" in changed):
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if locked.state in (Fate.GIVEN_UP, Fate.RETURNED):
            _move(locked, Fate.BOUNCED, now=now)  # open again for a letter or a mail
    if again:
        send_again(
            delivery.notice.incident,
            deliveries=[delivery.pk],
            by=by,
            reason="The address was corrected.",
            now=now,
        )
