"""What a person says of a request of law enforcement to wait."""

from __future__ import annotations

from datetime import time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from incidents.forms.instants import InstantForm, instant_of
from incidents.forms.words import reason_field
from incidents.models.delay import RequestForm
from law.vocabulary import RECIPIENT_KINDS

END_OF_DAY: Final = time(23, 59)


class DelayRequestForm(InstantForm):
    agency = forms.CharField(label="Which body asked", max_length=200)
    person = forms.CharField(label="Who there", max_length=200, required=False)
    form = forms.ChoiceField(
        label="Asked",
        choices=RequestForm.choices,
        widget=forms.RadioSelect,
        help_text="Some laws wait for a written request only, or for a short time on an oral one.",
    )
    scope = forms.MultipleChoiceField(
        label="Who is not to be told yet",
        choices=[(key, label) for key, label in RECIPIENT_KINDS.items() if key != "internal"],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None of them means all.",
    )
    until_on = forms.DateField(
        label="Until, as the request says",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Leave empty when it names no end.",
    )
    until_time = forms.TimeField(
        label="Until, time",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="The end of that day when left empty.",
    )
    reason = reason_field("What was asked, and where the request is kept")
    field_order = [
        "agency",
        "person",
        "form",
        "scope",
        "on",
        "time",
        "zone",
        "until_on",
        "until_time",
        "reason",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label, self.fields["time"].label = "Asked on", "Asked at"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["requested_at"] = data.pop("at", None)
        on, at, zone = data.pop("until_on", None), data.pop("until_time", None), data.pop("zone", None)
        data["until"] = None
        if on is None and at is not None:
            self.add_error("until_on", ValidationError("Give the date too.", code="half_instant"))
        if on is not None and not self.errors.keys() & {"zone"}:
            try:
                data["until"] = instant_of(on, at or END_OF_DAY, str(zone))
            except ValidationError as refusal:
                self.add_error("until_on", refusal)
        return data


class LiftDelayForm(InstantForm):
    reason = reason_field("How we were told")
    field_order = ["on", "time", "zone", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label, self.fields["time"].label = "Lifted on", "Lifted at"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["lifted_at"] = data.pop("at", None)
        data.pop("zone", None)
        return data
