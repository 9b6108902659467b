"""Reports by people who work here."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.models import Door, Report
from incidents.views.answers import done, page, posted
from incidents.views.report_files import attach_files, keep_files


@require_http_methods(["GET", "POST"])
def report_staff(request: SignedInRequest) -> HttpResponse:
    form = forms.StaffReportForm(posted(request), request.FILES or None, zone=request.user.zone)
    filed: list[Report] = []

    def act() -> None:
        data, now = form.cleaned_data, timezone.now()
        kept = keep_files(data["attached"], now=now)
        told = {name: data[name] for name in ("title", "words", "link", "violation")}
        with transaction.atomic():
            report, code = commands.file_report(
                door=Door.STAFF, noticed_at=data["at"], reporter=request.user, now=now, **told
            )
            if code:
                attach_files(report, kept, by=request.user, now=now)
        filed.append(report)

    if done(form, act):
        return redirect("incidents:report_thanks", filed[0].reference)
    return page(request, "incidents/report_staff.html", {}, form=form)


@require_GET
def my_reports(request: SignedInRequest) -> HttpResponse:
    return render(request, "incidents/my_reports.html", {"reports": queries.my_reports(request.user)[:200]})
