"""Which action items somebody is reminded of, and whom; the steps are those of deadlines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import DateTimeField, ExpressionWrapper, F

from accounts.models import User
from incidents.lifecycle import Status
from incidents.models import ActionItem, ItemAlert
from incidents.models.alert import MailState, Why
from incidents.models.work import Cause
from incidents.queries import reminders
from incidents.queries.items import UNREAD, blocked
from incidents.reminding import END, Clock, Plan, Told, Wanted, wanted

HEAVY: Final = (*UNREAD, "checklist", "due_moved")


def plan_of_items() -> Plan:
    """Work is many and small: of the steps of deadlines the last one alone, then the end and each day after it."""
    whole = reminders.plan()
    return Plan([max(whole.steps)] if whole.steps else [], whole.wait)


def items_reminding(*, now: datetime) -> Any:
    """Open items whose first step has come; what waits for another item reminds nobody, the other one does."""
    first = min([*plan_of_items().steps, END]) / END
    begins = ExpressionWrapper(F("at") + (F("due_at") - F("at")) * first, output_field=DateTimeField())
    return (
        ActionItem.objects.open()
        .filter(due_at__isnull=False)
        .filter(incident__historic=False, incident__drill=False, incident__merged_into=None)
        .exclude(incident__status__in=(Status.CLOSED, Status.DISMISSED))
        .annotate(begins=begins)
        .filter(begins__lte=now)
        .exclude(blocked())
        .select_related("incident__lead", "owner", "held_by")
        .defer(*HEAVY, "incident__summary")
        .order_by("incident_id", "pk")
    )


def item_step(item: ActionItem, told: list[Told], plan: Plan, *, now: datetime) -> Wanted | None:
    """What is to be told of an item now; see `incidents.reminding.wanted`."""
    assert item.due_at is not None
    clock = Clock(min(item.at, item.due_at), item.due_at)
    return wanted(told, clock, plan, now=now, held_at=item.held_at, owned_since=item.owner_since)


def told_of_items(items: Iterable[ActionItem]) -> dict[int, list[Told]]:
    """All reminders of each item."""
    found: dict[int, list[Told]] = defaultdict(list)
    rows = ItemAlert.objects.filter(item__in=[one.pk for one in items], cause=Cause.DUE)
    for row in rows:
        assert row.clock_at is not None
        lost = row.mail_state == MailState.FAILED
        found[row.item_id].append(Told(row.round, row.step, row.recipient_id, row.at, row.clock_at, lost))
    return found


def incidents_with_due_items(*, now: datetime) -> list[int]:
    """Incidents with an item whose step nobody was told of, or nobody answered in time."""
    found = list(items_reminding(now=now))
    told, plan = told_of_items(found), plan_of_items()
    return sorted({one.incident_id for one in found if item_step(one, told[one.pk], plan, now=now)})


def item_chain(item: ActionItem, able: Mapping[int, User], *, now: datetime) -> reminders.Links:
    """Whoever has it, its owner, the stand-in or everybody of its role, the lead, all with the lead role."""
    links = [(Why.HAS_IT, [one for one in (able.get(item.held_by_id or 0),) if one and not one.is_away(now)])]
    links += reminders.owner_links(item.owner, able, now=now)
    if item.owner is None and item.role:
        holders = [one for one in able.values() if item.role in one.roles and not one.is_away(now)]
        links.append((Why.ROLE, holders))
    links += reminders.lead_links(item.incident.lead, able, now=now, beside=item.owner)
    return [link for link in links if link[1]]
