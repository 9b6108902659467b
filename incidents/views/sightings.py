"""Where on a platform it can be seen."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents import forms
from incidents.commands import sightings as commands
from incidents.forms.sightings import SightingForm
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.queries.sightings import sighting_for
from incidents.views.answers import act_page, done, posted


def _back(reference: str) -> str:
    return f"{reverse('incidents:facts', args=[reference])}#seen"


@require_http_methods(["GET", "POST"])
def record_sighting(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = SightingForm(posted(request))
    if done(
        form,
        lambda: commands.record_sighting(incident, form.seen, by=request.user, now=timezone.now()),
    ):
        return redirect(_back(reference))
    return act_page(
        request,
        incident,
        form,
        tab="facts",
        heading="Where it can be seen",
        lede=f"One account, post or list. Times are in your time zone, {request.user.zone}.",
        submit="Keep this place",
    )


@require_http_methods(["GET", "POST"])
def change_sighting(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    sighting = sighting_for(incident, pk)
    form = SightingForm(posted(request), sighting=sighting)
    if done(
        form,
        lambda: commands.change_sighting(sighting, form.seen, by=request.user, now=timezone.now()),
    ):
        return redirect(_back(reference))
    return act_page(
        request,
        incident,
        form,
        tab="facts",
        heading=f"Where it can be seen: {sighting.platform}",
        lede=f"Say when it was taken down as soon as you have looked. Times are in your time zone, {request.user.zone}.",
        submit="Save",
    )


@require_http_methods(["GET", "POST"])
def strike_sighting(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    sighting = sighting_for(incident, pk)
    form = forms.ReasonForm(posted(request))
    if done(
        form,
        lambda: commands.strike_sighting(sighting, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, "Struck out.")
        return redirect(_back(reference))
    return act_page(
        request,
        incident,
        form,
        tab="facts",
        heading=f"Strike out: {sighting}",
        submit="Strike it out",
        danger=True,
        lede="For a place that was entered by mistake. One that is gone is said to be taken down instead.",
    )
