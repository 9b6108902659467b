"""Pages of the register of systems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.edit_forms import SeenForm
from accounts.models import SignedInRequest
from policies import commands, forms, permissions, queries

INVALID = 422


@require_GET
def system_list(request: SignedInRequest) -> HttpResponse:
    """What do we run, and whose data does it hold?"""
    permissions.check_may_read_systems(request.user)
    context = {"systems": queries.systems(), "may_write": permissions.may_write(request.user)}
    return render(request, "policies/system_list.html", context)


@require_http_methods(["GET", "POST"])
def add_system(request: SignedInRequest) -> HttpResponse:
    permissions.check_may_keep_systems(request.user)
    form = forms.SystemForm(request.POST if request.method == "POST" else None)
    return _act(
        request,
        form,
        lambda: commands.keep_system(by=request.user, now=timezone.now(), **form.cleaned_data),
        title="Add a system",
        button="Keep this system",
    )


@require_http_methods(["GET", "POST"])
def change_system(request: SignedInRequest, reference: str) -> HttpResponse:
    permissions.check_may_keep_systems(request.user)
    system = queries.system_for(reference)
    form = forms.SystemForm(request.POST if request.method == "POST" else None, system=system)
    return _act(
        request,
        form,
        lambda: commands.keep_system(system, by=request.user, now=timezone.now(), **form.cleaned_data),
        title=system.name,
        button="Save",
        system=system,
    )


@require_http_methods(["GET", "POST"])
def retire_system(request: SignedInRequest, reference: str) -> HttpResponse:
    permissions.check_may_keep_systems(request.user)
    system = queries.system_for(reference)
    form = forms.RetireForm(request.POST if request.method == "POST" else None)
    return _act(
        request,
        form,
        lambda: commands.retire_system(system, by=request.user, now=timezone.now(), **form.cleaned_data),
        title=f"Out of use: {system.name}",
        button="Take it out of use",
    )


@require_http_methods(["GET", "POST"])
def import_systems(request: SignedInRequest) -> HttpResponse:
    permissions.check_may_keep_systems(request.user)
    form = forms.SystemsFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    lede = "Systems are found again by their name: what the table says replaces what stands."
    return _act(
        request,
        form,
        lambda: commands.import_systems(form.rows, by=request.user, now=timezone.now()),
        title="Bring in a table",
        button="Bring it in",
        lede=lede,
    )


def _act(request: SignedInRequest, form: Form, act: Callable[[], object], **context: Any) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except ValidationError as refusal:
            if isinstance(form, SeenForm):
                form.refuse(refusal)
            else:
                form.add_error(None, ValidationError(refusal.error_list))
        else:
            messages.success(request, "Kept.")
            return redirect("policies:systems")
    status = INVALID if form.is_bound else 200
    return render(request, "policies/system_form.html", {"form": form, **context}, status=status)
