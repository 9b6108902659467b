"""What people tell us."""

from __future__ import annotations

from typing import Any

from django import forms

from incidents.forms.instants import InstantForm
from incidents.forms.words import MOST_WORDS, LongText
from incidents.models.incident import ViolationType

KINDS = [("", "I am not sure"), *((one.value, one.label) for one in ViolationType if one != "unknown")]
TITLE_HINT = "For example: an export with contact data went to the wrong company."


class StaffReportForm(InstantForm):
    title = forms.CharField(label="In one line", max_length=200, help_text=TITLE_HINT)
    words = LongText(
        label="What happened",
        rows=6,
        max_length=MOST_WORDS,
        help_text="Say what you know; nobody expects you to be sure. Leave out names and addresses of affected people.",
    )
    link = forms.CharField(
        label="Where it can be seen",
        max_length=500,
        required=False,
        help_text="An address, a file name, a system.",
    )
    violation = forms.ChoiceField(label="What kind of thing", choices=KINDS, required=False)
    field_order = ["title", "words", "link", "violation", "on", "time", "zone"]

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, optional=True, **kwargs)
        self.fields["title"].widget.attrs["autofocus"] = True
        self.fields["on"].label = "Noticed on"

    def clean_violation(self) -> str:
        return self.cleaned_data["violation"] or ViolationType.UNKNOWN


class PublicSeenForm(forms.Form):
    """First page of the public form."""

    title = forms.CharField(
        label="In one line", max_length=200, help_text="For example: I can see other people's phone numbers."
    )
    words = LongText(
        label="Tell us more",
        rows=7,
        max_length=MOST_WORDS,
        help_text="In your own words. Please leave out passwords and other people's personal details.",
    )


class PublicWhereForm(InstantForm):
    """Second page of the public form."""

    link = forms.CharField(
        label="Where did you see it?",
        max_length=500,
        required=False,
        help_text="A web address, an app, a letter, a place.",
    )
    field_order = ["link", "on", "time", "zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, optional=True, **kwargs)
        self.fields["on"].label = "On which day?"
        self.fields["time"].label = "About what time?"


class PublicReachForm(forms.Form):
    """Third page of the public form."""

    contact = forms.CharField(
        label="E-mail address or phone number",
        max_length=500,
        required=False,
        help_text="Leave it empty to stay anonymous. You can follow your report by a code either way.",
    )


class WriteAgainForm(forms.Form):
    """The reporter's further words, beside the code."""

    text = LongText(
        label="Add something, or answer us",
        rows=5,
        max_length=MOST_WORDS,
        help_text="Please leave out passwords and other people's personal details.",
    )


class StatusForm(forms.Form):
    reference = forms.CharField(label="Reference", max_length=40, help_text="Looks like REP-7K3M-Q2XA.")
    code = forms.CharField(
        label="Code", max_length=60, help_text="You were shown it once, when you sent the report."
    )

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).strip().upper()
