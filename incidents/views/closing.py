"""Close with a review, and reopen."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms
from incidents.lifecycle import Status
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.queries.closing import open_lines
from incidents.queries.lessons import improvements, team_view
from incidents.rules import close_blockers
from incidents.views.answers import answer_act, posted


@require_GET
def closing(request: SignedInRequest, reference: str) -> HttpResponse:
    """What still stands in the way, the review, and the button."""
    incident = incident_for(request.user, reference, Can.VIEW)
    may_look_back = incident.status in (Status.CONFIRMED, Status.CLOSED)
    context = {
        "incident": incident,
        "tab": "closing",
        "blockers": [] if incident.is_settled else open_lines(incident),
        "review": getattr(incident, "review", None),
        "improvements": improvements(incident),
        "checks": incident.checks.select_related("by"),
        "team": team_view(incident),
        "own_feedback": incident.feedback.filter(by=request.user).exists(),
        "may_look_back": may_look_back,
        "today": timezone.localdate(),
    }
    return render(request, "incidents/closing.html", context)


@require_http_methods(["GET", "POST"])
def write_review(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = forms.ReviewForm(posted(request), incident=incident)
    return answer_act(
        request,
        incident,
        form,
        partial(commands.write_review, incident),
        back=reverse("incidents:closing", args=[reference]),
        told="The review is kept.",
        tab="closing",
        heading="Review",
        lede="What happened, what helped, what did not, and what will be different. Nobody is blamed here.",
        submit="Keep the review",
    )


@require_http_methods(["GET", "POST"])
def close_incident(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    form = forms.NoQuestionForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.close_incident, incident),
        back=reverse("incidents:closing", args=[reference]),
        told="The incident is closed. It can be reopened.",
        tab="closing",
        heading="Close the incident",
        lede="Clocks, alerts and lists leave it out from then on; everything stays readable.",
        submit="Close the incident",
        blockers=[] if form.is_bound else close_blockers(incident),
    )


@require_http_methods(["GET", "POST"])
def reopen_incident(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    form = forms.ReasonForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.reopen_incident, incident),
        back=reverse("incidents:obligations", args=[reference]),
        told="The incident is open again; its obligations are assessed anew.",
        tab="closing",
        heading="Reopen the incident",
        submit="Reopen",
    )
