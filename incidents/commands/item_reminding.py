"""Whoever has an action item is reminded when its time runs out; then stand-in and lead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from audit.commands import record
from audit.events import SYSTEM
from incidents.events import WorkEvent
from incidents.models import Incident, ItemAlert
from incidents.models.work import Cause
from incidents.queries import item_reminders, reminders


@transaction.atomic
def raise_item_alerts(pk: int, *, now: datetime) -> int:
    """Tell what is to be told of one incident's action items; returns how many people hear of how many.

    Under the incident's lock, so two workers take turns; one that somebody holds is left for the next look.
    """
    incident = Incident.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if incident is None:
        return 0
    rows = ItemAlert.objects.bulk_create(_alerts(incident, now))
    if rows:
        details = {
            "items": sorted({row.item_id for row in rows}),
            "people": sorted({row.recipient_id for row in rows}),
        }
        record(WorkEvent.REMINDED, incident, by=SYSTEM, stream=incident.stream, details=details)
    return len(rows)


def _alerts(incident: Incident, now: datetime) -> Iterator[ItemAlert]:
    found = list(item_reminders.items_reminding(now=now).filter(incident=incident))
    told, plan = item_reminders.told_of_items(found), item_reminders.plan_of_items()
    able = reminders.workers(incident, now=now) if found else {}
    for item in found:
        step = item_reminders.item_step(item, told[item.pk], plan, now=now)
        if step is None:
            continue
        for why, people in item_reminders.item_chain(item, able, now=now):
            if left := [person for person in people if person.pk not in step.told]:
                yield from (
                    ItemAlert(
                        item=item, cause=Cause.DUE, recipient=person, why=why, round=step.round, step=step.step,
                        clock_at=item.due_at, at=now,
                    )
                    for person in left
                )  # fmt: skip
                break
