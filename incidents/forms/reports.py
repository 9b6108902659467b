"""What people tell us, and what triage makes of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from incidents import queries
from incidents.forms.instants import InstantForm
from incidents.forms.words import MOST_WORDS, LongText, reason_field
from incidents.models import Report

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
    field_order = ["title", "words", "link", "on", "time", "zone"]

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, optional=True, **kwargs)
        self.fields["on"].label = "Noticed on"


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


class StatusForm(forms.Form):
    reference = forms.CharField(label="Reference", max_length=40, help_text="Looks like REP-7K3M-Q2XA.")
    code = forms.CharField(
        label="Code", max_length=60, help_text="You were shown it once, when you sent the report."
    )

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).strip().upper()


class PromoteForm(forms.Form):
    title = forms.CharField(
        label="Title of the incident",
        max_length=200,
        help_text="Colleagues see it in lists; no names of affected people.",
    )
    reason = reason_field("Why take it up")
    restricted = forms.BooleanField(
        label="Restricted: only people with access of their own know of it",
        required=False,
        help_text="For example when a colleague is involved. Role groups are shut out.",
    )


class SameAsForm(forms.Form):
    """Which report or incident tells of the same."""

    same = forms.CharField(
        label="Same as",
        max_length=20,
        help_text="Reference of a report or an incident, such as REP-7K3M-Q2XA.",
        widget=forms.TextInput(attrs={"list": "look-alikes", "autocomplete": "off"}),
    )
    reason = reason_field("How do you know", "Kept in the record with your name.")

    def __init__(self, *args: Any, user: User, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.report = user, report

    def clean_same(self) -> Report:
        reference = str(self.cleaned_data["same"]).strip().upper()
        found = queries.same_as(self.user, reference)
        if found is None:
            raise ValidationError(
                "No report that you may see has this reference; an incident needs a report it was taken up from.",
                code="unknown_reference",
            )
        if found.pk == self.report.pk:
            raise ValidationError("That is this very report.", code="own_duplicate")
        return found
