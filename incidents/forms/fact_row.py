"""One fact, changed where it stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from incidents.forms.facts import fact_fields, read_fact
from incidents.models import Fact
from law.vocabulary import FactKey


class FactRowForm(forms.Form):
    """State, value and source of one fact; leaves what was said in `told`."""

    source = forms.CharField(label="How do you know", max_length=200, required=False)

    def __init__(self, *args: Any, asked: FactKey, standing: Fact | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.fields.update(fact_fields(asked, standing))
        self.fields["source"].initial = standing.source if standing else ""
        self.order_fields([name for name in self.fields if name != "source"])
        first = next(iter(self.fields.values()))
        first.widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            self.told = read_fact(self.asked, data)
        except ValidationError as refusal:
            self.add_error(self.asked.key, refusal)
        return data
