"""Who owns a deadline and who has it in hand; and when deadlines remind, a setting of the organisation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import commands as accounts
from accounts.models import Organisation, SignedInRequest
from incidents import commands, queries
from incidents.forms import NoQuestionForm
from incidents.forms.reminders import HandOverForm
from incidents.forms.settings import RemindersForm
from incidents.models import Can
from incidents.permissions import check_describe_organisation, incident_for
from incidents.views.answers import act_page, done, page, posted


@require_http_methods(["GET", "POST"])
def reminders(request: SignedInRequest) -> HttpResponse:
    """When are owners of deadlines reminded, and how long do they have to answer?"""
    check_describe_organisation(request.user)
    form = RemindersForm(posted(request), organisation=Organisation.current())
    if done(form, lambda: accounts.set_reminders(by=request.user, **form.cleaned_data)):
        messages.success(request, "Saved. Reminders that were sent stand; the next ones follow this.")
        return redirect("incidents:organisation")
    context = {
        "heading": "When deadlines remind",
        "lede": "A reminder goes to whoever owns the deadline; when nobody says “I have this” in time, to the next person.",
        "submit": "Save",
    }
    return page(request, "incidents/organisation_form.html", context, form=form)


@require_POST
def have_obligation(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """ "I have this": nobody else is told of this step."""
    incident = incident_for(request.user, reference, Can.WRITE)
    found = queries.obligation_for(incident, pk)
    form = NoQuestionForm(request.POST)
    if done(form, lambda: commands.have_obligation(found, by=request.user, now=timezone.now())):
        messages.success(request, "You have it. Later reminders come to you first.")
    else:
        messages.error(request, " ".join(str(one) for one in form.non_field_errors()))
    return redirect("incidents:obligation", reference, pk)


@require_POST
def have_reminders(request: SignedInRequest, reference: str) -> HttpResponse:
    """ "I have these": all deadlines of an incident that this person was reminded of."""
    incident = incident_for(request.user, reference, Can.WRITE)
    form = NoQuestionForm(request.POST)
    if done(form, lambda: commands.have_reminded(incident, by=request.user, now=timezone.now())):
        messages.success(request, "You have them. Later reminders come to you first.")
    else:
        messages.error(request, " ".join(str(one) for one in form.non_field_errors()))
    return redirect("insights:my_day")


@require_http_methods(["GET", "POST"])
def hand_over(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Whose shall it be?"""
    incident = incident_for(request.user, reference, Can.WRITE)
    found, now = queries.obligation_for(incident, pk), timezone.now()
    form = HandOverForm(posted(request), obligation=found, now=now)

    def act() -> None:
        commands.hand_over_obligation(found, to=form.cleaned_data["to"], by=request.user, now=now)

    if done(form, act):
        messages.success(request, f"Handed over to {form.cleaned_data['to']}.")
        return redirect("incidents:obligation", reference, pk)
    return act_page(
        request,
        incident,
        form,
        tab="obligations",
        heading="Hand this over",
        submit="Hand over",
        lede="The owner is reminded first. What anybody said of having it before no longer counts.",
        about=found,
    )
