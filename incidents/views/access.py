"""Who can see an incident and why."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.letters import LetterNotSent, send_password_link
from accounts.models import SignedInRequest, User
from incidents import commands, forms, queries
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.views.answers import act_page, answer_act, done, posted


@require_GET
def access(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    context = {
        "incident": incident,
        "tab": "access",
        "holders": queries.holders(incident, now=timezone.now(), seen_by=request.user),
        "may_grant": Can.GRANT in incident.held,  # type: ignore[attr-defined]
    }
    return render(request, "incidents/access.html", context)


@require_http_methods(["GET", "POST"])
def grant_access(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.GRANT)
    form = forms.GrantForm(posted(request), incident=incident, zone=request.user.zone)

    def act() -> None:
        data = form.cleaned_data
        commands.grant_access(
            incident,
            to=data["to"],
            cans=data["cans"],
            ends_at=data["at"],
            by=request.user,
            now=timezone.now(),
        )

    if done(form, act):
        messages.success(request, f"{form.cleaned_data['to']} has access.")
        return redirect("incidents:access", reference)
    return act_page(
        request,
        incident,
        form,
        tab="access",
        heading="Let a person in",
        lede="Only what you hold yourself can be handed on.",
        submit="Grant access",
    )


@require_http_methods(["GET", "POST"])
def invite_expert(request: SignedInRequest, reference: str) -> HttpResponse:
    """Somebody from outside: counsel, a forensic firm, a translator."""
    incident = incident_for(request.user, reference, Can.GRANT)
    form = forms.InviteForm(posted(request), incident=incident, zone=request.user.zone)

    def act() -> None:
        data = form.cleaned_data
        person = commands.invite_expert(
            incident,
            email=data["email"],
            name=data["name"],
            cans=data["cans"],
            ends_at=data["at"],
            by=request.user,
            now=timezone.now(),
        )
        _tell(request, person)

    if done(form, act):
        return redirect("incidents:access", reference)
    return act_page(
        request,
        incident,
        form,
        tab="access",
        heading="Invite somebody from outside",
        lede="They see this incident and nothing else here: no other incidents, no lists, no people. It ends by itself.",
        submit="Invite",
    )


def _tell(request: SignedInRequest, person: User) -> None:
    """The link to set a password, unless they have one."""
    if person.has_usable_password():
        messages.success(request, f"{person} has access and signs in as before.")
        return
    try:
        send_password_link(person, by=request.user, request=request)
    except LetterNotSent:
        messages.error(
            request, f"{person} has access, but the mail server did not take the letter. Invite again."
        )
    else:
        messages.success(
            request, f"{person} has access. A link to set a password is on its way to {person.email}."
        )


@require_http_methods(["GET", "POST"])
def end_access(request: SignedInRequest, reference: str, user_id: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.GRANT)
    person = get_object_or_404(User.objects.filter(pk__in=incident.user_grants.values("user")), pk=user_id)
    form = forms.NoQuestionForm(posted(request))
    if done(form, lambda: commands.end_access(incident, of=person, by=request.user, now=timezone.now())):
        messages.success(request, f"The access of {person} has ended.")
        return redirect(
            "incidents:list" if person == request.user else "incidents:access",
            *_back(request, person, reference),
        )
    return act_page(
        request,
        incident,
        form,
        tab="access",
        heading=f"End the access of {person}",
        lede="What the person's role groups hold here stays.",
        submit="End access",
        danger=True,
    )


def _back(request: SignedInRequest, person: User, reference: str) -> list[str]:
    # Whoever ended their own access may not be let in again.
    return [] if person == request.user else [reference]


@require_http_methods(["GET", "POST"])
def restrict_incident(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.GRANT)
    form = forms.ReasonForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.restrict_incident, incident),
        back=reverse("incidents:access", args=[reference]),
        told="Restricted: it exists only for people with access of their own.",
        tab="access",
        heading="Restrict the incident",
        lede="Role groups are shut out: lists, search, counts and figures no longer know it. Grant people access one by one.",
        submit="Restrict",
    )


@require_http_methods(["GET", "POST"])
def lift_restriction(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.GRANT)
    form = forms.ReasonForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.lift_restriction, incident),
        back=reverse("incidents:access", args=[reference]),
        told="The role groups have access again.",
        tab="access",
        heading="Lift the restriction",
        submit="Open to the role groups",
    )
