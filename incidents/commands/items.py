"""Action items: made, changed, handed over, brought to an end; each act is in the record of the incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.editing import NOTHING_SEEN, Seen
from accounts.models import User
from audit.commands import Acting, record
from incidents import queries
from incidents.commands.opening import touch
from incidents.events import WorkEvent
from incidents.lifecycle import OPEN_WORK, WORK_MOVES, WorkStatus, check_move
from incidents.models import ActionItem, Can, Incident, ItemAlert, ItemComment
from incidents.models.alert import MailState, Why
from incidents.models.work import Cause
from incidents.playbooks import LONGEST, OWNER_ROLES, wrong_lines
from incidents.queries import reminders
from incidents.rules import asked_for, check_not_settled, check_reason, item_blockers, refuse, to_the_minute

TWICE: Final = timedelta(seconds=30)  # a form that was sent twice
CHANGEABLE: Final = frozenset({"title", "what", "due_at", "checklist", "blocked_by"})
LONGEST_COMMENT: Final = 5_000


@transaction.atomic
def add_item(
    incident: Incident,
    *,
    title: str,
    what: str = "",
    owner: User | None = None,
    role: str = "",
    due_at: datetime | None = None,
    checklist: Sequence[str] = (),
    by: User,
    now: datetime,
) -> ActionItem:
    """Give work to a person or a role; the same again from the same person within seconds makes no second one."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    title = _line(title, "Say what is to be done.")
    again = incident.items.filter(title=title, by=by, at__gt=now - TWICE, step_key="").first()
    if again is not None:
        return again
    owner = _owner(incident, owner, role, now)
    item = ActionItem.objects.create(
        incident=incident, title=title, what=_text(what), owner=owner, owner_since=now if owner else None, role=role,
        due_at=_due(due_at, now), checklist=_lines(checklist, []), by=by, at=now,
    )  # fmt: skip
    record(WorkEvent.ADDED, item, by=by, stream=incident.stream, details=_whose(item) | {"due_at": due_at})
    tell_owner(item, by=by, now=now)
    touch(incident)
    return item


@transaction.atomic
def change_item(
    item: ActionItem, *, by: User, now: datetime, seen: Seen = NOTHING_SEEN, **changes: Any
) -> ActionItem:
    """Change title, what, due_at, checklist or blocked_by; a due time set by hand moves with nothing any more.

    Refused as stale where somebody changed the same since it was `seen`.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise TypeError(f"not changed so: {', '.join(sorted(unknown))}")
    incident, item = locked(item)
    if not (changes := _merged(item, changes, seen)):
        return item
    before = item.due_at
    if "title" in changes:
        item.title = _line(changes["title"], "Say what is to be done.")
    if "what" in changes:
        item.what = _text(changes["what"])
    if "due_at" in changes and changes["due_at"] != before:
        item.due_at, item.due_kind, item.due_hours, item.due_moved = (
            _due(changes["due_at"], now),
            "",
            None,
            None,
        )
    if "checklist" in changes:
        item.checklist = _lines(changes["checklist"], item.checklist)
    if "blocked_by" in changes:
        _set_blockers(item, changes["blocked_by"])
    item.save()
    details: dict[str, Any] = {"changed": sorted(changes)}
    details |= {"before": before, "after": item.due_at} if item.due_at != before else {}
    record(WorkEvent.CHANGED, item, by=by, stream=incident.stream, details=details)
    touch(incident)
    return item


def _merged(item: ActionItem, changes: dict[str, Any], seen: Seen) -> dict[str, Any]:
    """The changes without what only others changed."""
    wanted = dict(changes)
    if "due_at" in wanted:
        wanted["due_at"] = to_the_minute(wanted["due_at"])
    if "checklist" in wanted:
        wanted["checklist"] = "\n".join(wanted["checklist"])
    mine = seen.merged(wanted, standing=asked_for(item), subject=item, verbs=[WorkEvent.CHANGED])
    return {name: changes[name] for name in mine}


@transaction.atomic
def start_item(item: ActionItem, *, by: User, now: datetime) -> ActionItem:
    """Say that somebody is at it; what belonged to a role alone becomes theirs."""
    incident, item = locked(item)
    _move(item, WorkStatus.IN_PROGRESS, by=by, now=now)
    if item.owner_id is None:
        item.owner, item.owner_since = by, now
    return _moved(WorkEvent.STARTED, incident, item, by=by)


@transaction.atomic
def wait_item(item: ActionItem, *, waits_for: str, by: User, now: datetime) -> ActionItem:
    """Say for whom it waits; who waits still owns it and is reminded."""
    incident, item = locked(item)
    waits_for = _line(waits_for, "Say for whom it waits.")
    if (item.status, item.waits_for) == (WorkStatus.WAITING, waits_for):
        raise ValidationError("It waits for them already.", code="already_settled")
    _move(item, WorkStatus.WAITING, by=by, now=now)
    item.waits_for = waits_for
    return _moved(WorkEvent.WAITING, incident, item, by=by)


@transaction.atomic
def finish_item(item: ActionItem, *, by: User, now: datetime) -> ActionItem:
    """Say that it is done; refused while something that it comes after is open."""
    incident, item = locked(item)
    check_move(item.status, WorkStatus.DONE, WORK_MOVES)
    if blockers := item_blockers(item):
        refuse(blockers, code="still_open")
    _move(item, WorkStatus.DONE, by=by, now=now)
    return _moved(WorkEvent.DONE, incident, item, by=by)


@transaction.atomic
def drop_item(item: ActionItem, *, reason: str, by: User, now: datetime) -> ActionItem:
    """Find that it is not needed, and why."""
    incident, item = locked(item)
    reason = check_reason(reason)
    _move(item, WorkStatus.NOT_NEEDED, by=by, now=now)
    item.reason = reason
    return _moved(WorkEvent.NOT_NEEDED, incident, item, by=by, reason=reason)


@transaction.atomic
def reopen_item(item: ActionItem, *, reason: str, by: User, now: datetime) -> ActionItem:
    """Take up again what was done or found not needed."""
    incident, item = locked(item)
    reason = check_reason(reason)
    if item.is_open:
        raise ValidationError("It is open.", code="wrong_status")
    _move(item, WorkStatus.IN_PROGRESS, by=by, now=now)
    return _moved(WorkEvent.REOPENED, incident, item, by=by, reason=reason)


@transaction.atomic
def have_item(item: ActionItem, *, by: User, now: datetime) -> ActionItem:
    """Say "I have this": nobody else is reminded of this step, and later ones come to this person first."""
    incident, item = locked(item)
    if not item.is_open:
        raise ValidationError("It is settled already.", code="already_settled")
    item.held_by, item.held_at = by, now
    item.save(update_fields=["held_by", "held_at"])
    item.alerts.filter(recipient=by, acknowledged_at=None).update(acknowledged_at=now)
    record(WorkEvent.HAD, item, by=by, stream=incident.stream)
    touch(incident)
    return item


@transaction.atomic
def hand_over_item(
    item: ActionItem, *, to: User | None, role: str = "", note: str = "", by: User, now: datetime
) -> ActionItem:
    """Give it to another person or to a role, with what they should know; who had it in hand has it no more."""
    incident, item = locked(item)
    if not item.is_open:
        raise ValidationError("It is settled already; take it up again first.", code="already_settled")
    if to is None and not role:
        raise ValidationError("Say to whom.", code="owner_missing")
    if (item.owner_id, item.role) == (to.pk if to else None, role or item.role):
        raise ValidationError("It is theirs already.", code="already_settled")
    details: dict[str, Any] = {"from": item.owner_id, "from_role": item.role}
    item.owner, item.role = _owner(incident, to, role, now), role or item.role
    item.owner_since = now if to else None
    item.held_by = item.held_at = None
    item.save(update_fields=["owner", "role", "owner_since", "held_by", "held_at"])
    item.alerts.filter(acknowledged_at=None, cause=Cause.GIVEN).update(acknowledged_at=now)
    if note.strip():
        ItemComment.objects.create(item=item, text=_text(note), by=by, at=now)
    record(WorkEvent.HANDED_OVER, item, by=by, stream=incident.stream, details=details | _whose(item))
    tell_owner(item, by=by, now=now)
    touch(incident)
    return item


@transaction.atomic
def tick_item(item: ActionItem, *, line: int, done: bool, by: User, now: datetime) -> ActionItem:
    """Tick a line of the checklist, or take the tick back; repeating it changes nothing."""
    incident, item = locked(item)
    if not 0 <= line < len(item.checklist):
        raise ValidationError("The checklist changed meanwhile; look at it again.", code="stale")
    if item.checklist[line]["done"] == done:
        return item
    item.checklist[line] |= {
        "done": done,
        "by": by.pk if done else None,
        "at": now.isoformat() if done else None,
    }
    if done and item.status == WorkStatus.NOT_STARTED:
        _move(item, WorkStatus.IN_PROGRESS, by=by, now=now)
    item.save()
    verb = WorkEvent.TICKED if done else WorkEvent.UNTICKED
    record(verb, item, by=by, stream=incident.stream, details={"line": line + 1})
    touch(incident)
    return item


@transaction.atomic
def comment_item(
    item: ActionItem, *, text: str, mentioned: Iterable[User] = (), by: User, now: datetime
) -> ItemComment:
    """Say something on an item; whoever is mentioned and may see the incident hears of it, nobody else."""
    incident = Incident.objects.locked(Incident(pk=item.incident_id))
    check_not_settled(incident)
    text = _text(text, LONGEST_COMMENT)
    if not text:
        raise ValidationError("Write something first.", code="text_missing")
    again = item.comments.filter(text=text, by=by, at__gt=now - TWICE).first()
    if again is not None:
        return again
    people = {one.pk: one for one in queries.people_who_can(incident, Can.VIEW, now=now)}
    named = queries.mentioned_in(text, people.values())
    if any(one.pk not in people for one in mentioned):
        raise ValidationError("Only people who may see this incident can be mentioned.", code="cannot_see")
    told = {one.pk: one for one in (*named, *mentioned) if one.pk != by.pk}
    comment = ItemComment.objects.create(item=item, text=text, by=by, at=now)
    comment.mentioned.set(told.values())
    ItemAlert.objects.bulk_create(
        ItemAlert(item=item, comment=comment, cause=Cause.MENTIONED, recipient=person, why=Why.OWNER, at=now)
        for person in told.values()
    )
    details = {"comment": comment.pk, "mentioned": sorted(told)}
    record(WorkEvent.COMMENTED, item, by=by, stream=incident.stream, details=details)
    touch(incident)
    return comment


@transaction.atomic
def read_mentions(*, by: User, now: datetime) -> int:
    """Say that one has seen where one was mentioned, and what one was given."""
    waiting = ItemAlert.objects.filter(recipient=by, acknowledged_at=None).exclude(cause=Cause.DUE)
    return waiting.update(acknowledged_at=now)


def move_with_time(incident: Incident, *, kind: str, at: datetime, by: Acting, now: datetime) -> int:
    """Move open items that count from a time which was stated anew; each keeps from when to when it moved."""
    items = list(incident.items.select_for_update(of=("self",)).open().filter(due_kind=kind))
    moved = []
    for item in items:
        assert item.due_after is not None
        if item.due_at != at + item.due_after:
            before, item.due_at = item.due_at, at + item.due_after
            item.due_moved = {
                "kind": kind,
                "before": before.isoformat() if before else None,
                "after": item.due_at.isoformat(),
                "at": now.isoformat(),
            }
            moved.append(item)
    if moved:
        ActionItem.objects.bulk_update(moved, ["due_at", "due_moved"])
        details = {"kind": kind, "items": sorted(item.pk for item in moved)}
        record(WorkEvent.DUE_MOVED, incident, by=by, stream=incident.stream, details=details)
    return len(moved)


def tell_owner(item: ActionItem, *, by: Acting, now: datetime) -> None:
    """Tell a person that an item was given to them, or while they are away whoever stands in for them."""
    if item.owner is None or item.owner_id == by.pk:
        return
    ItemAlert.objects.bulk_create(given_alerts([item], now=now))


def given_alerts(items: Iterable[ActionItem], *, now: datetime) -> list[ItemAlert]:
    """Not saved yet; nothing for items of a role."""
    found: list[ItemAlert] = []
    able: dict[int, User] | None = None
    for item in items:
        if item.owner is None:
            continue
        if able is None:
            able = reminders.workers(item.incident, now=now)
        for why, people in reminders.owner_links(item.owner, able, now=now)[:1]:
            found += [
                ItemAlert(item=item, cause=Cause.GIVEN, recipient=person, why=why, at=now)
                for person in people
            ]
    return found


def locked(item: ActionItem) -> tuple[Incident, ActionItem]:
    """The item under its incident's lock, so that acts on both take turns."""
    incident = Incident.objects.locked(Incident(pk=item.incident_id))
    check_not_settled(incident)
    item = ActionItem.objects.locked(item)
    item.incident = incident
    return incident, item


def _move(item: ActionItem, status: str, *, by: User, now: datetime) -> None:
    check_move(item.status, status, WORK_MOVES)
    item.status = status
    item.settled_at = None if status in OPEN_WORK else now
    item.waits_for = item.reason = ""
    item.held_by, item.held_at = by, now


def _moved(
    verb: WorkEvent, incident: Incident, item: ActionItem, *, by: User, reason: str = ""
) -> ActionItem:
    item.save()
    item.alerts.filter(recipient=by, acknowledged_at=None).update(acknowledged_at=item.held_at)
    if not item.is_open:
        item.alerts.filter(mail_state=MailState.QUEUED).update(mail_state=MailState.DROPPED)
    record(verb, item, by=by, stream=incident.stream, reason=reason)
    touch(incident)
    return item


def _owner(incident: Incident, owner: User | None, role: str, now: datetime) -> User | None:
    if role and role not in OWNER_ROLES:
        raise ValidationError("Nobody with this role works on incidents.", code="bad_role")
    if owner is None:
        return None
    able = queries.workers_of(incident, now=now).filter(pk=owner.pk).first()
    if able is None:
        raise ValidationError("This person may not work on this incident.", code="owner_without_access")
    return able


def _whose(item: ActionItem) -> dict[str, Any]:
    return {"owner": item.owner_id, "role": item.role}


def _set_blockers(item: ActionItem, wanted: Iterable[ActionItem]) -> None:
    """Refuses items of elsewhere, and a circle in which nothing could ever be finished."""
    chosen = {one.pk for one in wanted}
    known = set(item.incident.items.values_list("pk", flat=True))
    if item.pk in chosen or not chosen <= known:
        raise ValidationError("It can only come after other items of this incident.", code="bad_blocker")
    edges = ActionItem.blocked_by.through.objects.filter(from_actionitem__incident=item.incident)
    after: dict[int, set[int]] = {}
    for one, other in edges.values_list("from_actionitem_id", "to_actionitem_id"):
        after.setdefault(one, set()).add(other)
    after[item.pk] = chosen
    if _reaches(item.pk, item.pk, after):
        raise ValidationError("These would wait for each other in a circle.", code="circle")
    item.blocked_by.set(chosen)


def _reaches(start: int, goal: int, after: Mapping[int, set[int]]) -> bool:
    seen, ahead = set[int](), list(after.get(start, ()))
    while ahead:
        if (here := ahead.pop()) == goal:
            return True
        if here not in seen:
            seen.add(here)
            ahead += after.get(here, ())
    return False


def _due(due_at: datetime | None, now: datetime) -> datetime | None:
    if due_at is not None and due_at < now - timedelta(days=1):
        raise ValidationError("This lies in the past; give a time to come.", code="past_time")
    return due_at


def _lines(lines: Sequence[str], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The checklist with these lines; ticks stay with the words they were set on."""
    wanted = [" ".join(line.split()) for line in lines if line.strip()]
    if wrong := list(wrong_lines(wanted, ())):
        raise ValidationError(" ".join(wrong), code="bad_checklist")
    ticks = {line["text"]: dict(line) for line in before}
    return [ticks.get(text, {"text": text, "done": False, "by": None, "at": None}) for text in wanted]


def checklist_of(lines: Sequence[str], before: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """The checklist of a step, with the ticks that stood."""
    return _lines(lines, before)


def _line(text: str, missing: str) -> str:
    text = " ".join(text.replace("\x00", "").split())
    if not text:
        raise ValidationError(missing, code="text_missing")
    if len(text) > LONGEST["title"]:
        raise ValidationError("At most 200 characters, please.", code="too_long")
    return text


def _text(text: str, most: int = LONGEST["what"]) -> str:
    text = text.replace("\x00", "").strip()
    if len(text) > most:
        raise ValidationError(f"At most {most:,} characters, please.", code="too_long")
    return text
