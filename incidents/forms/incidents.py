"""What an incident is about, who may see it, what was learnt."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.edit_forms import EditForm
from accounts.models import User
from incidents import queries, rules
from incidents.forms.instants import InstantForm, MomentField
from incidents.forms.words import LongText, reason_field
from incidents.models import Can, Incident, PlaybookVersion
from incidents.models.incident import CauseKind, OwnRole, Priority, ViolationType
from policies.models import PolicyVersion


class NewIncidentForm(forms.Form):
    title = forms.CharField(
        label="Title", max_length=200, help_text="What happened, in one line; no names of affected people."
    )
    summary = LongText(label="What is known so far", required=False, max_length=20_000)
    restricted = forms.BooleanField(
        label="Restricted: only people with access of their own know of it", required=False
    )


class DescribeForm(EditForm):
    title = forms.CharField(label="Title", max_length=200)
    summary = LongText(label="Summary", required=False, max_length=20_000)
    violation = forms.ChoiceField(label="What kind", choices=ViolationType)
    own_role = forms.ChoiceField(
        label="Our role",
        choices=OwnRole,
        help_text="A controller decides why and how; a processor holds the data for somebody else.",
    )
    priority = forms.ChoiceField(label="Priority", choices=Priority)
    lead = forms.ModelChoiceField(
        label="Lead", queryset=User.objects.none(), required=False, empty_label="Nobody yet"
    )

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, standing=rules.described(incident), **kwargs)
        self.fields["lead"].queryset = queries.colleagues(incident)  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    text = LongText(label="Note", rows=4, max_length=20_000)
    privileged = forms.BooleanField(
        label="Privileged: for counsel alone",
        required=False,
        help_text="Exists for nobody else, in no export for others.",
    )

    def __init__(self, *args: Any, counsel: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not counsel:
            del self.fields["privileged"]


class EntryForm(NoteForm):
    """A note for the timeline: when it happened, and which entry it sets right."""

    happened_at = MomentField(
        label="When it happened",
        required=False,
        help_text="Empty: now. In your own time zone.",
    )
    corrects = forms.CharField(widget=forms.HiddenInput, required=False, max_length=24)
    field_order = ["text", "happened_at", "privileged"]


class PolicyForm(forms.Form):
    version = forms.ModelChoiceField(
        label="Policy in force",
        queryset=PolicyVersion.objects.none(),
        help_text="The version stays cited as it is, whatever comes after it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_force = PolicyVersion.objects.filter(status="in_force").select_related("policy")
        self.fields["version"].queryset = in_force  # type: ignore[attr-defined]


class GrantForm(InstantForm):
    """Let a person in; nobody hands on more than they hold."""

    to = forms.ModelChoiceField(label="Person", queryset=User.objects.none())
    cans = forms.TypedMultipleChoiceField(
        label="May", coerce=Can, widget=forms.CheckboxSelectMultiple, initial=[Can.VIEW]
    )
    field_order = ["to", "cans", "on", "time", "zone"]

    def __init__(self, *args: Any, incident: Incident, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, optional=True, **kwargs)
        held: frozenset[Can] = incident.held  # type: ignore[attr-defined]
        self.fields["to"].queryset = queries.colleagues(incident)  # type: ignore[attr-defined]
        self.fields["cans"].choices = [(can.value, can.label) for can in Can if can in held]  # type: ignore[attr-defined]
        self.fields["on"].label = "Until"
        self.fields["on"].help_text = "Empty: until somebody ends it. People from outside should have an end."


class InviteForm(InstantForm):
    """Somebody from outside, for this one incident, until an end."""

    name = forms.CharField(label="Name", max_length=150)
    email = forms.EmailField(
        label="E-mail address", max_length=254, help_text="The link to set a password goes there."
    )
    cans = forms.TypedMultipleChoiceField(
        label="May", coerce=Can, widget=forms.CheckboxSelectMultiple, initial=[Can.VIEW]
    )
    field_order = ["name", "email", "cans", "on", "time", "zone"]

    def __init__(self, *args: Any, incident: Incident, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, **kwargs)
        held: frozenset[Can] = incident.held  # type: ignore[attr-defined]
        handed = [(can.value, can.label) for can in Can if can in held and can != Can.GRANT]
        self.fields["cans"].choices = handed  # type: ignore[attr-defined]
        self.fields["on"].label = "Until"
        self.fields["on"].help_text = "Access ends by itself, at most a year from now."


class ReviewForm(EditForm):
    cause_kind = forms.ChoiceField(label="Kind of cause", choices=[("", "Choose"), *CauseKind.choices])
    cause = LongText(label="What caused it", max_length=20_000)
    went_well = LongText(label="What went well", required=False, max_length=20_000)
    went_badly = LongText(label="What went badly", required=False, max_length=20_000)
    improvements = LongText(
        label="What will be better",
        max_length=20_000,
        help_text="In short. Each improvement then gets an owner and a day on the page before.",
    )
    check_on = forms.DateField(
        label="Did it hold? Look again on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, standing=rules.reviewed(incident), **kwargs)


class ConfirmBreachForm(InstantForm):
    reasoning = reason_field(
        "How do you know, and what was found out when",
        "Authorities ask why awareness begins here and not earlier.",
    )
    playbook = forms.BooleanField(required=False, initial=True)
    field_order = ["on", "time", "zone", "reasoning", "playbook"]

    def __init__(self, *args: Any, fits: PlaybookVersion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fits is None:
            del self.fields["playbook"]
        else:
            number = len(fits.data["steps"])
            self.fields["playbook"].label = f"Start the playbook “{fits.playbook.name}”, {number} steps"
        self.fields["on"].label = "Became aware on"
        self.fields[
            "on"
        ].help_text = "From when you were reasonably certain that personal data were compromised. Clocks count from here."


class MetForm(InstantForm):
    proof = forms.CharField(
        label="Proof", max_length=200, help_text="Receipt number, file name, who confirmed it."
    )
    field_order = ["on", "time", "zone", "proof"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = "Done on"
