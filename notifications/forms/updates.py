"""Shapes of what is added to a public page."""

from __future__ import annotations

from django import forms


class UpdateForm(forms.Form):
    """One update, as readers will see it."""

    text = forms.CharField(
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        label="What readers should know now",
        help_text="In the language of the notice. What was sent stays as it is; this stands above it, with its date.",
    )


class SeenUpdateForm(forms.Form):
    """When the update was written that somebody read."""

    seen = forms.DateTimeField()
