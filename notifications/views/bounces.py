"""The work list of mails and letters that reached nobody."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.views.answers import done, page, posted
from notifications import commands, tasks
from notifications.forms.bounces import CorrectForm, ReturnedActForm, ReturnedFilter
from notifications.models import Delivery
from notifications.queries import bounces as queries
from notifications.views.notices import refused


@require_GET
def came_back(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    form = ReturnedFilter(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    group = data.get("group") or ""
    rows = queries.returned(incident, group=group, after=data.get("after") or 0)
    shown, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    held = incident.held  # type: ignore[attr-defined]
    context = {
        "incident": incident,
        "tab": "notices",
        "form": form,
        "group": group,
        "rows": shown,
        "counted": queries.came_back(incident),
        "next_url": f"?group={group}&after={shown[-1].delivery.pk}" if more else "",
        "may_act": Can.SEND in held,
        "may_correct": Can.REVEAL in held and Can.SEND in held,
        "may_export": Can.EXPORT in held,
    }
    return render(request, "notifications/came_back.html", context)


@require_POST
def act_on_returned(request: SignedInRequest, reference: str) -> HttpResponse:
    """Send again, or give up, those chosen on the list."""
    incident = incident_for(request.user, reference, Can.SEND)
    chosen = [int(pk) for pk in request.POST.getlist("deliveries") if pk.isdigit() and len(pk) < 19]
    known = Delivery.objects.filter(notice__incident=incident, pk__in=chosen).values_list("pk", flat=True)
    form = ReturnedActForm(request.POST, chosen=list(known))
    if form.is_valid():
        data = form.cleaned_data
        act = commands.send_again if data["act"] == form.AGAIN else commands.give_up
        try:
            number = act(
                incident,
                deliveries=data["deliveries"],
                reason=data["reason"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as refusal:
            refused(request, refusal)
        else:
            transaction.on_commit(tasks.send_due_deliveries.delay, robust=True)
            done_words = "on the way again" if data["act"] == form.AGAIN else "counted as unreachable"
            messages.success(request, f"{number:,} {done_words}.")
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
    return redirect("notifications:came_back", reference)


@never_cache
@require_http_methods(["GET", "POST"])
def correct_address(request: SignedInRequest, reference: str, delivery: int) -> HttpResponse:
    """One person's right address; the one held is not shown."""
    incident = incident_for(request.user, reference, Can.SEND)
    found = Delivery.objects.filter(notice__incident=incident, pk=delivery).select_related("notice").first()
    if found is None:
        raise Http404("No such delivery.")
    found.notice.incident = incident
    form = CorrectForm(posted(request))
    now = timezone.now()
    if done(form, lambda: commands.correct_address(found, by=request.user, now=now, **form.for_command())):
        transaction.on_commit(tasks.send_due_deliveries.delay, robust=True)
        messages.success(request, "The address was corrected.")
        return redirect("notifications:came_back", reference)
    context = {
        "incident": incident,
        "tab": "notices",
        "heading": f"Correct the address of person {found.party_id}",
        "submit": "Save",
        "back": ("notifications:came_back", reference),
        "lede": "What is left empty stays as it is on the list. A mail that is sent again is the same mail.",
    }
    return page(request, "stakeholders/act.html", context, form=form)
