"""Pages of policies: read by everybody signed in, written and approved by role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from policies import commands, forms, permissions, queries, rules
from policies.lifecycle import VersionStatus
from policies.markdown import rendered
from policies.models import PolicyVersion

INVALID = 422


@require_GET
def policy_list(request: SignedInRequest) -> HttpResponse:
    rows = queries.shelf(today=timezone.localdate())
    context = {
        "in_force": [row for row in rows if row.in_force],
        "on_the_way": [row for row in rows if row.next],
        "without_text": [row for row in rows if not row.in_force and not row.next],
        "may_write": permissions.may_write(request.user),
        "may_read_contracts": permissions.may_read_contracts(request.user),
    }
    return render(request, "policies/policy_list.html", context)


@require_http_methods(["GET", "POST"])
def create_policy(request: SignedInRequest) -> HttpResponse:
    permissions.check_may_write(request.user)
    form = forms.PolicyForm(request.POST or None)
    if form.is_valid():
        try:
            policy = commands.create_policy(by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("policies:write_version", policy.reference)
    return _form_page(request, form, title="New policy", button="Go on to the text")


@require_GET
def policy_page(request: SignedInRequest, reference: str) -> HttpResponse:
    policy = queries.policy_for(reference)
    row = queries.row(policy, today=timezone.localdate())
    context = {
        "policy": policy,
        "row": row,
        "text": rendered(row.in_force.text) if row.in_force else "",
        "versions": list(policy.versions.all()),
        "may_write": permissions.may_write(request.user),
    }
    return render(request, "policies/policy.html", context)


@require_http_methods(["GET", "POST"])
def write_version(request: SignedInRequest, reference: str) -> HttpResponse:
    permissions.check_may_write(request.user)
    policy = queries.policy_for(reference)
    row = queries.row(policy, today=timezone.localdate())
    if row.next and request.method == "GET":
        return redirect("policies:version", reference, row.next.number)
    form = forms.VersionForm(
        request.POST or None, initial={"text": row.in_force.text if row.in_force else ""}
    )
    if form.is_valid():
        try:
            version = commands.write_version(policy, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("policies:version", reference, version.number)
    return _form_page(
        request, form, title=f"New version of {policy.title}", button="Save the draft", policy=policy
    )


@require_GET
def version_page(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    version = queries.version_for(reference, number)
    return _version_page(request, version)


@require_http_methods(["GET", "POST"])
def edit_draft(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    permissions.check_may_write(request.user)
    version = queries.version_for(reference, number)
    form = forms.DraftForm(request.POST or None, standing=rules.drafted(version))
    if form.is_valid():
        try:
            commands.edit_draft(version, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            return redirect("policies:version", reference, number)
    return _form_page(
        request,
        form,
        title=f"Version {number} of {version.policy.title}",
        button="Save the draft",
        policy=version.policy,
    )


@require_POST
def submit_version(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    permissions.check_may_write(request.user)
    version = queries.version_for(reference, number)
    return _act(request, version, commands.submit_version, "Approval is asked for.")


@require_POST
def approve_version(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    permissions.check_may_approve(request.user)
    version = queries.version_for(reference, number)
    return _act(request, version, commands.approve_version, "The version is approved.")


@require_POST
def return_version(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    permissions.check_may_approve(request.user)
    version = queries.version_for(reference, number)
    return _act(
        request,
        version,
        commands.return_version,
        "The version is a draft again.",
        forms.ReturnForm(request.POST),
    )


@require_POST
def put_in_force(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    permissions.check_may_approve(request.user)
    version = queries.version_for(reference, number)
    return _act(
        request, version, commands.put_in_force, "The version is in force.", forms.InForceForm(request.POST)
    )


def _act(
    request: SignedInRequest,
    version: PolicyVersion,
    command: Callable[..., PolicyVersion],
    done: str,
    form: Form | None = None,
) -> HttpResponse:
    """Run one command on a version; a refusal shows the version's page with the reasons."""
    if form is not None and not form.is_valid():
        return _version_page(request, version, form=form)
    try:
        command(version, by=request.user, now=timezone.now(), **(form.cleaned_data if form else {}))
    except ValidationError as refusal:
        return _version_page(request, version, form=form, refusals=refusal.messages)
    messages.success(request, done)
    return redirect("policies:version", version.policy.reference, version.number)


def _version_page(
    request: SignedInRequest,
    version: PolicyVersion,
    *,
    form: Form | None = None,
    refusals: list[str] | None = None,
) -> HttpResponse:
    version = queries.version_for(version.policy.reference, version.number)
    former = queries.version_in_force(version.policy)
    compared = former if former and former.pk != version.pk else None
    context: dict[str, Any] = {
        "policy": version.policy,
        "version": version,
        "text": rendered(version.text),
        "compared": compared,
        "lines": queries.comparison(compared.text, version.text) if compared else [],
        "may_write": permissions.may_write(request.user),
        "may_approve": permissions.may_approve(request.user),
        "submit_blockers": rules.submit_blockers(version) if version.status == VersionStatus.DRAFT else [],
        "approval_blockers": rules.approval_blockers(version, request.user),
        "return_form": form if isinstance(form, forms.ReturnForm) else forms.ReturnForm(),
        "in_force_form": form if isinstance(form, forms.InForceForm) else forms.InForceForm(),
        "refusals": refusals or [],
    }
    failed = bool(refusals) or (form is not None and form.is_bound)
    return render(request, "policies/version.html", context, status=INVALID if failed else 200)


def _form_page(request: SignedInRequest, form: Form, **context: Any) -> HttpResponse:
    status = INVALID if form.is_bound else 200
    return render(request, "policies/policy_form.html", {"form": form, **context}, status=status)


@require_GET
def clause_list(request: SignedInRequest) -> HttpResponse:
    permissions.check_may_read_contracts(request.user)
    context = {
        "rows": queries.clause_rows(today=timezone.localdate()),
        "may_write": permissions.may_write(request.user),
    }
    return render(request, "policies/clause_list.html", context)


@require_http_methods(["GET", "POST"])
def add_clause(request: SignedInRequest) -> HttpResponse:
    permissions.check_may_write(request.user)
    form = forms.ClauseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            commands.add_clause(by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.error_list))
        else:
            messages.success(request, "Kept. Open incidents are asked about it within minutes.")
            return redirect("policies:clauses")
    return _clause_page(request, form, title="What a contract asks after a breach", button="Keep this clause")


@require_http_methods(["GET", "POST"])
def end_clause(request: SignedInRequest, reference: str) -> HttpResponse:
    permissions.check_may_write(request.user)
    clause = queries.clause_for(reference)
    form = forms.EndClauseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            commands.end_clause(clause, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.error_list))
        else:
            messages.success(request, "Ended. Incidents that began by then still follow it.")
            return redirect("policies:clauses")
    return _clause_page(request, form, title=f"End: {clause}", button="End this clause")


def _clause_page(request: SignedInRequest, form: Form, **context: Any) -> HttpResponse:
    status = INVALID if form.is_bound else 200
    return render(request, "policies/clause_form.html", {"form": form, **context}, status=status)
