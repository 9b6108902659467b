"""The views of a list that a person saved, and those that colleagues share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404

from accounts.models import User
from incidents.models import ListName, SavedView
from incidents.permissions import check_list, may_share_views
from incidents.queries.inbox import NarrowedInbox
from incidents.queries.items import NarrowedItems
from incidents.queries.narrowing import Narrowing
from incidents.queries.worklist import Narrowed

NARROWED: Final[Mapping[str, type[Narrowing]]] = {
    ListName.INCIDENTS: Narrowed,
    ListName.ITEMS: NarrowedItems,
    ListName.INTAKE: NarrowedInbox,
}
MOST_SHOWN: Final = 30


@dataclass(frozen=True)
class Shelf:
    """What stands above a list: the views to choose from, and which of them is shown."""

    which: str
    views: list[SavedView]
    shown: SavedView | None
    own: bool  # whether the one that is shown is the person's
    query: str  # what is shown, as an address says it

    @property
    def links(self) -> list[tuple[SavedView, str]]:
        """Each with what its address says; one that narrows nothing says so, else the default would come."""
        return [(one, urlencode(one.query) or "all=") for one in self.views]


def saved_views(user: User, which: str) -> list[SavedView]:
    """A person's own views of a list, then those of colleagues."""
    seen = Q(person=user)
    if may_share_views(user):
        seen |= Q(shared=True, person__is_active=True)
    found = SavedView.objects.filter(seen, list=which).select_related("person")[: 10 * MOST_SHOWN]
    return sorted(found, key=lambda one: one.person_id != user.pk)[:MOST_SHOWN]


def shelf(user: User, which: str, wanted: Narrowing, views: list[SavedView]) -> Shelf:
    """The views beside what is shown now."""
    shown = next((one for one in views if one.query == wanted.query), None)  # their own stand first
    own = shown is not None and shown.person_id == user.pk
    return Shelf(which, views, shown, own, urlencode(wanted.query))


def saved_view_for(user: User, pk: int) -> SavedView:
    """One of the person's own; others' exist only as a link above the list."""
    found = SavedView.objects.filter(person=user, pk=pk).first()
    if found is None:
        raise Http404("No such view.")
    check_list(user, found.list)
    return found
