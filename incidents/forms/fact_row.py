"""One fact, changed where it stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from incidents.forms.facts import SeenFactsForm, read_fact
from incidents.models import Fact
from law.vocabulary import FactKey


class FactRowForm(SeenFactsForm):
    """State, value and source of one fact; leaves what was said in `told`, nothing where the other's version was taken."""

    source = forms.CharField(label="How do you know", max_length=200, required=False)

    def __init__(self, *args: Any, asked: FactKey, standing: Fact | None, **kwargs: Any) -> None:
        facts = {asked.key: standing} if standing else {}
        super().__init__(*args, keys=[asked], standing=facts, **kwargs)
        self.asked = asked
        self.fields["source"].initial = standing.source if standing else ""
        first = next(iter(self.fields.values()))
        first.widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.told: tuple[str, Any] | None = None
        if self.chose_theirs(self.asked.key):
            self.errors.clear()
        if self.errors or self.chose_theirs(self.asked.key):
            return data
        try:
            self.told = read_fact(self.asked, data)
        except ValidationError as refusal:
            self.add_error(self.asked.key, refusal)
        return data
