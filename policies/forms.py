"""Shapes of what people type about policies."""

from __future__ import annotations

from django import forms

TEXT_LIMIT = 200_000


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
