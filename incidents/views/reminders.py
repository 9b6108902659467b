"""When deadlines remind: a setting of the organisation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts import commands as accounts
from accounts.models import Organisation, SignedInRequest
from incidents.forms.settings import RemindersForm
from incidents.permissions import check_describe_organisation
from incidents.views.answers import done, page, posted


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
