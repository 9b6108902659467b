"""Which playbook fits an incident, and what a later or another one would change in its work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import Http404

from accounts.models import Role
from incidents.models import ActionItem, Incident, Playbook, PlaybookRun, PlaybookVersion
from incidents.models.playbook import VersionStatus
from incidents.playbooks import COUNTED_FROM, Content, Step

LABELS: Final = {
    "title": "Title",
    "what": "What to do",
    "role": "Whose",
    "due": "Due",
    "after": "Comes after",
    "checklist": "Checklist",
    "links": "Links",
}


@dataclass(frozen=True)
class Change:
    """What one step would become: new, changed or gone."""

    key: str
    kind: str
    title: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)  # what, before, after

    @property
    def words(self) -> str:
        return {"new": "New", "changed": "Changed", "gone": "No longer in it"}[self.kind]


@dataclass(frozen=True)
class Offer:
    """A version that the incident could follow from now on."""

    version: PlaybookVersion
    why: str
    changes: list[Change]


def playbooks() -> QuerySet[Playbook]:
    """All, with their versions, the newest first."""
    versions = PlaybookVersion.objects.select_related("by").order_by("-number")
    return Playbook.objects.prefetch_related(Prefetch("versions", queryset=versions))


def playbook_for(key: str) -> Playbook:
    found = playbooks().filter(key=key).first()
    if found is None:
        raise Http404("No such playbook.")
    return found


def in_force() -> QuerySet[PlaybookVersion]:
    return PlaybookVersion.objects.filter(
        status=VersionStatus.IN_FORCE, playbook__retired_at=None
    ).select_related("playbook")


def version_in_force(pk: int) -> PlaybookVersion:
    """Refuses one that no longer is, or never was."""
    found = in_force().filter(pk=pk).first()
    if found is None:
        raise ValidationError("This playbook is not in force any more; choose another.", code="stale")
    return found


def fitting(incident: Incident) -> PlaybookVersion | None:
    """The version in force for the kind that the incident is of."""
    return in_force().filter(playbook__violations__contains=[incident.violation]).first()


def run_of(incident: Incident) -> PlaybookRun | None:
    return PlaybookRun.objects.select_related("version__playbook", "by").filter(incident=incident).first()


def offer(incident: Incident, run: PlaybookRun | None) -> Offer | None:
    """What is offered by itself: another playbook when the kind has changed, else a later version of the same."""
    if run is None or incident.is_settled:
        return None
    fits = fitting(incident)
    if fits is not None and fits.playbook_id != run.version.playbook_id:
        wanted, why = fits, "The kind of incident has changed; another playbook fits now."
    else:
        later = in_force().filter(playbook=run.version.playbook_id).first()
        if later is None:
            return None
        wanted, why = later, "A later version of this playbook is in force."
    if wanted.pk in (run.version_id, run.kept_id):
        return None
    return Offer(wanted, why, changes(incident, wanted))


def changes(incident: Incident, version: PlaybookVersion) -> list[Change]:
    """Step by step, what following this version would change; what is settled stays as it is."""
    wanted = version.content
    items = {item.step_key: item for item in incident.items.exclude(step_key="")}
    found = [_new(step, wanted) for step in wanted.steps if step.key not in items]
    for key, item in items.items():
        if not item.is_open:
            continue
        step = wanted.by_key.get(key)
        if step is None:
            found.append(Change(key, "gone", item.title))
        elif lines := _lines(item, step, wanted):
            found.append(Change(key, "changed", step.title, lines))
    return found


def _new(step: Step, wanted: Content) -> Change:
    told = told_step(step, wanted)
    shown = ("role", "due", "after")
    return Change(step.key, "new", step.title, [(LABELS[key], "", told[key]) for key in shown if told[key]])


def _lines(item: ActionItem, step: Step, wanted: Content) -> list[tuple[str, str, str]]:
    """What differs from the step as the item took it over, however people changed the item since."""
    was = Step.read(item.step or {"key": step.key, "title": item.title})
    if was == step:
        return []
    before, after = told_step(was, wanted), told_step(step, wanted)
    return [(LABELS[key], before[key], after[key]) for key in LABELS if before[key] != after[key]]


def told_step(step: Step, content: Content) -> dict[str, str]:
    """A step in words, by what can change about it."""
    titles = {one.key: one.title for one in content.steps}
    return {
        "title": step.title,
        "what": step.what,
        "role": str(Role(step.role).label) if step.role else "",
        "due": due_words(step.due_kind, step.due_hours),
        "after": "; ".join(titles.get(key, key) for key in step.after),
        "checklist": "; ".join(step.checklist),
        "links": "; ".join(f"{link.label} ({link.url})" for link in step.links),
    }


def due_words(kind: str, hours: int | None) -> str:
    """ "12 h after: the breach was confirmed"; days from two on."""
    if not kind or hours is None:
        return ""
    span = f"{hours // 24} days" if hours >= 48 and hours % 24 == 0 else f"{hours} h"
    label = COUNTED_FROM.get(kind, kind).partition(":")[0]
    return (
        f"{span} after: {label[:1].lower()}{label[1:]}"
        if hours
        else f"at once: {label[:1].lower()}{label[1:]}"
    )
