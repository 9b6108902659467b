"""A playbook as a person writes it: its name and kinds, and step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Role
from incidents.forms.words import LongText
from incidents.models.incident import ViolationType
from incidents.playbooks import COUNTED_FROM, LONGEST, LONGEST_HOURS, ROLE_CHOICES, Content, Step, new_key

HOURS: Final = "hours"
DAYS: Final = "days"


class RevisionForm(forms.Form):
    """Base of all that write a draft: names the one that was read."""

    revision = forms.IntegerField(min_value=0, max_value=2**30, widget=forms.HiddenInput)


class PlaybookForm(RevisionForm):
    name = forms.CharField(label="Name", max_length=LONGEST["name"])
    violations = forms.MultipleChoiceField(
        label="For which kinds of incident",
        choices=ViolationType,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="It begins by itself when a breach of such a kind is confirmed. None: it is started by hand.",
    )
    field_order = ["name", "violations", "revision"]


class StepForm(RevisionForm):
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
        "revision",
    ]

    def __init__(
        self, data: Any = None, *, content: Content, step: Step | None, initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial={**initial, **(_initial(step) if step else {})})
        self.step = step
        self.content = content
        others = [(one.key, one.title) for one in content.steps if step is None or one.key != step.key]
        self.fields["after"].choices = others  # type: ignore[attr-defined]

    def clean_links(self) -> list[dict[str, str]]:
        found = []
        for line in self.cleaned_data["links"].splitlines():
            label, _, url = line.strip().rpartition(" ")
            if not line.strip():
                continue
            if not label:
                raise ValidationError("Each link needs a short name before its address.", code="link_name")
            found.append({"label": label.strip(), "url": url})
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("due") is None) != (not data.get("due_kind")) and not self.errors:
            self.add_error(
                "due", ValidationError("Say both how long, and counted from when.", code="half_due")
            )
        return data

    def written(self) -> Content:
        """The playbook with this step written into it; a new one comes last."""
        data = self.cleaned_data
        hours = data["due"] if data["due"] is None or data["unit"] == HOURS else data["due"] * 24
        steps = self.content.by_key
        key = self.step.key if self.step else new_key(data["title"], steps)
        lines = [line.strip() for line in data["checklist"].splitlines() if line.strip()]
        plain = {name: data[name] for name in ("title", "what", "role", "due_kind", "after", "links")}
        steps[key] = Step.read({**plain, "key": key, "due_hours": hours, "checklist": lines})
        return Content(self.content.name, self.content.violations, tuple(steps.values()))


def _initial(step: Step) -> dict[str, Any]:
    in_days = step.due_hours is not None and step.due_hours >= 48 and step.due_hours % 24 == 0
    return {
        "title": step.title,
        "what": step.what,
        "role": Role(step.role).value if step.role else "",
        "due": step.due_hours // 24 if in_days and step.due_hours else step.due_hours,
        "unit": DAYS if in_days else HOURS,
        "due_kind": step.due_kind,
        "after": list(step.after),
        "checklist": "\n".join(step.checklist),
        "links": "\n".join(f"{link.label} {link.url}" for link in step.links),
    }
