"""Views of lists: name what is shown, change that name, share it, delete it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents import commands, queries
from incidents.forms.saved_views import SavedViewForm, narrowed_words
from incidents.models import ListName, SavedView
from incidents.permissions import check_list
from incidents.queries.narrowing import Narrowing
from incidents.queries.saved_views import NARROWED
from incidents.views.answers import done, page, posted

PLACES: Final = {
    ListName.INCIDENTS: "incidents:list",
    ListName.ITEMS: "incidents:my_items",
    ListName.INTAKE: "incidents:intake",
}


def opened_with(request: SignedInRequest, which: ListName, views: list[SavedView]) -> HttpResponse | None:
    """To the view with which this person opens the list; only where the address asks for nothing."""
    chosen = next((one for one in views if one.default and one.person_id == request.user.pk), None)
    return _to_list(which, chosen) if chosen and not request.GET else None


def _address(which: str, wanted: Narrowing) -> str:
    return f"{reverse(PLACES[ListName(which)])}?{urlencode(wanted.query) or 'all='}"


def _to_list(which: str, view: SavedView) -> HttpResponse:
    return redirect(_address(which, NARROWED[which].read(view.query)))


@require_http_methods(["GET", "POST"])
def save_view(request: SignedInRequest, which: str) -> HttpResponse:
    """Name what the list is narrowed to; the filters are in this page's own address."""
    if which not in PLACES:
        raise Http404("No such list.")
    check_list(request.user, which)
    wanted = NARROWED[which].read(request.GET.dict())
    form = SavedViewForm(posted(request), user=request.user)
    saved: list[SavedView] = []

    def save() -> None:
        told = form.said()
        view = commands.save_view(which, query=wanted.query, by=request.user, now=timezone.now(), **told)
        saved.append(view)

    if done(form, save):
        messages.success(request, f"Saved: “{saved[0].name}” stands above the list.")
        return _to_list(which, saved[0])
    context = {
        "which": ListName(which),
        "back": _address(which, wanted),
        "narrowed": narrowed_words(request.user, wanted),
        "names": [one.name for one in queries.saved_views(request.user, which) if one.person == request.user],
    }
    return page(request, "incidents/saved_view.html", context, form=form)


@require_http_methods(["GET", "POST"])
def saved_view(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rename, share, open the list with it, or delete it."""
    view = queries.saved_view_for(request.user, pk)
    standing = {"name": view.name, "default": view.default, "shared": view.shared}
    form = SavedViewForm(posted(request), user=request.user, initial=standing)
    if done(form, lambda: commands.change_view(view, by=request.user, now=timezone.now(), **form.said())):
        messages.success(request, "Saved.")
        return _to_list(view.list, view)
    wanted = NARROWED[view.list].read(view.query)
    context = {
        "which": ListName(view.list),
        "view": view,
        "back": _address(view.list, wanted),
        "narrowed": narrowed_words(request.user, wanted),
    }
    return page(request, "incidents/saved_view.html", context, form=form)


@require_POST
def delete_view(request: SignedInRequest, pk: int) -> HttpResponse:
    view = queries.saved_view_for(request.user, pk)
    commands.delete_view(view, by=request.user)
    messages.success(request, f"“{view.name}” is deleted. The list itself stays as it is.")
    return redirect(f"{reverse(PLACES[ListName(view.list)])}?all=")
