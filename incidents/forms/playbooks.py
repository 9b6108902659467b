"""A playbook as a person writes it: its name and kinds, and step by step."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from accounts.edit_forms import EditForm
from incidents.forms.words import LongText
from incidents.models.incident import ViolationType
from incidents.playbooks import (
    COUNTED_FROM,
    LONGEST,
    LONGEST_HOURS,
    ROLE_CHOICES,
    Content,
    Step,
    read_written,
    written,
)

HOURS: Final = "hours"
DAYS: Final = "days"


class PlaybookForm(EditForm):
    name = forms.CharField(label="Name", max_length=LONGEST["name"])
    violations = forms.MultipleChoiceField(
        label="For which kinds of incident",
        choices=ViolationType,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="It begins by itself when a breach of such a kind is confirmed. None: it is started by hand.",
    )
    field_order = ["name", "violations"]


class StepForm(EditForm):
    title = forms.CharField(label="What is to be done", max_length=LONGEST["title"])
    what = LongText(label="How", required=False, max_length=LONGEST["what"], rows=5)
    role = forms.ChoiceField(
        label="Whose",
        required=False,
        choices=[("", "Nobody yet"), *ROLE_CHOICES],
    )
    due = forms.IntegerField(label="Due after", required=False, min_value=0, max_value=LONGEST_HOURS)
    unit = forms.ChoiceField(label="Unit", choices=[(HOURS, "hours"), (DAYS, "days")], initial=HOURS)
    due_kind = forms.ChoiceField(
        label="Counted from", required=False, choices=[("", "No due time"), *COUNTED_FROM.items()]
    )
    after = forms.MultipleChoiceField(
        label="Comes after", required=False, widget=forms.CheckboxSelectMultiple
    )
    checklist = LongText(label="Checklist", required=False, help_text="One line each.", rows=5)
    links = LongText(
        label="Links",
        required=False,
        help_text="One each line: a short name, then the address, as in “Form for privacy https://example.org/form”.",
        rows=3,
    )
    field_order = [
        "title",
        "what",
        "role",
        "due",
        "unit",
        "due_kind",
        "after",
        "checklist",
        "links",
    ]

    def __init__(self, data: Any = None, *, content: Content, step: Step | None) -> None:
        super().__init__(data, standing=written(step) if step else {})
        self.step = step
        others = [(one.key, one.title) for one in content.steps if step is None or one.key != step.key]
        self.fields["after"].choices = others  # type: ignore[attr-defined]

    def clean_links(self) -> str:
        text = str(self.cleaned_data["links"])
        if any(line.strip() and " " not in line.strip() for line in text.splitlines()):
            raise ValidationError("Each link needs a short name before its address.", code="link_name")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if (data.get("due") is None) != (not data.get("due_kind")) and not self.errors:
            self.add_error(
                "due", ValidationError("Say both how long, and counted from when.", code="half_due")
            )
        return data

    def written(self) -> Step:
        """The step as it was written here; a new one has no key yet."""
        return read_written(self.step.key if self.step else "", self.cleaned_data)
