"""Playbooks are written as drafts and put in force; what runs already follows only when somebody says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.editing import NOTHING_SEEN, Seen
from accounts.models import User
from audit.commands import Acting, record
from audit.events import ORGANISATION
from incidents.events import PlaybookEvent
from incidents.models import Playbook, PlaybookVersion
from incidents.models.incident import ViolationType
from incidents.models.playbook import VersionStatus
from incidents.playbooks import Content, Step, check_content, new_key, read_written, ready, written

RESERVED: Final = ("new", "ready")  # addresses of their own


@transaction.atomic
def create_playbook(*, content: Content, by: Acting, now: datetime, key: str = "") -> PlaybookVersion:
    """Begin a playbook with the draft of its first version."""
    check_content(content, kinds=ViolationType.values)
    taken = {*RESERVED, *Playbook.objects.values_list("key", flat=True)}
    playbook = Playbook.objects.create(
        key=key or new_key(content.name, taken), name=content.name, violations=list(content.violations)
    )
    return _new_draft(playbook, content, by=by, now=now)


@transaction.atomic
def write_playbook_draft(
    playbook: Playbook, *, content: Content, revision: int, by: Acting, now: datetime
) -> PlaybookVersion:
    """Write the draft; `revision` is that of the draft that was read, 0 when there was none.

    Somebody else's words are never written over unread: a later revision refuses.
    """
    playbook = _locked(playbook)
    check_content(content, kinds=ViolationType.values)
    if not revision and not playbook.versions.filter(status=VersionStatus.DRAFT).exists():
        return _new_draft(playbook, content, by=by, now=now)
    draft = _draft(playbook, revision)
    if draft.data == content.plain():
        return draft
    draft.data, draft.revision = content.plain(), draft.revision + 1
    draft.by, draft.at = by if isinstance(by, User) else None, now
    draft.save(update_fields=["data", "revision", "by", "at"])
    if not playbook.versions.exclude(pk=draft.pk).exists():
        playbook.name, playbook.violations = content.name, list(content.violations)
        playbook.save(update_fields=["name", "violations"])
    _record(PlaybookEvent.WRITTEN, draft, by)
    return draft


@transaction.atomic
def write_playbook_step(
    playbook: Playbook, *, step: Step, seen: Seen = NOTHING_SEEN, by: Acting, now: datetime
) -> PlaybookVersion:
    """Write one step into the draft; one without a key is new and comes last.

    Others may write other steps at the same time; refused as stale where somebody changed the same of this one.
    """
    playbook = _locked(playbook)
    content, draft = being_written(playbook)
    steps = content.by_key
    key = step.key or new_key(step.title, steps)
    if step.key and key not in steps:
        raise ValidationError("Somebody took this step out meanwhile. Write it as a new one.", code="stale")
    if step.key:
        standing, subject = written(steps[key]), draft or playbook
        mine = seen.merged(written(step), standing=standing, subject=subject, verbs=[PlaybookEvent.WRITTEN])
        step = read_written(key, standing | mine)
    steps[key] = replace(step, key=key)
    changed = Content(content.name, content.violations, tuple(steps.values()))
    return _write(playbook, changed, draft, by=by, now=now)


@transaction.atomic
def describe_playbook(
    playbook: Playbook,
    *,
    name: str,
    violations: Iterable[str],
    seen: Seen = NOTHING_SEEN,
    by: Acting,
    now: datetime,
) -> PlaybookVersion:
    """Write name and kinds into the draft; refused as stale where somebody changed the same."""
    playbook = _locked(playbook)
    content, draft = being_written(playbook)
    standing = {"name": content.name, "violations": list(content.violations)}
    wanted = {"name": " ".join(name.split()), "violations": list(violations)}
    subject = draft or playbook
    told = standing | seen.merged(wanted, standing=standing, subject=subject, verbs=[PlaybookEvent.WRITTEN])
    changed = Content(str(told["name"]), tuple(told["violations"]), content.steps)
    return _write(playbook, changed, draft, by=by, now=now)


def being_written(playbook: Playbook) -> tuple[Content, PlaybookVersion | None]:
    """What a change is made to: the draft, else a copy of what is in force or of the latest version."""
    found = list(playbook.versions.order_by("-number"))
    draft = next((one for one in found if one.status == VersionStatus.DRAFT), None)
    standing = next((one for one in found if one.status == VersionStatus.IN_FORCE), None)
    return (draft or standing or found[0]).content, draft


def _write(
    playbook: Playbook, content: Content, draft: PlaybookVersion | None, *, by: Acting, now: datetime
) -> PlaybookVersion:
    revision = draft.revision if draft else 0
    return write_playbook_draft(playbook, content=content, revision=revision, by=by, now=now)


@transaction.atomic
def put_playbook_in_force(playbook: Playbook, *, revision: int, by: Acting, now: datetime) -> PlaybookVersion:
    """From now on incidents of its kinds begin with the draft; those that run are offered the difference."""
    playbook = _locked(playbook)
    version = _draft(playbook, revision)
    content = version.content
    check_content(content, kinds=ViolationType.values)
    if not content.steps:
        raise ValidationError("A playbook without a step helps nobody; write one first.", code="no_steps")
    others = Playbook.objects.select_for_update().filter(
        versions__status=VersionStatus.IN_FORCE, violations__overlap=list(content.violations), retired_at=None
    )
    if other := others.exclude(pk=playbook.pk).first():
        raise ValidationError(
            "“%(name)s” is in force for one of these kinds; an incident can begin with one playbook alone.",
            code="kind_taken",
            params={"name": other.name},
        )
    playbook.versions.filter(status=VersionStatus.IN_FORCE).update(status=VersionStatus.SUPERSEDED)
    version.status, version.in_force_at = VersionStatus.IN_FORCE, now
    version.save(update_fields=["status", "in_force_at"])
    playbook.name, playbook.violations, playbook.retired_at = content.name, list(content.violations), None
    playbook.save(update_fields=["name", "violations", "retired_at"])
    _record(PlaybookEvent.IN_FORCE, version, by)
    return version


@transaction.atomic
def discard_playbook_draft(playbook: Playbook, *, revision: int, by: Acting, now: datetime) -> None:
    """Throw the draft away; a playbook that had nothing else goes with it."""
    playbook = _locked(playbook)
    draft = _draft(playbook, revision)
    _record(PlaybookEvent.DISCARDED, draft, by)
    draft.delete()
    if not playbook.versions.exists():
        playbook.delete()


@transaction.atomic
def retire_playbook(playbook: Playbook, *, by: Acting, now: datetime) -> Playbook:
    """No incident begins with it any more; those that run go on. A new version in force brings it back."""
    playbook = _locked(playbook)
    version = playbook.versions.filter(status=VersionStatus.IN_FORCE).first()
    if version is None:
        raise ValidationError("It is not in force.", code="wrong_status")
    version.status, playbook.retired_at = VersionStatus.SUPERSEDED, now
    version.save(update_fields=["status"])
    playbook.save(update_fields=["retired_at"])
    _record(PlaybookEvent.RETIRED, version, by)
    return playbook


@transaction.atomic
def add_ready_playbooks(*, by: Acting, now: datetime) -> list[Playbook]:
    """Put those that come with the product in force, for kinds that have none; ours stay as they are."""
    taken = {
        kind
        for kinds in Playbook.objects.filter(retired_at=None).values_list("violations", flat=True)
        for kind in kinds
    }
    known, made = set(Playbook.objects.values_list("key", flat=True)), []
    for key, content in ready().items():
        if key in known or taken & set(content.violations):
            continue
        draft = create_playbook(content=content, key=key, by=by, now=now)
        made.append(put_playbook_in_force(draft.playbook, revision=draft.revision, by=by, now=now).playbook)
    return made


def _locked(playbook: Playbook) -> Playbook:
    return Playbook.objects.select_for_update().get(pk=playbook.pk)


def _draft(playbook: Playbook, revision: int) -> PlaybookVersion:
    """The draft, if it is still the one that was read."""
    draft = playbook.versions.select_for_update().filter(status=VersionStatus.DRAFT).first()
    if draft is None or draft.revision != revision:
        raise ValidationError("The draft changed meanwhile; look at it again.", code="stale")
    return draft


def _new_draft(playbook: Playbook, content: Content, *, by: Acting, now: datetime) -> PlaybookVersion:
    last = playbook.versions.order_by("-number").values_list("number", flat=True).first() or 0
    author = by if isinstance(by, User) else None
    draft = PlaybookVersion.objects.create(
        playbook=playbook, number=last + 1, data=content.plain(), by=author, at=now
    )
    _record(PlaybookEvent.WRITTEN, draft, by)
    return draft


def _record(verb: PlaybookEvent, version: PlaybookVersion, by: Acting) -> None:
    details = {
        "playbook": version.playbook.key,
        "number": version.number,
        "steps": len(version.data["steps"]),
    }
    record(verb, version, by=by, stream=ORGANISATION, details=details)
