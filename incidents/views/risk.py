"""Guided assessments of risk: one law's own test, a group of questions at a time, and its signed finding."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from incidents.queries import RiskOfMethod
from incidents.rules import second_signer_blockers
from incidents.views.answers import act_page, done, page, posted


def _risk(incident: Incident, method: str) -> RiskOfMethod:
    found = queries.risk_of(incident, method)
    if found is None:
        raise Http404("There is no such test.")
    return found


@require_GET
def risk(request: SignedInRequest, reference: str, method: str) -> HttpResponse:
    """Where one test stands: its questions, its finding, earlier versions beside it."""
    incident = incident_for(request.user, reference, Can.VIEW)
    found = _risk(incident, method)
    context = {
        "incident": incident,
        "tab": "assessment",
        "risk": found,
        "blockers": second_signer_blockers(found.waiting, request.user) if found.waiting else [],
        "shown": found.versions[: queries.risk.SIDE_BY_SIDE],
    }
    return render(request, "incidents/risk.html", context)


@require_http_methods(["GET", "POST"])
def answer_risk_questions(request: SignedInRequest, reference: str, method: str, group: str) -> HttpResponse:
    """One group of questions; "Keep and go on" leads to the next."""
    incident = incident_for(request.user, reference, Can.ASSESS)
    found = _risk(incident, method)
    places = [one.group.id for one in found.groups]
    if group not in places:
        raise Http404("There is no such group of questions.")
    here = places.index(group)
    form = forms.RiskQuestionsForm(posted(request), group=found.groups[here])
    if done(
        form,
        lambda: commands.answer_risk_questions(
            incident, method=method, answers=form.answers, by=request.user, now=timezone.now()
        ),
    ):
        if here + 1 < len(places):
            return redirect("incidents:answer_risk_questions", reference, method, places[here + 1])
        return redirect("incidents:risk", reference, method)
    context = {
        "incident": incident,
        "tab": "assessment",
        "risk": found,
        "group": found.groups[here],
        "step": here + 1,
        "steps": len(places),
        "before": places[here - 1] if here else "",
    }
    return page(request, "incidents/risk_questions.html", context, form=form)


@require_http_methods(["GET", "POST"])
def sign_risk_finding(request: SignedInRequest, reference: str, method: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    found = _risk(incident, method)
    form = forms.RiskFindingForm(posted(request), risk=found)
    if done(
        form,
        lambda: commands.sign_risk_finding(
            incident, method=method, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
    ):
        chosen = found.method.finding(form.cleaned_data["finding"])
        messages.success(
            request,
            "Signed. It has effect once a second person has signed; until then everything runs on."
            if chosen and chosen.spares
            else "Signed. The obligations are assessed on this.",
        )
        return redirect("incidents:risk", reference, method)
    return page(
        request,
        "incidents/risk_finding.html",
        {"incident": incident, "tab": "assessment", "risk": found},
        form=form,
    )


@require_http_methods(["GET", "POST"])
def countersign_risk_finding(request: SignedInRequest, reference: str, method: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.SIGN)
    found = _risk(incident, method)
    form = forms.NoQuestionForm(posted(request))
    if done(
        form,
        lambda: commands.countersign_risk_finding(
            incident, method=method, by=request.user, now=timezone.now()
        ),
    ):
        messages.success(request, "Signed. The obligations are assessed on this.")
        return redirect("incidents:risk", reference, method)
    waiting = found.waiting
    chosen = found.method.finding(waiting.finding) if waiting else None
    return act_page(
        request,
        incident,
        form,
        tab="assessment",
        heading="Sign as the second person",
        submit="Sign: I find the same",
        lede=f"{chosen.text}. {chosen.means}" if chosen else "",
        proposed=waiting,
        blockers=second_signer_blockers(waiting, request.user),
    )


@require_http_methods(["GET", "POST"])
def withdraw_risk_finding(request: SignedInRequest, reference: str, method: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    _risk(incident, method)
    form = forms.ReasonForm(posted(request))
    if done(
        form,
        lambda: commands.withdraw_risk_finding(
            incident, method=method, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
    ):
        messages.success(request, "Withdrawn.")
        return redirect("incidents:risk", reference, method)
    return act_page(
        request,
        incident,
        form,
        tab="assessment",
        heading="Withdraw the finding",
        submit="Withdraw",
        lede="What was signed stays in the record. If it had effect, the law is asked again as if nobody had found anything.",
    )
