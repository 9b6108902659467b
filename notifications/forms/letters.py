"""Forms of letters."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone

from notifications.commands.letters import RETURNED_WHY
from notifications.models import Paper

MOST_NUMBERS = 5_000


class LettersForm(forms.Form):
    paper = forms.ChoiceField(
        label="Paper and envelope", choices=Paper.choices, widget=forms.RadioSelect, initial=Paper.DIN
    )
    duplex = forms.BooleanField(
        label="Print on both sides",
        required=False,
        help_text="Each person's letter then begins on a sheet of its own.",
    )


class PostForm(forms.Form):
    on = forms.DateField(
        label="Day on which the post took them",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    receipt = forms.CharField(
        label="The post's receipt",
        required=False,
        max_length=200,
        help_text="Its number, or where it is kept.",
    )


class ReturnForm(forms.Form):
    """Letters that came back, by the numbers printed on them."""

    numbers = forms.CharField(
        label="Numbers of the letters", widget=forms.Textarea(attrs={"rows": 3}), max_length=60_000,
        help_text="As printed at the foot of each page, a space or a line between them.",
    )  # fmt: skip
    why = forms.ChoiceField(label="Why", choices=[(one, one) for one in RETURNED_WHY])
    on = forms.DateField(
        label="Came back on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_numbers(self) -> list[int]:
        words = [word for word in re.split(r"[\s,;]+", self.cleaned_data["numbers"]) if word]
        wrong = [word for word in words if not (word.isascii() and word.isdigit() and len(word) < 9)]
        if wrong or not words:
            raise forms.ValidationError("Numbers alone, such as 000123.")
        if len(words) > MOST_NUMBERS:
            raise forms.ValidationError(f"At most {MOST_NUMBERS:,} at a time.")
        return sorted({int(word) for word in words})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (on := data.get("on")) and on > timezone.now().date():
            self.add_error("on", "That day has not come yet.")
        return data
