"""Add to the timeline: a note, an event, or what sets an earlier entry right."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms
from incidents.models import Can, Note
from incidents.permissions import incident_for
from incidents.views.answers import act_page, done, posted


@require_http_methods(["GET", "POST"])
def add_entry(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    corrects = request.GET.get("corrects", "")[:24]
    counsel = Can.PRIVILEGED in incident.held  # type: ignore[attr-defined]
    form = forms.EntryForm(posted(request), counsel=counsel, initial={"corrects": corrects})
    added: list[Note] = []

    def act() -> None:
        data = {"privileged": False, **form.cleaned_data}
        added.append(commands.add_note(incident, by=request.user, now=timezone.now(), **data))

    if done(form, act):
        name = f"note-{added[0].pk}"
        return redirect(f"{reverse('insights:timeline', args=[reference])}?show={name}#{name}")
    correcting = corrects or (form.is_bound and form.data.get("corrects"))
    return act_page(
        request,
        incident,
        form,
        tab="timeline",
        heading="Set an entry right" if correcting else "Add to the timeline",
        lede="The entry stays as it is and points to what you write here." if correcting else "",
        submit="Add the correction" if correcting else "Add it",
    )
