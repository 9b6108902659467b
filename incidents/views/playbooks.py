"""Playbooks, a setting: read by all who work here, written by leads and privacy officers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.forms.playbooks import PlaybookForm, StepForm
from incidents.models import Playbook, PlaybookVersion
from incidents.models.incident import ViolationType
from incidents.models.playbook import VersionStatus
from incidents.permissions import (
    check_describe_organisation,
    check_read_organisation,
    may_describe_organisation,
)
from incidents.playbooks import Content
from incidents.views.answers import done, page, posted


@require_GET
def playbooks(request: SignedInRequest) -> HttpResponse:
    """What is done in which kind of incident?"""
    check_read_organisation(request.user)
    found = list(queries.playbooks())
    covered = {kind for one in found if one.retired_at is None for kind in one.violations if in_force(one)}
    context = {
        "rows": [(one, in_force(one), draft_of(one), kinds_of(one.violations)) for one in found],
        "missing": [str(kind.label) for kind in ViolationType if kind not in covered],
        "may_write": may_describe_organisation(request.user),
    }
    return render(request, "incidents/playbooks.html", context)


@require_POST
def add_ready_playbooks(request: SignedInRequest) -> HttpResponse:
    check_describe_organisation(request.user)
    made = commands.add_ready_playbooks(by=request.user, now=timezone.now())
    messages.success(
        request, f"{len(made)} playbooks added." if made else "Nothing to add: each kind has its own."
    )
    return redirect("incidents:playbooks")


@require_http_methods(["GET", "POST"])
def create_playbook(request: SignedInRequest) -> HttpResponse:
    check_describe_organisation(request.user)
    form = PlaybookForm(posted(request), standing={})
    made: list[PlaybookVersion] = []

    def act() -> None:
        content = Content.read(form.cleaned_data)
        made.append(commands.create_playbook(content=content, by=request.user, now=timezone.now()))

    if done(form, act):
        return redirect("incidents:add_step", made[0].playbook.key)
    return _form(request, form, "New playbook", "Begin it", reverse("incidents:playbooks"))


@require_GET
def playbook(request: SignedInRequest, key: str) -> HttpResponse:
    """Its steps, as they are in force and as they are being written."""
    check_read_organisation(request.user)
    found = queries.playbook_for(key)
    draft, standing = draft_of(found), in_force(found)
    shown = standing if request.GET.get("show") == "in-force" and standing else draft or standing
    shown = shown or found.versions.all()[0]
    content = shown.content
    context = {
        "playbook": found,
        "shown": shown,
        "draft": draft,
        "standing": standing,
        "content": content,
        "kinds": kinds_of(content.violations),
        "steps": [(step, queries.told_step(step, content)) for step in content.steps],
        "revision": draft.revision if draft else 0,
        "may_write": may_describe_organisation(request.user),
    }
    return render(request, "incidents/playbook.html", context)


@require_http_methods(["GET", "POST"])
def describe_playbook(request: SignedInRequest, key: str) -> HttpResponse:
    """Its name, and for which kinds."""
    check_describe_organisation(request.user)
    found = queries.playbook_for(key)
    content, _ = being_written(found)
    standing = {"name": content.name, "violations": list(content.violations)}
    form = PlaybookForm(posted(request), standing=standing)

    def act() -> None:
        commands.describe_playbook(found, by=request.user, now=timezone.now(), **form.cleaned_data)

    if done(form, act):
        return redirect("incidents:playbook", key)
    return _form(
        request, form, "Name and kinds", "Save in the draft", reverse("incidents:playbook", args=[key])
    )


@require_http_methods(["GET", "POST"])
def add_step(request: SignedInRequest, key: str) -> HttpResponse:
    return _step(request, key, None)


@require_http_methods(["GET", "POST"])
def change_step(request: SignedInRequest, key: str, step: str) -> HttpResponse:
    return _step(request, key, step)


def _step(request: SignedInRequest, key: str, step: str | None) -> HttpResponse:
    check_describe_organisation(request.user)
    found = queries.playbook_for(key)
    content, _ = being_written(found)
    if step is not None and step not in content.by_key:
        raise Http404("No such step.")
    was = content.by_key[step] if step else None
    form = StepForm(posted(request), content=content, step=was)

    def act() -> None:
        seen, now = form.cleaned_data["seen"], timezone.now()
        commands.write_playbook_step(found, step=form.written(), seen=seen, by=request.user, now=now)

    if done(form, act):
        messages.success(request, "Saved in the draft. It counts once the draft is put in force.")
        return redirect("incidents:playbook", key)
    heading = "Change a step" if step else "New step"
    return _form(request, form, heading, "Save in the draft", reverse("incidents:playbook", args=[key]))


@require_POST
def remove_step(request: SignedInRequest, key: str, step: str) -> HttpResponse:
    """Take a step out of the draft; others no longer come after it."""

    def without(content: Content) -> Content:
        data = content.plain()
        data["steps"] = [
            one | {"after": [other for other in one["after"] if other != step]}
            for one in data["steps"]
            if one["key"] != step
        ]
        return Content.read(data)

    return _rearranged(request, (key, step), without, "Taken out of the draft.")


@require_POST
def move_step(request: SignedInRequest, key: str, step: str) -> HttpResponse:
    """Show a step one place earlier."""

    def moved(content: Content) -> Content:
        steps = list(content.steps)
        place = next((number for number, one in enumerate(steps) if one.key == step), 0)
        if place:
            steps[place - 1], steps[place] = steps[place], steps[place - 1]
        return Content(content.name, content.violations, tuple(steps))

    return _rearranged(request, (key, step), moved, "Moved.")


def _rearranged(
    request: SignedInRequest, place: tuple[str, str], change: Callable[[Content], Content], words: str
) -> HttpResponse:
    check_describe_organisation(request.user)
    key, step = place
    found = queries.playbook_for(key)
    content, _ = being_written(found)
    if step not in content.by_key:
        raise Http404("No such step.")
    return _pressed(request, key, lambda: _write(request, found, change(content), _revision(request)), words)


@require_POST
def put_playbook_in_force(request: SignedInRequest, key: str) -> HttpResponse:
    words = "In force. Incidents that follow an earlier version are offered the difference."
    return _with_draft(request, key, commands.put_playbook_in_force, words)


@require_POST
def discard_playbook_draft(request: SignedInRequest, key: str) -> HttpResponse:
    return _with_draft(request, key, commands.discard_playbook_draft, "The draft is gone.")


@require_POST
def retire_playbook(request: SignedInRequest, key: str) -> HttpResponse:
    check_describe_organisation(request.user)
    found = queries.playbook_for(key)
    run = partial(commands.retire_playbook, found, by=request.user, now=timezone.now())
    return _pressed(request, key, run, "Retired. No incident begins with it any more.")


def _with_draft(
    request: SignedInRequest, key: str, command: Callable[..., object], words: str
) -> HttpResponse:
    """An act on the draft that was looked at, and on no later one."""
    check_describe_organisation(request.user)
    found = queries.playbook_for(key)
    run = partial(command, found, revision=_revision(request), by=request.user, now=timezone.now())
    return _pressed(request, key, run, words)


def _pressed(request: SignedInRequest, key: str, run: Callable[[], object], words: str) -> HttpResponse:
    form = forms.NoQuestionForm(request.POST)
    if done(form, run):
        messages.success(request, words)
    else:
        messages.error(request, " ".join(str(one) for one in form.non_field_errors()))
    if Playbook.objects.filter(key=key).exists():
        return redirect("incidents:playbook", key)
    return redirect("incidents:playbooks")


def _write(request: SignedInRequest, found: Playbook, content: Content, revision: int) -> None:
    commands.write_playbook_draft(
        found, content=content, revision=revision, by=request.user, now=timezone.now()
    )


def _revision(request: SignedInRequest) -> int:
    asked = request.POST.get("revision", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else -1


def being_written(found: Playbook) -> tuple[Content, int]:
    """What a change is made to: the draft, else a copy of the latest version; and the draft's revision."""
    draft = draft_of(found)
    if draft is not None:
        return draft.content, draft.revision
    return (in_force(found) or found.versions.all()[0]).content, 0


def draft_of(found: Playbook) -> PlaybookVersion | None:
    return next((one for one in found.versions.all() if one.status == VersionStatus.DRAFT), None)


def in_force(found: Playbook) -> PlaybookVersion | None:
    return next((one for one in found.versions.all() if one.status == VersionStatus.IN_FORCE), None)


def kinds_of(keys: Any) -> str:
    return ", ".join(str(ViolationType(key).label) for key in keys if key in ViolationType.values)


def _form(request: SignedInRequest, form: Any, heading: str, submit: str, back: str) -> HttpResponse:
    context = {"heading": heading, "submit": submit, "back": back}
    return page(request, "incidents/playbook_form.html", context, form=form)
