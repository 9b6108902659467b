"""Shapes of what people type about policies."""

from __future__ import annotations

from django import forms

from accounts.edit_forms import EditForm
from law.vocabulary import EVENT_KINDS
from policies.models import ClauseRole, ClauseScope, ClauseUnit

TEXT_LIMIT = 200_000
LIKELY_EVENTS = ("aware", "detected", "discovered", "confirmed", "vendor_notified")


class PolicyForm(forms.Form):
    title = forms.CharField(max_length=200)
    purpose = forms.CharField(
        max_length=300, required=False, label="What it is for", help_text="In one sentence, for the list."
    )


class VersionForm(forms.Form):
    change = forms.CharField(
        max_length=300,
        required=False,
        label="What changed and why",
        help_text="Needed from the second version on, before approval is asked for.",
    )
    text = forms.CharField(
        max_length=TEXT_LIMIT,
        label="Text",
        help_text="Markdown: # heading, - list, **bold**, [link](https://…).",
        widget=forms.Textarea(attrs={"rows": 24}),
    )


class DraftForm(EditForm, VersionForm):
    """A draft that others may write in too."""


class ReturnForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, label="What should change", widget=forms.Textarea(attrs={"rows": 3})
    )


class InForceForm(forms.Form):
    review_on = forms.DateField(
        required=False,
        label="Look at it again on",
        help_text="One year from now when left empty.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _day(label: str, help_text: str, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


class ClauseForm(forms.Form):
    partner = forms.CharField(
        max_length=120, label="With whom", help_text="The client or partner to be told."
    )
    document = forms.CharField(
        max_length=160,
        label="Document and clause",
        help_text="Such as: Master agreement of 3 May 2024, § 14.2",
    )
    scope = forms.ChoiceField(choices=ClauseScope.choices, label="Applies", widget=forms.RadioSelect)
    role = forms.ChoiceField(
        choices=ClauseRole.choices,
        label="In which role of ours",
        initial=ClauseRole.ANY,
        widget=forms.RadioSelect,
    )
    number = forms.IntegerField(min_value=1, max_value=9999, label="Time")
    unit = forms.ChoiceField(choices=ClauseUnit.choices, label="Hours or days")
    calendar = forms.CharField(
        max_length=6,
        required=False,
        label="Working days of",
        help_text="For working days only: the place whose public holidays do not count, such as IE or US-CA.",
    )
    event = forms.ChoiceField(
        label="Counted from",
        choices=[
            *((key, EVENT_KINDS[key]) for key in LIKELY_EVENTS),
            *((key, label) for key, label in EVENT_KINDS.items() if key not in LIKELY_EVENTS),
        ],
    )
    to_send = forms.CharField(
        max_length=5000, label="What to send, and to whom there", widget=forms.Textarea(attrs={"rows": 4})
    )
    in_force_from = _day("In force from", "")
    in_force_until = _day("In force until", "Leave empty while it has no end.", required=False)


class EndClauseForm(forms.Form):
    on = _day("Last day in force", "Incidents that began by then still follow it.")
    reason = forms.CharField(max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 3}))
