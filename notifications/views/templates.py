"""Texts to start notices from."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from notifications import commands, merge_fields, rules
from notifications.forms.templates import TemplateForm, VersionForm
from notifications.models import NoticeTemplate, TemplateVersion
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
    context = {
        "templates": NoticeTemplate.objects.prefetch_related("versions"),
        "may_write": bool(request.user.roles & TEMPLATE_WRITERS),
    }
    return render(request, "notifications/templates.html", context)


@require_http_methods(["GET", "POST"])
def create_template(request: SignedInRequest) -> HttpResponse:
    check_template_writer(request.user)
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        template = commands.create_template(by=request.user, now=timezone.now(), **form.cleaned_data)
        return redirect("notifications:write_template", template.pk)
    return render(
        request, "notifications/template_new.html", {"form": form}, status=INVALID if form.errors else 200
    )


@require_POST
def add_ready_templates(request: SignedInRequest) -> HttpResponse:
    check_template_writer(request.user)
    made = commands.add_ready_templates(by=request.user, now=timezone.now())
    messages.success(request, f"{len(made)} templates added." if made else "They were here already.")
    return redirect("notifications:templates")


@require_GET
def template(request: SignedInRequest, pk: int) -> HttpResponse:
    check_template_reader(request.user)
    found = get_object_or_404(NoticeTemplate, pk=pk)
    versions = found.versions.select_related("by", "approved_by").order_by("language", "-number")
    context = {
        "template": found,
        "versions": [(one, rules.template_approval_blockers(one, request.user)) for one in versions],
        "may_write": bool(request.user.roles & TEMPLATE_WRITERS),
        "may_approve": bool(request.user.roles & TEMPLATE_APPROVERS),
    }
    return render(request, "notifications/template.html", context)


@require_http_methods(["GET", "POST"])
def write_template(request: SignedInRequest, pk: int) -> HttpResponse:
    check_template_writer(request.user)
    found = get_object_or_404(NoticeTemplate, pk=pk)
    language = request.GET.get("language", "en")
    last = found.versions.filter(language=language).first()
    initial = (
        {"language": language, "subject": last.subject, "body": last.body} if last else {"language": language}
    )
    form = VersionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            commands.write_template(found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
        else:
            messages.success(request, "Written. A second person approves it.")
            return redirect("notifications:template", pk)
    context = {"template": found, "form": form, "fields": merge_fields.ALL}
    return render(
        request, "notifications/template_write.html", context, status=INVALID if form.errors else 200
    )


@require_POST
def approve_template(request: SignedInRequest, pk: int, version: int) -> HttpResponse:
    check_template_approver(request.user)
    found = get_object_or_404(TemplateVersion, pk=version, template_id=pk)
    try:
        commands.approve_template(found, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        for text in refusal.messages:
            messages.error(request, text)
    else:
        messages.success(request, "Approved.")
    return redirect("notifications:template", pk)
