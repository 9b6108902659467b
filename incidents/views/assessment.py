"""How bad is it for people: factors, score, versions; beside it where the findings of law stand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from incidents.views.answers import INVALID, done, posted
from law import severity


@require_GET
def assessment(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    versions = list(incident.assessments.select_related("by"))
    context = {
        "incident": incident,
        "tab": "assessment",
        "versions": versions,
        "latest": versions[0] if versions else None,
        "risks": queries.risk_methods(incident),
        "times": {time.kind: time for time in queries.current_times(incident)},
    }
    return render(request, "incidents/assessment.html", context)


def _form(request: SignedInRequest, incident: Incident) -> forms.AssessmentForm:
    read = queries.breach_facts(incident)
    counts = queries.current_counts(incident)
    return forms.AssessmentForm(
        posted(request),
        last=incident.assessments.first(),
        people=queries.total_affected(counts)[0] if counts else None,
        unintelligible=read.value("encrypted") is True and read.value("key_safe") is True,
    )


@require_http_methods(["GET", "POST"])
def assess_severity(request: SignedInRequest, reference: str) -> HttpResponse:
    """Choose the factors; "Compute" shows the score without keeping it."""
    incident = incident_for(request.user, reference, Can.ASSESS)
    form = _form(request, incident)
    preview: severity.Severity | None = None
    if "preview" in request.POST:
        preview = _preview(form)
    elif done(
        form,
        lambda: commands.assess_severity(
            incident,
            factors=form.factors,
            level=form.cleaned_data["level"] or None,
            override_reason=form.cleaned_data["override_reason"],
            by=request.user,
            now=timezone.now(),
        ),
    ):
        messages.success(request, "The assessment is kept as a new version.")
        return redirect("incidents:assessment", reference)
    context = {"incident": incident, "tab": "assessment", "form": form, "preview": preview}
    wrong = form.is_bound and bool(form.errors)
    return render(request, "incidents/assess_severity.html", context, status=INVALID if wrong else 200)


def _preview(form: forms.AssessmentForm) -> severity.Severity | None:
    if not form.is_valid():
        return None
    try:
        return severity.severity(form.factors)
    except severity.FactorsError as error:
        form.add_error(None, str(error))
        return None
