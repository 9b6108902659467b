"""A playbook on an incident: started, and brought in step with a later one as far as somebody says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Role, User
from audit.commands import record
from incidents import queries
from incidents.commands.items import checklist_of, given_alerts
from incidents.commands.opening import touch
from incidents.events import WorkEvent
from incidents.lifecycle import WorkStatus
from incidents.models import ActionItem, Incident, ItemAlert, PlaybookRun, PlaybookVersion
from incidents.models.playbook import VersionStatus
from incidents.playbooks import STARTED, Content, Step
from incidents.queries import reminders
from incidents.queries.playbooks import Change
from incidents.rules import check_not_settled


@transaction.atomic
def start_playbook(incident: Incident, *, version: PlaybookVersion, by: User, now: datetime) -> PlaybookRun:
    """Make an action item of each step; refused while one runs, for then its difference is taken over."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    if PlaybookRun.objects.filter(incident=incident).exists():
        raise ValidationError("A playbook runs here already.", code="already_settled")
    _check_in_force(version)
    run = PlaybookRun.objects.create(incident=incident, version=version, by=by, at=now)
    made = _make(incident, run, version.content.steps, by=by, now=now)
    _bind(incident, version.content, {item.step_key for item in made})
    details = _named(version) | {"items": len(made)}
    record(WorkEvent.PLAYBOOK_STARTED, incident, by=by, stream=incident.stream, details=details)
    touch(incident)
    return run


def start_fitting_playbook(incident: Incident, *, by: User, now: datetime) -> PlaybookRun | None:
    """Start the one for the incident's kind, unless one runs or none fits."""
    if PlaybookRun.objects.filter(incident=incident).exists():
        return None
    version = queries.fitting(incident)
    return start_playbook(incident, version=version, by=by, now=now) if version else None


@transaction.atomic
def apply_playbook(
    incident: Incident, *, version: PlaybookVersion, take: Collection[str], by: User, now: datetime
) -> PlaybookRun:
    """Follow this version from now on in the steps named; the others stay as they are, and are not offered again.

    New steps become items, changed ones are rewritten with their ticks kept, gone ones are found not needed.
    """
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    run = _run(incident)
    _check_in_force(version)
    offered = {change.key: change for change in queries.changes(incident, version)}
    if set(take) - offered.keys():
        raise ValidationError("The work changed meanwhile; look at the difference again.", code="stale")
    taken = [change for key, change in offered.items() if key in take]
    run.version, run.kept = version, None
    run.save(update_fields=["version", "kept"])
    _take_over(incident, run, version.content, taken, by=by, now=now)
    details = _named(version) | {
        "taken": sorted(change.key for change in taken),
        "left": sorted(offered.keys() - set(take)),
    }
    record(WorkEvent.PLAYBOOK_APPLIED, incident, by=by, stream=incident.stream, details=details)
    touch(incident)
    return run


@transaction.atomic
def keep_playbook(incident: Incident, *, version: PlaybookVersion, by: User, now: datetime) -> PlaybookRun:
    """Leave the work as it is; this version is not offered again."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    run = _run(incident)
    _check_in_force(version)
    if run.version_id == version.pk:
        raise ValidationError("This is the version that runs.", code="already_settled")
    run.kept = version
    run.save(update_fields=["kept"])
    record(WorkEvent.PLAYBOOK_KEPT, incident, by=by, stream=incident.stream, details=_named(version))
    touch(incident)
    return run


def _run(incident: Incident) -> PlaybookRun:
    run = PlaybookRun.objects.select_for_update(of=("self",)).filter(incident=incident).first()
    if run is None:
        raise ValidationError("No playbook runs here yet; start one.", code="wrong_status")
    return run


def _check_in_force(version: PlaybookVersion) -> None:
    if not PlaybookVersion.objects.filter(pk=version.pk, status=VersionStatus.IN_FORCE).exists():
        raise ValidationError("This version is not in force any more; look at the later one.", code="stale")


def _take_over(
    incident: Incident, run: PlaybookRun, wanted: Content, taken: list[Change], *, by: User, now: datetime
) -> None:
    steps = wanted.by_key
    new = [steps[change.key] for change in taken if change.kind == "new"]
    _make(incident, run, new, by=by, now=now)
    items = {
        item.step_key: item for item in incident.items.select_for_update(of=("self",)).exclude(step_key="")
    }
    times = _times(incident, run)
    for change in taken:
        item = items[change.key]
        if change.kind == "gone":
            item.status, item.settled_at = WorkStatus.NOT_NEEDED, now
            item.reason, item.waits_for = f"No longer a step of the playbook “{wanted.name}”.", ""
        if change.kind == "changed":
            _rewrite(item, steps[change.key], times, now=now)
        if change.kind != "new":
            item.save()
    _bind(incident, wanted, {change.key for change in taken if change.kind != "gone"})


def _make(
    incident: Incident, run: PlaybookRun, steps: Collection[Step], *, by: User, now: datetime
) -> list[ActionItem]:
    """An item for each step; one of the lead is the lead's, one of a role that a single person holds is theirs."""
    times, owners = _times(incident, run), _owners(incident, now)
    items = []
    for step in steps:
        owner = owners.get(step.role)
        items.append(
            ActionItem(
                incident=incident, title=step.title, what=step.what, role=step.role, owner=owner,
                owner_since=now if owner else None, checklist=checklist_of(step.checklist),
                links=step.plain()["links"], step_key=step.key, step=step.plain(), by=by, at=now, **_due(step, times),
            )
        )  # fmt: skip
    made = ActionItem.objects.bulk_create(items)
    given = [item for item in made if item.owner_id != by.pk]
    ItemAlert.objects.bulk_create(given_alerts(given, now=now))
    return made


def _rewrite(item: ActionItem, step: Step, times: Mapping[str, datetime], *, now: datetime) -> None:
    """The step's words and due time; who has the item, and how far it is, stay."""
    item.title, item.what, item.links = step.title, step.what, step.plain()["links"]
    item.checklist = checklist_of(step.checklist, item.checklist)
    if item.owner_id is None:
        item.role = step.role
    was = Step.read(item.step) if item.step else None
    if was is None or (was.due_kind, was.due_hours) != (step.due_kind, step.due_hours):
        for name, value in _due(step, times).items():
            setattr(item, name, value)
        item.due_moved = None
    item.step = step.plain()


def _bind(incident: Incident, content: Content, keys: Collection[str]) -> None:
    """Let the items of these steps come after those that their steps come after."""
    pks = dict(incident.items.exclude(step_key="").values_list("step_key", "pk"))
    through = ActionItem.blocked_by.through
    ours = [pks[key] for key in keys]
    through.objects.filter(from_actionitem__in=ours).delete()
    through.objects.bulk_create(
        through(from_actionitem_id=pks[step.key], to_actionitem_id=pks[key])
        for step in content.steps
        if step.key in keys
        for key in step.after
        if key in pks
    )


def _owners(incident: Incident, now: datetime) -> dict[str, User]:
    """Who a role means here: the lead of the incident, or the only one who holds it."""
    able = reminders.workers(incident, now=now)
    holders = {role: [one for one in able.values() if role in one.roles] for role in Role}
    owners = {role.value: people[0] for role, people in holders.items() if len(people) == 1}
    lead = able.get(incident.lead_id or 0)
    return owners | ({Role.LEAD.value: lead} if lead else {})


def _times(incident: Incident, run: PlaybookRun) -> dict[str, datetime]:
    return {time.kind: time.at for time in incident.event_times.filter(superseded_at=None)} | {
        STARTED: run.at
    }


def _due(step: Step, times: Mapping[str, datetime]) -> dict[str, Any]:
    at = times.get(step.due_kind)
    due_at = at + timedelta(hours=step.due_hours or 0) if at else None
    return {"due_at": due_at, "due_kind": step.due_kind, "due_hours": step.due_hours}


def _named(version: PlaybookVersion) -> dict[str, Any]:
    return {"playbook": version.playbook.key, "number": version.number}
