"""The list of incidents: which one needs me most?"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import SignedInRequest, User
from incidents import commands, queries, sheets
from incidents.forms.worklist import NarrowForm, change_of, people
from incidents.models import Can, ListName
from incidents.models.incident import Priority
from incidents.permissions import may_triage, roles_that_can
from incidents.queries import IncidentView, Narrowed
from incidents.queries.worklist import page_size
from incidents.views.saved_views import opened_with

UNDO: Final = "undo_of_list"  # in the session: what the last change of several can be set back to
TOLD: Final = 5


@require_GET
def incident_list(request: SignedInRequest) -> HttpResponse:
    """The list, narrowed and ordered as its address says."""
    user = request.user
    views = queries.saved_views(user, ListName.INCIDENTS)
    if opened := opened_with(request, ListName.INCIDENTS, views):
        return opened
    wanted = Narrowed.read({"view": IncidentView.NEEDS.value, **request.GET.dict()})
    size, after = page_size(request.GET), request.GET.get("after", "")
    found = queries.incident_list(user, wanted, after=after, size=size)
    here = reverse("incidents:list")
    asked = wanted.query | ({"size": str(size)} if "size" in request.GET else {})
    leads = list(people(user))
    context = {
        "rows": found.rows,
        "here": here,
        "shelf": queries.shelf(user, ListName.INCIDENTS, wanted, views),
        "wanted": wanted,
        "form": NarrowForm(wanted, leads),
        "filtered": bool(wanted.filters),
        "more_open": bool(wanted.filters.keys() - {"words", "due"}),
        "tabs": _tabs(here, wanted),
        "next_url": f"{here}?{urlencode(asked | {'after': found.next_cursor})}" if found.next_cursor else "",
        "first_url": f"{here}?{urlencode(asked)}" if after else "",
        "all_url": f"{here}?{urlencode({'view': wanted.view})}",
        "export_query": urlencode(wanted.query),
        "may_open": may_triage(user),
        "may_export": bool(user.roles & roles_that_can(Can.EXPORT)),
        "may_change": bool(user.roles & roles_that_can(Can.WRITE)),
        "leads": leads,
        "priorities": Priority.choices,
        "undo": request.session.get(UNDO),
    }
    return render(request, "incidents/list.html", context)


def _tabs(here: str, wanted: Narrowed) -> list[dict[str, Any]]:
    """The views, each with what the list is narrowed to kept."""
    return [
        {
            "label": str(one.label),
            "url": f"{here}?{urlencode({'view': one.value} | wanted.filters)}",
            "current": one.value == wanted.view,
        }
        for one in IncidentView
    ]


@require_POST
def export_list(request: SignedInRequest) -> HttpResponse:
    """The list as a file: what one sees and may export."""
    if not request.user.roles & roles_that_can(Can.EXPORT):
        raise PermissionDenied("Lists are taken out by whoever may export incidents.")
    wanted = Narrowed.read(request.GET.dict())
    kind = "xlsx" if request.POST.get("kind") == "xlsx" else "csv"
    rows = commands.export_incidents(wanted, by=request.user, kind=kind, now=timezone.now())
    return sheets.incidents(rows, kind=kind)


@require_POST
def change_incidents(request: SignedInRequest) -> HttpResponse:
    """Set priority or lead of the rows that were ticked; can be undone from the list."""
    _check_may_change(request.user)
    try:
        name, value = change_of(request.POST.dict(), people(request.user), by=request.user)
        changed = commands.change_incidents(
            request.POST.getlist("incident"), name=name, value=value, by=request.user, now=timezone.now()
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _back(request)
    request.session[UNDO] = {
        "name": name,
        "new": _plain(value),
        "old": {reference: _plain(old) for reference, old in changed.old.items()},
    }
    _tell(request, changed, "Changed")
    return _back(request)


@require_POST
def undo_change(request: SignedInRequest) -> HttpResponse:
    """Set the last change of several back, but where somebody changed it again."""
    _check_may_change(request.user)
    kept = request.session.pop(UNDO, None)
    if not kept or not kept["old"]:
        messages.warning(request, "There is nothing to undo any more.")
        return _back(request)
    old = {reference: _read(kept["name"], value) for reference, value in kept["old"].items()}
    changed = commands.undo_change(
        old, name=kept["name"], new=_read(kept["name"], kept["new"]), by=request.user, now=timezone.now()
    )
    _tell(request, changed, "Set back")
    return _back(request)


def _check_may_change(user: User) -> None:
    if not user.roles & roles_that_can(Can.WRITE):
        raise PermissionDenied(
            "Several at once are changed by responders, leads, legal and privacy officers."
        )


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, User) else value


def _read(name: str, value: Any) -> Any:
    return User.objects.filter(pk=value).first() if name == "lead" and value else value


def _tell(request: SignedInRequest, changed: commands.Changed, done: str) -> None:
    if number := len(changed.old):
        messages.success(request, f"{done}: {number} {'incident' if number == 1 else 'incidents'}.")
    for reference, reason in list(changed.refused.items())[:TOLD]:
        messages.warning(request, f"{reference} stays as it was. {reason}")
    if len(changed.refused) > TOLD:
        messages.warning(request, f"{len(changed.refused) - TOLD} more stay as they were.")


def _back(request: SignedInRequest) -> HttpResponse:
    """To the list as it was narrowed; an address of elsewhere leads to the plain list."""
    query = urlencode(Narrowed.read(request.GET.dict()).query)
    return redirect(f"{reverse('incidents:list')}?{query}")
