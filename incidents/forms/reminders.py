"""Whose a deadline is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from accounts.models import User
from incidents import queries
from incidents.models import Can, Obligation


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label="To",
        empty_label="Choose a person",
        help_text="People who may work on this incident.",
    )

    def __init__(self, *args: Any, obligation: Obligation, now: datetime, **kwargs: Any) -> None:
        kwargs["initial"] = {"to": obligation.owner}
        super().__init__(*args, **kwargs)
        able = queries.people_who_can(obligation.incident, Can.WRITE, now=now)
        self.fields["to"].queryset = able  # type: ignore[attr-defined]
