"""Forms about people."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms

from accounts import queries
from accounts.models import Organisation, Role, User

DOES = {
    Role.RESPONDER: "takes reports up, finds out, writes",
    Role.LEAD: "leads incidents, approves, sends, grants access",
    Role.LEGAL: "decides duties, signs, files with authorities",
    Role.SUPPORT: "answers people who ask",
    Role.PRIVACY_OFFICER: "everything, and who works here",
    Role.AUDITOR: "reads, changes nothing",
    Role.EMPLOYEE: "reports what they saw",
}


def _roles_field() -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label="Roles",
        coerce=Role,
        required=False,
        choices=[(role.value, f"{role.label}: {does}") for role, does in DOES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Without a role a person sees only incidents that they are let into.",
    )


class RolesForm(forms.Form):
    roles = _roles_field()

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"roles": sorted(person.roles)}
        super().__init__(*args, **kwargs)


class PersonForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="They sign in with it, and the link to set a password goes there.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    roles = _roles_field()
    zone = forms.ChoiceField(label="Time zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(available_timezones())
        self.fields["zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
        self.fields["zone"].initial = Organisation.current().zone


def _day(label: str, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class StandInForm(forms.Form):
    stand_in = forms.ModelChoiceField(
        User.objects.none(),
        label="Stands in",
        required=False,
        empty_label="Nobody",
        help_text="Is told when a reminder stays unanswered, and at once on days away.",
    )
    away_from = _day("Away from", "The first day.")
    away_until = _day("Away until", "The last day. Leave both empty when not away.")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(person, name) for name in ("stand_in", "away_from", "away_until")}
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].queryset = queries.colleagues_of(person)  # type: ignore[attr-defined]


class NoQuestionForm(forms.Form):
    """An act that asks for nothing."""
