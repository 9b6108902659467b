"""Suppliers' own addresses: a page of settings, and the form that such an address opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import codes, limits
from accounts.models import Organisation, SignedInRequest
from incidents import commands, forms, queries
from incidents.commands.reporting import FiledReport
from incidents.models import SupplierLink
from incidents.permissions import check_describe_organisation
from incidents.views.answers import INVALID, done, page, posted
from incidents.views.report_files import attach_files, keep_files

MOST_REPORTS: Final = 20
HOUR_SECONDS: Final = 3600


@never_cache
@require_http_methods(["GET", "POST"])
def suppliers(request: SignedInRequest) -> HttpResponse:
    """Which suppliers have an address of their own; a new one is shown once, on the answer to its making."""
    check_describe_organisation(request.user)
    form = forms.SupplierForm(posted(request))
    made: list[commands.MadeLink] = []

    def make() -> None:
        made.append(commands.make_supplier_link(by=request.user, now=timezone.now(), **form.cleaned_data))

    context: dict[str, object] = {"links": queries.supplier_links()}
    if done(form, make):
        context |= {
            "links": queries.supplier_links(),
            "made": made[0].link,
            "address": settings.PUBLIC_URL + reverse("incidents:report_supplier", args=[made[0].code]),
        }
        return render(request, "incidents/suppliers.html", {**context, "form": forms.SupplierForm()})
    return page(request, "incidents/suppliers.html", context, form=form)


@require_POST
def revoke_supplier_link(request: SignedInRequest, reference: str) -> HttpResponse:
    check_describe_organisation(request.user)
    link = get_object_or_404(SupplierLink, reference=reference)
    try:
        commands.revoke_supplier_link(link, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"The link of {link} no longer opens anything.")
    return redirect("incidents:suppliers")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def report_supplier(request: HttpRequest, code: str) -> HttpResponse:
    """The form that says whom it is for; unknown and revoked links give one page."""
    link = SupplierLink.objects.filter(code_hash=codes.digest(code), revoked_at=None).first()
    if link is None:
        return _answer(request, "incidents/supplier_unknown.html", {}, status=404)
    form = forms.SupplierReportForm(posted(request), request.FILES or None)
    filed: list[FiledReport] = []

    def file() -> None:
        data, now = form.cleaned_data, timezone.now()
        kept = keep_files(data["attached"], now=now)
        told = {name: data[name] for name in ("title", "words", "link", "violation", "contact")}
        with transaction.atomic():
            told_us = commands.file_supplier_report(link, noticed_at=data["at"], now=now, **told)
            if told_us.code:
                attach_files(told_us.report, kept, by=None, now=now)
        filed.append(told_us)

    if form.is_bound and limits.spent(request, "supplier-report", most=MOST_REPORTS):
        form.add_error(None, "Many reports came from your network. Please send this one in an hour.")
    elif done(form, file):
        limits.count(request, "supplier-report", seconds=HOUR_SECONDS)
        context = {"reference": filed[0].report.reference, "code": filed[0].code}
        return _answer(request, "incidents/public_report_done.html", context)
    wrong = form.is_bound and bool(form.errors)
    context_of_form = {"form": form, "link": link}
    return _answer(
        request, "incidents/report_supplier.html", context_of_form, status=INVALID if wrong else 200
    )


def _answer(
    request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    context = {"organisation": Organisation.current(), **context}
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
