"""Teams: kept by who says who works here, let into an incident by who grants access."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import SignedInRequest, Team
from accounts.permissions import check_manage_people, may_manage_people
from incidents import commands
from incidents.commands import teams as team_commands
from incidents.forms import NoQuestionForm
from incidents.forms.teams import GrantTeamForm, TeamForm
from incidents.models import Can
from incidents.permissions import check_read_teams, incident_for
from incidents.queries import teams as queries
from incidents.views.answers import act_page, done, page, posted


@require_safe
def teams(request: SignedInRequest) -> HttpResponse:
    """Which teams are there, and who is in them?"""
    check_read_teams(request.user)
    found = [(one, queries.people_of(one)) for one in queries.teams_with_people()]
    context = {"teams": found, "manages": may_manage_people(request.user)}
    return render(request, "incidents/teams.html", context)


@require_http_methods(["GET", "POST"])
def make_team(request: SignedInRequest) -> HttpResponse:
    check_manage_people(request.user)
    form = TeamForm(posted(request))
    if done(form, lambda: team_commands.make_team(by=request.user, now=timezone.now(), **form.for_command())):
        messages.success(request, "The team is made. It sees nothing until it is let into an incident.")
        return redirect("incidents:teams")
    return page(request, "incidents/team.html", {}, form=form)


@require_http_methods(["GET", "POST"])
def team(request: SignedInRequest, pk: int) -> HttpResponse:
    check_manage_people(request.user)
    found, now = get_object_or_404(Team, pk=pk), timezone.now()
    form = TeamForm(posted(request), team=found)
    if done(form, lambda: team_commands.change_team(found, by=request.user, now=now, **form.for_command())):
        messages.success(
            request, "Saved. Who was added or taken out is in the record of each of its incidents."
        )
        return redirect("incidents:teams")
    context = {"team": found, "incidents": queries.let_into(found, seen_by=request.user, now=now)}
    return page(request, "incidents/team.html", context, form=form)


@require_http_methods(["GET", "POST"])
def end_team(request: SignedInRequest, pk: int) -> HttpResponse:
    check_manage_people(request.user)
    found = get_object_or_404(Team, pk=pk)
    form = NoQuestionForm(posted(request))
    if done(form, lambda: team_commands.end_team(found, by=request.user, now=timezone.now())):
        messages.success(request, f"The team {found.name} has ended, and with it all that it was let into.")
        return redirect("incidents:teams")
    return page(request, "incidents/team_end.html", {"team": found}, form=form)


@require_http_methods(["GET", "POST"])
def grant_team(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.GRANT)
    form = GrantTeamForm(posted(request), incident=incident, zone=request.user.zone)

    def act() -> None:
        data = form.cleaned_data
        to, cans, ends_at = data["to"], data["cans"], data["at"]
        commands.grant_access(
            incident, to=to, cans=cans, ends_at=ends_at, by=request.user, now=timezone.now()
        )

    if done(form, act):
        messages.success(request, f"The team {form.cleaned_data['to'].name} has access.")
        return redirect("incidents:access", reference)
    return act_page(
        request,
        incident,
        form,
        tab="access",
        heading="Let a team in",
        lede="Whoever is in the team sees it, and whoever joins the team later. Only what you hold yourself can be handed on.",
        submit="Grant access",
        blockers=[]
        if Team.objects.exists()
        else ["There is no team yet. Privacy officers make teams under Settings, Teams."],
    )


@require_http_methods(["GET", "POST"])
def end_team_access(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.GRANT)
    found = get_object_or_404(Team.objects.filter(pk__in=incident.group_grants.values("group")), pk=pk)
    form = NoQuestionForm(posted(request))
    if done(form, lambda: commands.end_access(incident, of=found, by=request.user, now=timezone.now())):
        messages.success(request, f"The access of {found.name} has ended.")
        inside = found.user_set.filter(pk=request.user.pk).exists()  # who may have lost their own way in
        return redirect("incidents:list") if inside else redirect("incidents:access", reference)
    return act_page(
        request,
        incident,
        form,
        tab="access",
        heading=f"End the access of {found.name}",
        lede="What its people hold here by role or by name stays.",
        submit="End access",
        danger=True,
    )
