"""Teams, and letting one in."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import Team, User
from incidents.forms.instants import InstantForm
from incidents.models import Can, Incident
from incidents.queries import teams as queries

MOST_TICKED: Final = 60  # of more people the others are named by address
MOST_TYPED: Final = 4_000


class TeamForm(forms.Form):
    """Who is in it: ticked, or named by address where there are too many to tick."""

    name = forms.CharField(
        label="Name", max_length=80, help_text="As people call it: Outside counsel, Forensics."
    )
    purpose = forms.CharField(label="What it is for", max_length=200, required=False)
    members = forms.ModelMultipleChoiceField(
        label="Who is in it",
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    more = forms.CharField(
        label="Add by e-mail address",
        help_text="One a line.",
        required=False,
        max_length=MOST_TYPED,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        people = User.objects.filter(is_active=True)
        inside = people.filter(groups=team) if team else people.none()
        if team:
            kwargs["initial"] = {"name": team.name, "purpose": team.purpose, "members": inside}
        super().__init__(*args, **kwargs)
        few = people.count() <= MOST_TICKED
        offered = people if few else people.filter(Q(pk__in=inside.values("pk")))
        self.fields["members"].queryset = offered.order_by("name")  # type: ignore[attr-defined]
        if few:
            del self.fields["more"]
        elif team is None:
            del self.fields["members"]

    def clean_more(self) -> list[User]:
        typed = {line.strip().lower() for line in self.cleaned_data["more"].splitlines()} - {""}
        found = {one.email: one for one in User.objects.filter(email__in=typed, is_active=True)}
        if unknown := sorted(typed - found.keys()):
            raise ValidationError(f"Nobody here has this address: {unknown[0]}", code="unknown_person")
        return list(found.values())

    def for_command(self) -> dict[str, Any]:
        """As the command takes it."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "purpose": data["purpose"],
            "members": [*data.get("members", []), *data.get("more", [])],
        }


class GrantTeamForm(InstantForm):
    """Let a team in; nobody hands on more than they hold."""

    to = forms.ModelChoiceField(label="Team", queryset=Team.objects.none(), empty_label="Choose a team")
    cans = forms.TypedMultipleChoiceField(
        label="May", coerce=Can, widget=forms.CheckboxSelectMultiple, initial=[Can.VIEW]
    )
    field_order = ["to", "cans", "on", "time", "zone"]

    def __init__(self, *args: Any, incident: Incident, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, optional=True, **kwargs)
        held: frozenset[Can] = incident.held  # type: ignore[attr-defined]
        to: Any = self.fields["to"]
        to.queryset = queries.teams_with_people()
        to.label_from_instance = lambda team: f"{team.name} ({queries.people_of(team)})"
        self.fields["cans"].choices = [(can.value, can.label) for can in Can if can in held]  # type: ignore[attr-defined]
        self.fields["on"].label = "Until"
        self.fields["on"].help_text = "Empty: until somebody ends it. People from outside should have an end."
