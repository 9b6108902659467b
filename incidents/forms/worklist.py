"""What the list of incidents is narrowed to, and what is changed on several of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Role, User
from incidents.lifecycle import Status
from incidents.models.assessment import Level
from incidents.models.incident import Priority, ViolationType
from incidents.permissions import ROLE_CAN
from incidents.queries import Narrowed
from incidents.queries.worklist import DUE, NOT_ASSESSED, ORDERS

ANY: Final = ("", "Any")
YES_NO: Final = (ANY, ("yes", "Yes"), ("no", "No"))


def people(user: User) -> Iterable[User]:
    """Colleagues who may lead; guests of single incidents are not told who works here."""
    if not any(ROLE_CAN[role] for role in user.roles):
        return []
    names = [role.value for role in Role if ROLE_CAN[role]]
    return User.objects.filter(is_active=True, groups__name__in=names).distinct().order_by("name")


class NarrowForm(forms.Form):
    """Drawn from the address; `Narrowed` reads the same words."""

    words = forms.CharField(label="Title or reference", required=False, max_length=200)
    order = forms.ChoiceField(label="Order", required=False, choices=list(ORDERS.items()))
    due = forms.ChoiceField(label="Deadline", required=False, choices=[ANY, *DUE.items()])
    status = forms.ChoiceField(label="Status", required=False, choices=[ANY, *Status.choices])
    severity = forms.ChoiceField(
        label="Severity", required=False, choices=[ANY, *Level.choices, (NOT_ASSESSED, "Not assessed")]
    )
    violation = forms.ChoiceField(label="What kind", required=False, choices=[ANY, *ViolationType.choices])
    priority = forms.ChoiceField(label="Priority", required=False, choices=[ANY, *Priority.choices])
    lead = forms.ChoiceField(label="Lead", required=False)
    place = forms.CharField(label="Place, such as IE or US-CA", required=False, max_length=6)
    restricted = forms.ChoiceField(label="Restricted", required=False, choices=YES_NO)
    drill = forms.ChoiceField(label="Drill", required=False, choices=YES_NO)

    def __init__(self, wanted: Narrowed, leads: Iterable[User]) -> None:
        super().__init__(initial={**wanted.query, "order": wanted.sorting}, auto_id="by-%s")
        named = [(one.email, str(one)) for one in leads]
        self.fields["lead"].choices = [ANY, ("me", "Me"), ("none", "Nobody yet"), *named]  # type: ignore[attr-defined]

    @property
    def always(self) -> list[Any]:
        return [self["words"], self["due"], self["order"]]

    @property
    def more(self) -> list[Any]:
        shown = {field.name for field in self.always}
        return [field for field in self if field.name not in shown]


def change_of(given: Mapping[str, str], leads: Iterable[User], *, by: User) -> tuple[str, Any]:
    """Name and value of what a bulk act sets: its button says which."""
    if given.get("set") == "priority" and given.get("priority") in Priority.values:
        return "priority", given["priority"]
    if given.get("set") == "me":
        return "lead", by
    if given.get("set") == "lead":
        chosen = [one for one in leads if one.email == given.get("lead")]
        if chosen:
            return "lead", chosen[0]
    raise ValidationError("Choose what to set it to.", code="no_value")
