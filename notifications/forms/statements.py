"""Form of a public statement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from incidents.models import Obligation
from notifications import words


class DutyField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Duties by their titles."""

    def label_from_instance(self, obj: Obligation) -> str:
        return obj.title


class StatementForm(forms.Form):
    title = forms.CharField(label="Title", max_length=150)
    text = forms.CharField(
        label="Words", max_length=20_000, widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Markdown. Say what happened, whom it concerns, what people should do, and how to ask.",
    )  # fmt: skip
    language = forms.ChoiceField(label="Language", choices=list(words.LANGUAGES.items()), initial="en")
    obligation = DutyField(
        Obligation.objects.none(), label="Meets this duty", required=False, empty_label="None"
    )

    def __init__(self, *args: Any, duties: QuerySet[Obligation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["obligation"]
        assert isinstance(field, DutyField)
        field.queryset = duties
