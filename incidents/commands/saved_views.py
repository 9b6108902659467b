"""Views of lists: named, changed, shared, deleted by whoever made them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from audit.events import ORGANISATION
from incidents.events import ViewEvent
from incidents.models import SavedView
from incidents.permissions import check_list, may_share_views
from incidents.queries.saved_views import MOST_SHOWN, NARROWED

LONGEST_NAME: Final = 60


@transaction.atomic
def save_view(
    which: str,
    *,
    query: Mapping[str, str],
    name: str,
    shared: bool = False,
    default: bool = False,
    by: User,
    now: datetime,
) -> SavedView:
    """Name what a list is narrowed to; under the name of one of their own views, that one shows this from now on."""
    check_list(by, which)
    by = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    name = _name(name)
    view = by.saved_views.filter(list=which, name=name).first()
    if view is None:
        if by.saved_views.filter(list=which).count() >= MOST_SHOWN:
            raise ValidationError(
                f"A list has at most {MOST_SHOWN} views of one person. Delete one first.", code="too_many"
            )
        view = SavedView(person=by, list=which, name=name)
    view.query = NARROWED[which].read(query).query
    return _kept(view, shared=shared, default=default, by=by, now=now)


@transaction.atomic
def change_view(
    view: SavedView, *, name: str, shared: bool, default: bool, by: User, now: datetime
) -> SavedView:
    """Give it another name, share it or not, open the list with it or not."""
    by = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    view = by.saved_views.select_for_update().get(pk=view.pk)
    view.name = _name(name)
    if by.saved_views.filter(list=view.list, name=view.name).exclude(pk=view.pk).exists():
        raise ValidationError({"name": ["You have another view of this name."]})
    return _kept(view, shared=shared, default=default, by=by, now=now)


@transaction.atomic
def delete_view(view: SavedView, *, by: User) -> None:
    """Delete a view, for colleagues too; the list itself is untouched."""
    record(ViewEvent.DELETED, view, by=by, stream=ORGANISATION, details=_details(view))
    view.delete()


def _kept(view: SavedView, *, shared: bool, default: bool, by: User, now: datetime) -> SavedView:
    if shared and not may_share_views(by):
        raise ValidationError("You cannot share views.", code="cannot_share")
    if default:
        by.saved_views.filter(list=view.list, default=True).exclude(pk=view.pk).update(default=False)
    view.shared, view.default, view.saved_at = shared, default, now
    view.save()
    record(ViewEvent.SAVED, view, by=by, stream=ORGANISATION, details=_details(view))
    return view


def _details(view: SavedView) -> dict[str, Any]:
    """Neither its name nor what is looked for, which may be about a person."""
    return {"list": view.list, "shared": view.shared, "narrowed_by": sorted(view.query)}


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or "\x00" in name:
        raise ValidationError({"name": [f"Give it a name of at most {LONGEST_NAME} characters."]})
    return name
