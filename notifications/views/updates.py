"""What is added to the public page of a notice after it went out."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents.models import Can
from incidents.views.answers import done, page
from notifications import commands, markup
from notifications.forms.updates import SeenUpdateForm, UpdateForm
from notifications.lifecycle import STARTED
from notifications.permissions import notice_for
from notifications.views.notices import context_of, refused


@require_http_methods(["GET", "POST"])
def notice_updates(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice)
    updates = list(found.updates.select_related("written_by", "published_by"))
    waiting = next((one for one in updates if one.published_at is None), None)
    if request.method == "POST":
        if Can.WRITE not in found.incident.held:  # type: ignore[attr-defined]
            raise PermissionDenied("You may see this incident, but not: write.")
        form = UpdateForm(request.POST)
        if done(
            form,
            lambda: commands.write_update(found, by=request.user, now=timezone.now(), **form.cleaned_data),
        ):
            messages.success(request, "It waits for a second person. Readers see nothing of it yet.")
            return redirect("notifications:notice_updates", reference, notice)
    else:
        form = UpdateForm(initial={"text": waiting.text if waiting else ""})
    context = context_of(
        found,
        open=found.status in STARTED,
        waiting=waiting,
        waiting_html=markup.as_html(waiting.text) if waiting else "",
        published=[(one, markup.as_html(one.text)) for one in updates if one.published_at],
        own=waiting is not None and waiting.written_by_id == request.user.pk,
    )
    return page(request, "notifications/notice_updates.html", context, form=form)


@require_POST
def publish_update(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.APPROVE)
    form = SeenUpdateForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Read the update again, then publish it.")
        return redirect("notifications:notice_updates", reference, notice)
    return _act(
        request,
        lambda: commands.publish_update(
            found, seen=form.cleaned_data["seen"], by=request.user, now=timezone.now()
        ),
        "Readers see it from now on.",
        reference,
        notice,
    )


@require_POST
def drop_update(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.WRITE)
    return _act(
        request,
        lambda: commands.drop_update(found, by=request.user, now=timezone.now()),
        "The update was taken back.",
        reference,
        notice,
    )


def _act(
    request: SignedInRequest, act: Callable[[], object], told: str, reference: str, notice: str
) -> HttpResponse:
    try:
        act()
    except ValidationError as refusal:
        refused(request, refusal)
    else:
        messages.success(request, told)
    return redirect("notifications:notice_updates", reference, notice)
