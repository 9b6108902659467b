"""Notes that become privileged, or are so no longer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.queries import privilege as queries
from incidents.views.answers import act_page, done, posted


@require_http_methods(["GET", "POST"])
def set_note_privileged(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Make it privileged, or release it when it is."""
    note = queries.note_for(incident_for(request.user, reference, Can.PRIVILEGED), pk)
    form, wanted, now = forms.ReasonForm(posted(request)), not note.privileged, timezone.now()
    if done(
        form,
        lambda: commands.set_note_privileged(
            note, privileged=wanted, by=request.user, now=now, **form.cleaned_data
        ),
    ):
        messages.success(request, "It exists for counsel alone now." if wanted else "Others see it again.")
        return redirect("incidents:notes", reference)
    before = "From now on it exists for counsel alone, with what sets it right. "
    return act_page(
        request,
        note.incident,
        form,
        tab="overview",
        heading="Make the note privileged" if wanted else "Release the note",
        submit="Keep it for counsel alone" if wanted else "Let others see it",
        lede=before + queries.known_words(queries.may_have_known(note, now=now))
        if wanted
        else "Everybody who sees this incident will see it, and the reason you give here.",
        note=note,
        cancel_url=reverse("incidents:notes", args=[reference]),
    )
