"""Shapes of what people type about filings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from incidents.forms.instants import InstantForm
from incidents.forms.words import LongText
from notifications.filings import receipts
from notifications.filings.lifecycle import FilingStage, Route
from notifications.filings.questions import ANSWER_LIMIT, Section


class StartForm(forms.Form):
    stage = forms.ChoiceField(choices=FilingStage, initial=FilingStage.INITIAL)


class SectionForm(forms.Form):
    """The questions of one section."""

    def __init__(self, section: Section, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in section.questions:
            one_line = question.rows == 1
            self.fields[question.key] = forms.CharField(
                label=question.label,
                help_text=question.hint,
                required=False,
                max_length=200 if one_line else ANSWER_LIMIT,
                widget=forms.TextInput() if one_line else forms.Textarea(attrs={"rows": question.rows}),
            )


class SubmitForm(InstantForm):
    """When and how a filing was handed in, and what came back."""

    route = forms.ChoiceField(label="By what way", choices=Route)
    receipt = forms.CharField(
        max_length=100,
        required=False,
        label="Number of the receipt",
        help_text="What the recipient gave back.",
    )
    receipt_file = forms.FileField(
        required=False, label="Receipt", help_text="PDF, PNG, JPEG, mail or text, at most 10 MB."
    )
    late_reason = LongText(
        rows=3,
        required=False,
        label="Why it is late",
        help_text="Needed only when it was submitted after its due time.",
    )
    field_order = ["on", "time", "zone", "route", "receipt", "receipt_file", "late_reason"]

    def clean_receipt_file(self) -> tuple[bytes, str] | None:
        """Content and name of a receipt that is what its name says."""
        upload: UploadedFile[bytes] | None = self.cleaned_data.get("receipt_file")
        return (receipts.checked(upload), upload.name or "receipt") if upload else None
