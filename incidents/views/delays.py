"""Law enforcement asks to wait, and ends that."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.views.answers import answer_act, posted


@require_http_methods(["GET", "POST"])
def record_delay_request(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    now = timezone.now()
    form = forms.DelayRequestForm(posted(request), now=now)
    return answer_act(
        request,
        incident,
        form,
        partial(commands.record_delay_request, incident),
        back=reverse("incidents:obligations", args=[reference]),
        told="Kept. Clocks stand still where the law allows it; the rest run on.",
        tab="obligations",
        heading="Law enforcement asked to wait",
        submit="Keep this request",
        lede="Each law says for itself whether such a request stops its clock, and for how long.",
    )


@require_http_methods(["GET", "POST"])
def lift_delay_request(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    asked = queries.delay_request_for(incident, pk)
    form = forms.LiftDelayForm(posted(request), now=timezone.now())
    return answer_act(
        request,
        incident,
        form,
        partial(commands.lift_delay_request, asked),
        back=reverse("incidents:obligations", args=[reference]),
        told="Lifted. Clocks run again, as each law says.",
        tab="obligations",
        heading=f"{asked.agency} no longer asks to wait",
        submit="Lift it",
        lede="Clocks that stood still run again from this time.",
    )


@require_http_methods(["GET", "POST"])
def strike_delay_request(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    asked = queries.delay_request_for(incident, pk)
    form = forms.ReasonForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.strike_delay_request, asked),
        back=reverse("incidents:obligations", args=[reference]),
        told="Struck out. It stays in the list and stops no clock.",
        tab="obligations",
        heading=f"Strike out the request of {asked.agency}",
        submit="Strike it out",
        danger=True,
        lede="For a request that was entered by mistake. Clocks run as if it had never been entered; a request that ended is lifted instead.",
    )
