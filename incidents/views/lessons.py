"""Improvements, whether they held, and how the team saw the work."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents.commands import lessons as commands
from incidents.forms.lessons import CheckForm, FeedbackForm, FinishForm, ImprovementForm
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.queries.lessons import FEWEST, improvement_for
from incidents.views.answers import answer_act, posted


@require_http_methods(["GET", "POST"])
def add_improvement(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    now = timezone.now()
    form = ImprovementForm(posted(request), incident=incident, now=now)
    return answer_act(
        request,
        incident,
        form,
        partial(commands.add_improvement, incident),
        back=reverse("incidents:closing", args=[reference]),
        tab="closing",
        heading="What will be better",
        lede="One improvement with one owner. It stays open after the incident is closed.",
        submit="Keep this improvement",
    )


@require_http_methods(["GET", "POST"])
def finish_improvement(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    improvement = improvement_for(incident, pk)
    form = FinishForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.finish_improvement, improvement),
        back=reverse("incidents:closing", args=[reference]),
        tab="closing",
        heading=improvement.text,
        lede=f"{improvement.owner} sees to it.",
        submit="Settle this improvement",
    )


@require_http_methods(["GET", "POST"])
def answer_check(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = CheckForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.answer_check, incident),
        back=reverse("incidents:closing", args=[reference]),
        tab="closing",
        heading="Did it hold?",
        lede="Look at what was to be better: has the same happened again, is each improvement really in place?",
        submit="Keep the answer",
    )


@require_http_methods(["GET", "POST"])
def give_feedback(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    own = incident.feedback.filter(by=request.user).first()
    initial = {"knew": own.knew, "helped": own.helped, "change": own.change} if own else {}
    form = FeedbackForm(posted(request), initial=initial)
    return answer_act(
        request,
        incident,
        form,
        partial(commands.give_feedback, incident),
        back=reverse("incidents:closing", args=[reference]),
        told="Thank you. Others see it without your name.",
        tab="closing",
        heading="How did it go for you?",
        lede=f"Three questions. Others see the answers without names, once {FEWEST} people have answered.",
        submit="Send",
    )
