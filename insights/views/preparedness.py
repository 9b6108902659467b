"""What would we owe if ...: the exposure profile, scenarios, and what we lack."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organisation, SignedInRequest
from incidents.views.answers import done, page, posted
from insights import commands, forms, permissions, scenarios
from insights.forms import AuthorityContactForm, ExposureForm, SaveForm, ScenarioForm
from insights.models import ExposureProfile, SavedOutlook
from insights.queries import contacts, gaps, saved
from insights.queries.exposure import Given
from insights.queries.law_shelf import authority_page
from insights.queries.outlook import outlook
from insights.queries.time_line import time_line
from insights.views.tables import csv_answer

PREPAREDNESS = ("Preparedness", "/preparedness/")


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """What would we owe, and what do we lack?"""
    permissions.check_read_preparedness(request.user)
    profile, organisation, now = ExposureProfile.current(), Organisation.current(), timezone.now()
    asked = now.replace(minute=0, second=0, microsecond=0)
    told = scenarios.scenarios().values() if profile.people else ()
    context = {
        "profile": profile,
        "largest": sorted(profile.people.items(), key=lambda pair: -pair[1])[:8],
        "rows": [outlook(Given(one, asked), profile, organisation) for one in told],
        "scenarios": scenarios.scenarios().values(),
        "gaps": gaps.for_reader(gaps.standing_gaps(profile, organisation), request.user),
        "saved": saved.saved_outlooks(),
        "may_write": permissions.may_write_exposure(request.user),
    }
    return render(request, "insights/preparedness.html", context)


@require_http_methods(["GET", "POST"])
def edit_exposure(request: SignedInRequest) -> HttpResponse:
    """Where how many people are, and which data are held."""
    permissions.check_write_exposure(request.user)
    served = Organisation.current().standing_facts.get("places_served", [])
    form = ExposureForm(posted(request), profile=ExposureProfile.current(), served=served)
    if done(form, lambda: commands.set_exposure(by=request.user, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, "Saved. Scenarios are told for these people and data.")
        return redirect("preparedness:index")
    context = {
        "heading": "Exposure profile",
        "lede": "Whom a breach could reach. It is used for scenarios only; incidents have their own numbers.",
        "crumbs": [PREPAREDNESS],
        "back": PREPAREDNESS[1],
        "submit": "Save the profile",
    }
    return page(request, "insights/preparedness_form.html", context, form=form)


@require_safe
def scenario(request: SignedInRequest, scenario_id: str) -> HttpResponse:
    """What would we owe, to whom, by when, and what do we lack for it?"""
    permissions.check_read_preparedness(request.user)
    form = forms.form_for(scenario_id, request.GET)
    context: dict[str, Any] = {"form": form, "scenario": form.scenario, "crumbs": [PREPAREDNESS]}
    wrong = form.is_bound and not form.is_valid()
    if not (wrong or (scenario_id == scenarios.OWN and not form.is_bound)):
        context |= _found(request, form)
    return render(request, "insights/outlook.html", context, status=422 if wrong else 200)


def _found(request: SignedInRequest, form: ScenarioForm) -> dict[str, Any]:
    profile, organisation, given = ExposureProfile.current(), Organisation.current(), form.given()
    found = outlook(given, profile, organisation)
    lacking = gaps.outlook_gaps(found, profile, organisation)
    fixed = _fixed(given, form, organisation.zone)
    return {
        "found": found,
        "totals": found.totals,
        "stretches": found.stretches,
        "line": time_line(found.owed),
        "gaps": gaps.for_reader(lacking, request.user),
        "aware_at": given.aware_at,
        "zone": organisation.zone,
        "pack": found.law.pack,
        "profile": profile,
        "fixed": fixed,
        "csv_query": urlencode(fixed),
        "may_save": permissions.may_keep_preparedness(request.user) and bool(profile.people),
        "save_form": SaveForm(),
        "scenario": given.scenario,
    }


def _fixed(given: Given, form: ScenarioForm, zone: str) -> list[tuple[str, str]]:
    """The question as it stands now, so that what is kept or downloaded answers the same one."""
    local = given.aware_at.astimezone(ZoneInfo(zone))
    when = {"on": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}", "zone": zone}
    rest = [(key, value) for key in forms.FIELDS if key not in when for value in form.data.getlist(key)] if form.is_bound else []  # type: ignore[attr-defined]  # fmt: skip
    return [*rest, *when.items()]


@require_safe
def scenario_csv(request: SignedInRequest, scenario_id: str) -> HttpResponse:
    """The duties of a scenario as a table."""
    permissions.check_read_preparedness(request.user)
    form = forms.form_for(scenario_id, request.GET)
    if not (form.is_valid() if form.is_bound else scenario_id != scenarios.OWN):
        return redirect("preparedness:scenario", scenario_id)
    found = outlook(form.given(), ExposureProfile.current(), Organisation.current())
    return csv_answer(f"preparedness-{scenario_id}", saved.csv_rows(found.items))


@require_POST
def save_outlook(request: SignedInRequest, scenario_id: str) -> HttpResponse:
    """Keep what a scenario asks today."""
    permissions.check_keep_preparedness(request.user)
    form, note = forms.form_for(scenario_id, request.POST), SaveForm(request.POST)
    ready = (form.is_valid() if form.is_bound else scenario_id != scenarios.OWN) and note.is_valid()
    kept: list[SavedOutlook] = []

    def act() -> None:
        kept.append(commands.save_outlook(form.given(), by=request.user, now=timezone.now(), **note.cleaned_data))  # fmt: skip

    if ready and done(note, act):
        messages.success(request, "Saved. Compare it with a later day whenever you like.")
        return redirect("preparedness:saved", kept[0].reference)
    context = {"form": form, "scenario": form.scenario, "crumbs": [PREPAREDNESS], "refused": note}
    return render(request, "insights/outlook.html", context, status=422)


@require_http_methods(["GET", "POST"])
def authority_contact(request: SignedInRequest, authority_id: str) -> HttpResponse:
    """How do we reach this authority?"""
    permissions.check_keep_preparedness(request.user)
    found = authority_page(authority_id, timezone.localdate())
    if found is None:
        raise Http404
    form = AuthorityContactForm(posted(request), contact=contacts.contact_of(authority_id))
    if done(
        form,
        lambda: commands.note_authority_contact(
            authority_id, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
    ):
        messages.success(request, "Noted.")
        return redirect("insights:authority", authority_id)
    body = found.row.authority
    back = f"/law/authorities/{body.id}/"
    context = {
        "heading": f"How we reach {body.called}",
        "lede": "What we found out ourselves; it stands beside the directory. Leave all empty to take it back.",
        "crumbs": [("The law", "/law/"), ("Authorities", "/law/authorities/"), (body.name, back)],
        "back": back,
        "submit": "Keep this",
    }
    return page(request, "insights/preparedness_form.html", context, form=form)
