"""Judge a condition that a rule leaves to a person."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.views.answers import act_page, done, posted


@require_http_methods(["GET", "POST"])
def judge_condition(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    asked = queries.questions(incident)
    form = forms.JudgementForm(
        posted(request),
        choices=[(one.key, one.text) for one in asked],
        initial={"key": request.GET.get("key", "")},
    )
    if done(
        form,
        lambda: commands.judge_condition(incident, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, "Kept. The law was asked again.")
        return redirect("incidents:obligations", reference)
    return act_page(
        request,
        incident,
        form,
        tab="obligations",
        heading="Judge a condition",
        submit="Keep this judgement",
        lede="Some laws turn on what only a person can say. It is kept with your name and reason.",
    )
