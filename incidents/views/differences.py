"""Accept what a later text of the law says for an incident, or keep what stood."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.models import Can, Difference
from incidents.permissions import incident_for
from incidents.views.answers import act_page, done, posted


def _act(
    request: SignedInRequest,
    reference: str,
    pk: int,
    command: Callable[..., Difference],
    *,
    heading: str,
    submit: str,
    said: str,
) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    difference = queries.difference_for(incident, pk)
    form = forms.ReasonForm(posted(request))
    if done(form, lambda: command(difference, by=request.user, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, said)
        return redirect("incidents:obligations", reference)
    return act_page(
        request,
        incident,
        form,
        tab="obligations",
        heading=heading,
        submit=submit,
        about=difference.obligation,
        difference=difference,
        lines=queries.lines(difference.before, difference.after),
    )


@require_http_methods(["GET", "POST"])
def accept_difference(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    return _act(
        request,
        reference,
        pk,
        commands.accept_difference,
        heading="Accept what the law says now",
        submit="Accept",
        said="Accepted: this duty follows the later text of the law from now on.",
    )


@require_http_methods(["GET", "POST"])
def keep_difference(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    return _act(
        request,
        reference,
        pk,
        commands.keep_difference,
        heading="Keep the duty as it was",
        submit="Keep as it was",
        said="Kept: this duty goes on under the text it was assessed by.",
    )
