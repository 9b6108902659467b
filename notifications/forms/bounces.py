"""Forms of the work list of what came back."""

from __future__ import annotations

from typing import Any

from django import forms

from notifications.queries.bounces import GROUPS


class ReturnedFilter(forms.Form):
    """Which people are listed."""

    group = forms.ChoiceField(label="Show", required=False, choices=list(GROUPS.items()))
    after = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class ReturnedActForm(forms.Form):
    """What is done about those chosen."""

    AGAIN, GIVE_UP = "again", "give_up"

    deliveries = forms.TypedMultipleChoiceField(coerce=int, label="People")
    act = forms.ChoiceField(
        choices=[(AGAIN, "Send the mail again"), (GIVE_UP, "Give up: count as unreachable")], label="Do this"
    )
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=2_000)

    def __init__(self, *args: Any, chosen: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["deliveries"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(str(pk), str(pk)) for pk in chosen]


class CorrectForm(forms.Form):
    """A right address in place of a wrong one; what is left empty stays as it is."""

    email = forms.CharField(label="New e-mail address", required=False, max_length=254)
    address1 = forms.CharField(label="New street and number", required=False, max_length=200)
    address2 = forms.CharField(label="Second line", required=False, max_length=200)
    postcode = forms.CharField(label="Postcode", required=False, max_length=20)
    town = forms.CharField(label="Town", required=False, max_length=120)
    region = forms.CharField(label="Region or state", required=False, max_length=120)
    again = forms.BooleanField(label="Send the mail again, to the new address", required=False)
    reason = forms.CharField(
        label="Where the new address comes from", widget=forms.Textarea(attrs={"rows": 2}), max_length=2_000
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("again") and not data.get("email"):
            self.add_error("email", "Give the address that the mail goes to.")
        return data

    def for_command(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {"again": data.pop("again"), "reason": data.pop("reason"), "changed": data}
