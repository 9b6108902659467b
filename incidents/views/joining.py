"""Incidents that belong together: link, merge, split."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents import forms
from incidents.commands import joining as commands
from incidents.forms.joining import LinkForm, MergeForm, SplitForm
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from incidents.queries.joining import link_for, related, taken_in
from incidents.views.answers import act_page, answer_act, done, posted


@require_GET
def related_incidents(request: SignedInRequest, reference: str) -> HttpResponse:
    """What belongs with this incident, and what can be done about it."""
    incident = incident_for(request.user, reference, Can.VIEW)
    context = {
        "incident": incident,
        "tab": "overview",
        "related": related(incident, request.user),
        "taken_in": taken_in(incident, request.user),
    }
    return render(request, "incidents/related.html", context)


@require_http_methods(["GET", "POST"])
def link_incidents(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = LinkForm(posted(request), user=request.user)
    return answer_act(
        request,
        incident,
        form,
        partial(commands.link_incidents, incident),
        back=reverse("incidents:related", args=[reference]),
        tab="related",
        heading="Link to another incident",
        lede="Only people who may see both are told of the link.",
        submit="Link the two",
    )


@require_POST
def end_link(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    link = link_for(incident, request.user, pk)
    form = forms.NoQuestionForm(request.POST)
    if not done(form, lambda: commands.end_link(link, by=request.user, now=timezone.now())):
        messages.error(request, " ".join(str(one) for one in form.non_field_errors()))
    return redirect("incidents:related", reference)


@require_http_methods(["GET", "POST"])
def merge_incident(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    form = MergeForm(posted(request), user=request.user)

    def act() -> None:
        data = dict(form.cleaned_data)
        into: Incident = data.pop("other")
        commands.merge_incident(incident, into=into, by=request.user, now=timezone.now(), **data)

    if done(form, act):
        messages.success(request, "Merged. It can be undone for 30 days.")
        return redirect("insights:overview", form.cleaned_data["other"].reference)
    return act_page(
        request,
        incident,
        form,
        tab="related",
        heading="Merge into another incident",
        lede="This one is closed and its clocks stop; what hangs on it stays readable here. Facts and numbers are not "
        "carried over: state them in the other.",
        submit="Merge this one into it",
    )


@require_http_methods(["GET", "POST"])
def undo_merge(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    form = forms.ReasonForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.undo_merge, incident),
        back=reverse("insights:overview", args=[reference]),
        told="Undone. The incident is as it was; its clocks run again.",
        tab="related",
        heading="Undo the merge",
        lede="This incident is taken up again as it was. Times that were carried over to the other stay there.",
        submit="Undo the merge",
    )


@require_http_methods(["GET", "POST"])
def split_incident(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.TRIAGE)
    form = SplitForm(posted(request), incident=incident)
    opened: list[Incident] = []

    def act() -> None:
        opened.append(
            commands.split_incident(incident, by=request.user, now=timezone.now(), **form.cleaned_data)
        )

    if done(form, act):
        messages.success(request, "Opened. Say first when it was detected: its clocks depend on it.")
        return redirect("incidents:facts", opened[0].reference)
    movable = form.fields.keys() & {"reports", "notes"}
    blockers = [] if movable else ["Nothing hangs on it that could move: it has no report and no note."]
    return act_page(
        request,
        incident,
        form,
        tab="related",
        heading="Split off another incident",
        lede="For what turns out to be a matter of its own. The same people see the new one; its facts and times begin empty.",
        submit="Open the new incident",
        blockers=blockers,
    )
