"""Settings: who we are, where we are established, what holds in every incident."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation, SignedInRequest
from incidents import commands, queries, tasks
from incidents.forms.settings import OrganisationForm, StandingFactsForm
from incidents.permissions import (
    check_describe_organisation,
    check_read_organisation,
    may_describe_organisation,
)
from incidents.views.answers import done, page, posted


@require_GET
def organisation(request: SignedInRequest) -> HttpResponse:
    """Who are we, and what follows from it?"""
    check_read_organisation(request.user)
    context = {
        "standing": queries.standing(request.user),
        "may_change": may_describe_organisation(request.user),
    }
    return page(request, "incidents/organisation.html", context)


@require_http_methods(["GET", "POST"])
def edit_organisation(request: SignedInRequest) -> HttpResponse:
    """Name, address, contact and establishments."""
    check_describe_organisation(request.user)
    form = OrganisationForm(posted(request), organisation=Organisation.current())

    def act() -> None:
        commands.describe_organisation(by=request.user, now=timezone.now(), **form.cleaned_data)

    if done(form, act):
        return _saved(request)
    context = {"heading": "Who you are", "lede": "Stands on notices, filings and public pages."}
    return page(request, "incidents/organisation_form.html", context, form=form)


@require_http_methods(["GET", "POST"])
def standing_facts(request: SignedInRequest) -> HttpResponse:
    """What holds in every incident until one of them says otherwise."""
    check_describe_organisation(request.user)
    form = StandingFactsForm(posted(request), said=Organisation.current().standing_facts)
    if done(
        form, lambda: commands.set_standing_facts(facts=form.facts(), by=request.user, now=timezone.now())
    ):
        return _saved(request)
    context = {
        "heading": "What holds in every incident",
        "lede": "Rules ask about these. What you say here is read in each incident, unless it says otherwise itself.",
    }
    return page(request, "incidents/organisation_form.html", context, form=form)


def _saved(request: SignedInRequest) -> HttpResponse:
    transaction.on_commit(tasks.assess_stale_obligations.delay, robust=True)
    messages.success(request, "Saved. Open incidents are assessed again where it matters to them.")
    return redirect("incidents:organisation")
