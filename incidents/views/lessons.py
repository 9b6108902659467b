"""Improvements, whether they held, and how the team saw the work."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents.commands import lessons as commands
from incidents.forms.lessons import CheckForm, FeedbackForm, FinishForm, ImprovementForm
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.queries.lessons import FEWEST, improvement_for
from incidents.views.answers import act_page, done, posted


@require_http_methods(["GET", "POST"])
def add_improvement(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    now = timezone.now()
    form = ImprovementForm(posted(request), incident=incident, now=now)
    if done(form, lambda: commands.add_improvement(incident, by=request.user, now=now, **form.cleaned_data)):
        return redirect("incidents:closing", reference)
    return act_page(
        request,
        incident,
        form,
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
    if done(
        form,
        lambda: commands.finish_improvement(
            improvement, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
    ):
        return redirect("incidents:closing", reference)
    return act_page(
        request,
        incident,
        form,
        tab="closing",
        heading=improvement.text,
        lede=f"{improvement.owner} sees to it.",
        submit="Settle this improvement",
    )


@require_http_methods(["GET", "POST"])
def answer_check(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = CheckForm(posted(request))
    if done(
        form,
        lambda: commands.answer_check(incident, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        return redirect("incidents:closing", reference)
    return act_page(
        request,
        incident,
        form,
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
    if done(
        form,
        lambda: commands.give_feedback(incident, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, "Thank you. Others see it without your name.")
        return redirect("incidents:closing", reference)
    return act_page(
        request,
        incident,
        form,
        tab="closing",
        heading="How did it go for you?",
        lede=f"Three questions. Others see the answers without names, once {FEWEST} people have answered.",
        submit="Send",
    )
