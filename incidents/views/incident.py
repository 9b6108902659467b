"""What changes an incident as a whole."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.models import Can, Incident
from incidents.permissions import check_triage, incident_for
from incidents.queries.privilege import with_privilege
from incidents.rules import dismiss_blockers
from incidents.views.answers import act_page, answer_act, done, page, posted


@require_http_methods(["GET", "POST"])
def new_incident(request: SignedInRequest) -> HttpResponse:
    check_triage(request.user)
    form = forms.NewIncidentForm(posted(request))
    opened: list[Incident] = []
    if done(
        form,
        lambda: opened.append(
            commands.open_incident(by=request.user, now=timezone.now(), **form.cleaned_data)
        ),
    ):
        return redirect("incidents:facts", opened[0].reference)
    return page(request, "incidents/new.html", {}, form=form)


@require_http_methods(["GET", "POST"])
def describe_incident(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = forms.DescribeForm(posted(request), incident=incident)
    return answer_act(
        request,
        incident,
        form,
        partial(commands.describe_incident, incident),
        back=reverse("incidents:facts", args=[reference]),
        tab="facts",
        heading="What it is about",
        submit="Save",
    )


@require_http_methods(["GET", "POST"])
def start_assessment(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.ASSESS)
    form = forms.NoQuestionForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.start_assessment, incident),
        back=reverse("incidents:assessment", args=[reference]),
        told="The assessment has started.",
        tab="assessment",
        heading="Start the assessment",
        lede="Says that somebody looks into it; authorities ask how long triage took.",
        submit="Start the assessment",
    )


@require_http_methods(["GET", "POST"])
def confirm_breach(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.ASSESS)
    running = queries.run_of(incident)
    fits = None if running else queries.fitting(incident)
    form = forms.ConfirmBreachForm(posted(request), zone=request.user.zone, now=timezone.now(), fits=fits)

    def act() -> None:
        data = form.cleaned_data
        commands.confirm_breach(
            incident,
            by=request.user,
            aware_at=data["at"],
            zone=data["zone"],
            reasoning=data["reasoning"],
            playbook=data.get("playbook", False),
            now=timezone.now(),
        )

    if done(form, act):
        if fits and form.cleaned_data["playbook"]:
            messages.success(
                request, f"Confirmed. The obligations are assessed, and “{fits.playbook.name}” runs."
            )
            return redirect("incidents:work", reference)
        messages.success(request, "Confirmed. The obligations are assessed on this.")
        return redirect("incidents:obligations", reference)
    return act_page(
        request,
        incident,
        form,
        tab="assessment",
        heading="Confirm a personal data breach",
        lede="You find that personal data were compromised. Clocks that run from awareness begin at the time below.",
        submit="Confirm the breach",
    )


@require_http_methods(["GET", "POST"])
def dismiss_incident(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    form = forms.ReasonForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.dismiss_incident, incident),
        back=reverse("incidents:assessment", args=[reference]),
        told="Found to be no breach. It can be reopened.",
        tab="assessment",
        heading="This is no breach of personal data",
        lede="Every duty that the law may ask is decided first; reports, facts and decisions stay.",
        submit="Find that it is no breach",
        danger=True,
        blockers=dismiss_blockers(incident),
    )


@require_http_methods(["GET", "POST"])
def notes(request: SignedInRequest, reference: str) -> HttpResponse:
    """Notes, newest first, and a form for whoever may write."""
    can = Can.WRITE if request.method == "POST" else Can.VIEW
    incident = incident_for(request.user, reference, can)
    counsel = Can.PRIVILEGED in incident.held  # type: ignore[attr-defined]
    form = forms.NoteForm(posted(request), counsel=counsel)

    def act() -> None:
        data = form.cleaned_data
        commands.add_note(
            incident,
            text=data["text"],
            privileged=data.get("privileged", False),
            by=request.user,
            now=timezone.now(),
        )

    if done(form, act):
        return redirect("incidents:notes", reference)
    found = queries.notes(incident)[:200]
    context = {"incident": incident, "tab": "overview", "notes": with_privilege(found) if counsel else found}
    return page(request, "incidents/notes.html", context, form=form)


@require_http_methods(["GET", "POST"])
def cite_policy(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = forms.PolicyForm(posted(request), initial={"version": incident.policy_version_id})
    return answer_act(
        request,
        incident,
        form,
        partial(commands.cite_policy, incident),
        back=reverse("incidents:facts", args=[reference]),
        tab="facts",
        heading="Cite the policy that this is handled under",
        submit="Cite this version",
    )
