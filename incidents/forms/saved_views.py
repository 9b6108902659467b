"""Narrowing the lists of items and reports, and naming what any list is narrowed to."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from accounts.edit_forms import words
from accounts.models import User
from incidents.forms.worklist import ANY, YES_NO, NarrowForm, people
from incidents.lifecycle import OPEN_WORK, WorkStatus
from incidents.models import Door
from incidents.models.incident import ViolationType
from incidents.models.report import Whose
from incidents.permissions import may_share_views
from incidents.queries import IncidentView, Narrowed, NarrowedInbox, NarrowedItems
from incidents.queries.items import DUE, ORDERS_OF_ALL, VIEWS_OF_ALL
from incidents.queries.narrowing import Narrowing

STATES: Final = [ANY, *((one.value, one.label) for one in WorkStatus if one in OPEN_WORK)]


class NarrowItemsForm(forms.Form):
    """Drawn from the address; `NarrowedItems` reads the same words."""

    words = forms.CharField(label="What or which incident", required=False, max_length=200)
    due = forms.ChoiceField(label="Due", required=False, choices=[ANY, *DUE.items()])
    status = forms.ChoiceField(label="State", required=False, choices=STATES)
    drill = forms.ChoiceField(label="Drill", required=False, choices=YES_NO)
    order = forms.ChoiceField(label="Order", required=False, choices=list(ORDERS_OF_ALL.items()))

    def __init__(self, wanted: NarrowedItems) -> None:
        super().__init__(initial=wanted.query, auto_id="by-%s")


class NarrowInboxForm(forms.Form):
    """Drawn from the address; `NarrowedInbox` reads the same words."""

    words = forms.CharField(label="Words or reference", required=False, max_length=200)
    door = forms.ChoiceField(label="Came by", required=False, choices=[ANY, *Door.choices])
    violation = forms.ChoiceField(label="What kind", required=False, choices=[ANY, *ViolationType.choices])
    whose = forms.ChoiceField(label="Whose data", required=False, choices=[ANY, *Whose.choices])
    serious = forms.ChoiceField(
        label="How it sounds", required=False, choices=[ANY, ("yes", "Sounds serious")]
    )

    def __init__(self, wanted: NarrowedInbox) -> None:
        super().__init__(initial=wanted.query, auto_id="by-%s")


class SavedViewForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60, help_text="For example: Urgent and without a lead.")
    default = forms.BooleanField(label="Open the list with it", required=False)
    shared = forms.BooleanField(
        label="Share it with colleagues",
        required=False,
        help_text="They find it above their list, with your name. Each still sees only what they may see.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share_views(user):
            del self.fields["shared"]

    def said(self) -> dict[str, Any]:
        return {"shared": False, **self.cleaned_data}


def narrowed_words(user: User, wanted: Narrowing) -> list[tuple[str, str]]:
    """What a view shows, as label and value."""
    fields = _fields(user, wanted)
    return [(str(fields[name].label), words(fields[name], value)) for name, value in wanted.query.items()]


def _fields(user: User, wanted: Narrowing) -> dict[str, forms.Field]:
    if isinstance(wanted, Narrowed):
        tab = forms.ChoiceField(label="View", choices=IncidentView.choices)
        return {"view": tab, **NarrowForm(wanted, people(user)).fields}
    if isinstance(wanted, NarrowedItems):
        tab = forms.ChoiceField(label="Whose", choices=list(VIEWS_OF_ALL.items()))
        return {"show": tab, **NarrowItemsForm(wanted).fields}
    assert isinstance(wanted, NarrowedInbox)
    return dict(NarrowInboxForm(wanted).fields)
