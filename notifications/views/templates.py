"""Texts to start notices from, and the shared blocks that they insert."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from notifications import commands, merge_fields, queries, rules, sms, sources, words
from notifications.forms.templates import BlockForm, NamedForm, TemplateForm, VersionForm, WordForm
from notifications.models import Channel, NoticeTemplate, Purpose, TemplateVersion
from notifications.permissions import (
    TEMPLATE_APPROVERS,
    TEMPLATE_WRITERS,
    check_template_approver,
    check_template_reader,
    check_template_writer,
)

INVALID = 422


@require_GET
def templates(request: SignedInRequest) -> HttpResponse:
    check_template_reader(request.user)
    found = list(queries.templates())
    standing = [one for one in found if not one.retired_at]
    context = {
        "templates": [one for one in standing if not one.block],
        "blocks": sorted((one for one in standing if one.block), key=lambda one: (one.block, one.order)),
        "retired": [one for one in found if one.retired_at],
        "may_write": bool(request.user.roles & TEMPLATE_WRITERS),
    }
    return render(request, "notifications/templates.html", context)


@require_http_methods(["GET", "POST"])
def create_template(request: SignedInRequest) -> HttpResponse:
    form = TemplateForm(request.POST if request.method == "POST" else None)
    return _create(request, form, block=False)


@require_http_methods(["GET", "POST"])
def create_block(request: SignedInRequest) -> HttpResponse:
    form = BlockForm(request.POST if request.method == "POST" else None)
    return _create(request, form, block=True)


def _create(request: SignedInRequest, form: NamedForm, *, block: bool) -> HttpResponse:
    check_template_writer(request.user)
    if form.is_valid():
        given: dict[str, Any] = {**form.cleaned_data, **({"purpose": Purpose.BLOCK} if block else {})}
        template = commands.create_template(by=request.user, now=timezone.now(), **given)
        return redirect("notifications:write_template", template.pk)
    context = {"form": form, "block_page": block}
    return render(request, "notifications/template_new.html", context, status=INVALID if form.errors else 200)


@require_POST
def add_ready_templates(request: SignedInRequest) -> HttpResponse:
    check_template_writer(request.user)
    made = commands.add_ready_templates(by=request.user, now=timezone.now())
    messages.success(request, f"{len(made)} added, as drafts." if made else "They were here already.")
    return redirect("notifications:templates")


@require_GET
def template(request: SignedInRequest, pk: int) -> HttpResponse:
    check_template_reader(request.user)
    found = get_object_or_404(NoticeTemplate, pk=pk)
    context = {
        "template": found,
        "table": queries.table(found),
        "may_write": bool(request.user.roles & TEMPLATE_WRITERS) and not found.retired_at,
        "may_approve": bool(request.user.roles & TEMPLATE_APPROVERS) and not found.retired_at,
        "reason_form": WordForm(auto_id="retire_%s"),
    }
    return render(request, "notifications/template.html", context)


@require_GET
def template_version(request: SignedInRequest, pk: int, version: int) -> HttpResponse:
    """One text, its history, and word by word what it changed."""
    check_template_reader(request.user)
    found = _version(pk, version)
    history = queries.history(found)
    against = request.GET.get("against", "")
    older = next((one for one in history if str(one.pk) == against), None) or next(
        (one for one in history if one.number < found.number), None
    )
    context = {
        "template": found.template,
        "version": found,
        "history": history,
        "older": older,
        "difference": queries.difference(older.body, found.body) if older else [],
        "subjects": queries.difference(older.subject, found.subject) if older else [],
        "size": sms.measure(found.body) if found.channel == Channel.SMS else None,
        "direction": words.direction(found.language),
        "blockers": rules.template_approval_blockers(found, request.user),
        "may_write": bool(request.user.roles & TEMPLATE_WRITERS) and not found.template.retired_at,
        "may_approve": bool(request.user.roles & TEMPLATE_APPROVERS),
        "word_form": WordForm(auto_id="clear_%s"),
    }
    return render(request, "notifications/template_version.html", context)


@require_http_methods(["GET", "POST"])
def write_template(request: SignedInRequest, pk: int) -> HttpResponse:
    check_template_writer(request.user)
    found = get_object_or_404(NoticeTemplate, pk=pk)
    language = request.GET.get("language", "en")
    channel = request.GET.get("channel", Channel.ANY if found.block else Channel.EMAIL)
    last = found.versions.filter(language=language, channel=channel).first()
    initial = {"language": language, "channel": channel}
    if last:
        initial |= {"subject": last.subject, "body": last.body}
    form = VersionForm(request.POST if request.method == "POST" else None, initial=initial, template=found)
    if form.is_valid():
        try:
            made = commands.write_template(found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
        else:
            messages.success(request, "Written. A second person approves it.")
            return redirect("notifications:template_version", pk, made.pk)
    context = {
        "template": found,
        "form": form,
        "fields": merge_fields.ALL,
        "block_names": [] if found.block else sorted(sources.block_names()),
        "size": sms.measure(form["body"].value() or "") if channel == Channel.SMS else None,
    }
    return render(
        request, "notifications/template_write.html", context, status=INVALID if form.errors else 200
    )


@require_POST
def approve_template(request: SignedInRequest, pk: int, version: int) -> HttpResponse:
    check_template_approver(request.user)
    found = _version(pk, version)
    try:
        commands.approve_template(found, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        _say(request, refusal)
    else:
        messages.success(request, "Approved.")
    return redirect("notifications:template_version", pk, version)


@require_POST
def clear_draft_mark(request: SignedInRequest, pk: int, version: int) -> HttpResponse:
    check_template_approver(request.user)
    found = _version(pk, version)
    try:
        commands.clear_draft_mark(
            found, by=request.user, reason=request.POST.get("reason", ""), now=timezone.now()
        )
    except ValidationError as refusal:
        _say(request, refusal)
    else:
        messages.success(request, "The mark is off, with your name and reason.")
    return redirect("notifications:template_version", pk, version)


@require_POST
def retire_template(request: SignedInRequest, pk: int) -> HttpResponse:
    check_template_approver(request.user)
    found = get_object_or_404(NoticeTemplate, pk=pk)
    try:
        commands.retire_template(
            found, by=request.user, reason=request.POST.get("reason", ""), now=timezone.now()
        )
    except ValidationError as refusal:
        _say(request, refusal)
    else:
        messages.success(request, "Retired. What was submitted with it keeps its words.")
    return redirect("notifications:template", pk)


def _version(pk: int, version: int) -> TemplateVersion:
    versions = TemplateVersion.objects.select_related("template", "by", "approved_by", "cleared_by")
    return get_object_or_404(versions, pk=version, template_id=pk)


def _say(request: SignedInRequest, refusal: ValidationError) -> None:
    for text in refusal.messages:
        messages.error(request, text)
