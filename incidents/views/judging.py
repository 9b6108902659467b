"""Judge a condition that a rule leaves to a person."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.views.answers import answer_act, posted


@require_http_methods(["GET", "POST"])
def judge_condition(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    asked = queries.questions(incident)
    form = forms.JudgementForm(
        posted(request),
        choices=[(one.key, one.text) for one in asked],
        initial={"key": request.GET.get("key", "")},
    )
    return answer_act(
        request,
        incident,
        form,
        partial(commands.judge_condition, incident),
        back=reverse("incidents:obligations", args=[reference]),
        told="Kept. The law was asked again.",
        tab="obligations",
        heading="Judge a condition",
        submit="Keep this judgement",
        lede="Some laws turn on what only a person can say. It is kept with your name and reason.",
    )
