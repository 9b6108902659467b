"""What triage makes of reports."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from incidents import queries
from incidents.commands.triage import MOST_AWAITED, Act, Settling
from incidents.forms.instants import InstantForm
from incidents.forms.words import MOST_WORDS, LongText, reason_field
from incidents.models import Incident, Report

MORNING: Final = time(9)


class WordsForm(forms.Form):
    """One message."""

    text = LongText(label="Message", rows=6, max_length=MOST_WORDS)


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

    def __init__(self, *args: Any, user: User, reports: list[Report], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.reports = user, reports

    def clean_same(self) -> Report | Incident:
        reference = str(self.cleaned_data["same"]).strip().upper()
        found = queries.same_as(self.user, reference)
        if found is None:
            raise ValidationError(
                "No report or incident that you may triage has this reference.", code="unknown_reference"
            )
        if found in self.reports:
            raise ValidationError("That is this very report.", code="own_duplicate")
        return found

    def settling(self) -> Settling:
        return Settling(Act.SAME, self.cleaned_data["reason"], of=self.cleaned_data["same"])


class PutOffForm(InstantForm):
    """Until when; tomorrow morning unless told otherwise."""

    reason = reason_field("Why later", "For example: the platform is asked and answers tomorrow.")
    field_order = ["reason", "on", "time", "zone"]

    def __init__(self, *args: Any, zone: str, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, **kwargs)
        self.fields["on"].label = "Back in the inbox on"
        self.fields["on"].initial = (now.astimezone(ZoneInfo(zone)) + timedelta(days=1)).date()
        self.fields["time"].initial = MORNING

    def settling(self) -> Settling:
        data = self.cleaned_data
        return Settling(Act.PUT_OFF, data["reason"], until=data["at"])


class DismissForm(InstantForm):
    """For good, until a day, or until more reports like it came."""

    FOR_GOOD, UNTIL, AFTER = "good", "until", "after"
    reason = reason_field()
    back = forms.ChoiceField(
        label="Should it come back?",
        choices=[
            (FOR_GOOD, "No, this is done"),
            (UNTIL, "On the day given below"),
            (AFTER, "When more reports like it have come"),
        ],
        initial=FOR_GOOD,
        widget=forms.RadioSelect,
        required=False,
    )
    after = forms.IntegerField(
        label="How many more", min_value=1, max_value=MOST_AWAITED, required=False, widget=forms.NumberInput
    )
    field_order = ["reason", "back", "on", "time", "zone", "after"]

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, optional=True, **kwargs)
        self.fields["zone"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        back = data.get("back") or self.FOR_GOOD
        if back == self.UNTIL and data.get("at") is None and "on" not in self.errors:
            self.add_error(
                "on", ValidationError("Give the day on which it comes back.", code="until_missing")
            )
        if back == self.AFTER and data.get("after") is None and "after" not in self.errors:
            self.add_error("after", ValidationError("Give a number, for example 3.", code="after_missing"))
        data["until"] = data.get("at") if back == self.UNTIL else None
        data["after"] = data.get("after") if back == self.AFTER else None
        return data

    def settling(self) -> Settling:
        data = self.cleaned_data
        return Settling(Act.DISMISS, data["reason"], until=data["until"], after=data["after"])
