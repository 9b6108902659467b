"""Where on a platform it can be seen."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents import forms
from incidents.commands import sightings as commands
from incidents.forms.sightings import SightingForm
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.queries.sightings import sighting_for
from incidents.views.answers import answer_act, posted


def _back(reference: str) -> str:
    return f"{reverse('incidents:facts', args=[reference])}#seen"


@require_http_methods(["GET", "POST"])
def record_sighting(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = SightingForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.record_sighting, incident),
        back=_back(reference),
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
    return answer_act(
        request,
        incident,
        form,
        partial(commands.change_sighting, sighting),
        back=_back(reference),
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
    return answer_act(
        request,
        incident,
        form,
        partial(commands.strike_sighting, sighting),
        back=_back(reference),
        told="Struck out.",
        tab="facts",
        heading=f"Strike out: {sighting}",
        submit="Strike it out",
        danger=True,
        lede="For a place that was entered by mistake. One that is gone is said to be taken down instead.",
    )
