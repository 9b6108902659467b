"""What a person says once the work is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from accounts.models import User
from incidents import queries
from incidents.commands.lessons import LONGEST_IMPROVEMENT, MOST_WORDS
from incidents.forms.words import LongText
from incidents.models import Can, Incident
from incidents.models.lesson import Held


def _day(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


class ImprovementForm(forms.Form):
    text = forms.CharField(label="What will be better", max_length=LONGEST_IMPROVEMENT)
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="Who sees to it",
        empty_label="Choose a person",
        help_text="People who may work on this incident. It appears on their day.",
    )
    due_on = _day("By")

    def __init__(self, *args: Any, incident: Incident, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = queries.people_who_can(incident, Can.WRITE, now=now)
        self.fields["owner"].queryset = able  # type: ignore[attr-defined]


class FinishForm(forms.Form):
    outcome = LongText(
        label="What came of it", max_length=MOST_WORDS, help_text="Done how, or why it will not be done."
    )


class CheckForm(forms.Form):
    held = forms.ChoiceField(label="Did it hold?", choices=Held, widget=forms.RadioSelect)
    words = LongText(label="How do you know", max_length=MOST_WORDS)
    next_on = _day("Look again on", "Needed when it did not hold; else leave it empty.", required=False)


class FeedbackForm(forms.Form):
    knew = forms.ChoiceField(
        label="Did you know what to do, and when?", choices=Held, widget=forms.RadioSelect
    )
    helped = LongText(label="What helped most?", required=False, max_length=MOST_WORDS, rows=2)
    change = LongText(
        label="What should be different next time?", required=False, max_length=MOST_WORDS, rows=2
    )
