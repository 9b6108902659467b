"""What a person finds of a condition that a rule leaves to them."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from incidents.forms.words import reason_field

ANSWERS: Final = {"yes": True, "no": False, "open": None}


class JudgementForm(forms.Form):
    key = forms.ChoiceField(label="Condition")
    held = forms.ChoiceField(
        label="Does it hold here?",
        choices=[("yes", "Yes"), ("no", "No"), ("open", "Not known yet")],
        widget=forms.RadioSelect,
    )
    reason = reason_field()

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = choices  # type: ignore[attr-defined]

    def clean_held(self) -> bool | None:
        return ANSWERS[self.cleaned_data["held"]]
