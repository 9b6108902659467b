"""Systems of the register on an incident."""

from __future__ import annotations

from collections.abc import Callable

from django import forms as fields
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import SignedInRequest
from incidents.commands import systems as commands
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from incidents.queries.systems import ELEMENTS, PEOPLE, picked_for, systems_to_pick
from policies.models import System
from policies.permissions import check_may_read_systems


class PickForm(fields.Form):
    system = fields.ModelChoiceField(System.objects.none(), empty_label="Choose a system")

    def __init__(self, data: object, *, incident: Incident) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["system"].queryset = systems_to_pick(incident)  # type: ignore[attr-defined]


class AnswerForm(fields.Form):
    what = fields.ChoiceField(choices=[(ELEMENTS, ""), (PEOPLE, "")])
    answer = fields.ChoiceField(choices=[("accept", ""), ("decline", "")])


@require_POST
def pick_system(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    check_may_read_systems(request.user)
    form = PickForm(request.POST, incident=incident)
    if not form.is_valid():
        messages.error(request, "Choose a system first.")
        return _back(reference)
    system = form.cleaned_data["system"]
    return _tried(
        request,
        reference,
        lambda: commands.pick_system(incident, system=system, by=request.user, now=timezone.now()),
    )


@require_POST
def drop_system(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    picked = picked_for(incident_for(request.user, reference, Can.WRITE), pk)
    return _tried(
        request, reference, lambda: commands.drop_system(picked, by=request.user, now=timezone.now())
    )


@require_POST
def answer_proposal(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    picked = picked_for(incident_for(request.user, reference, Can.WRITE), pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say what you accept.")
        return _back(reference)
    what, accept = form.cleaned_data["what"], form.cleaned_data["answer"] == "accept"
    return _tried(
        request,
        reference,
        lambda: commands.answer_proposal(
            picked, what=what, accept=accept, by=request.user, now=timezone.now()
        ),
    )


def _tried(request: HttpRequest, reference: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return _back(reference)


def _back(reference: str) -> HttpResponse:
    return redirect(f"{reverse('incidents:facts', args=[reference])}#systems")
