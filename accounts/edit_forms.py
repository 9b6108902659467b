"""Forms over something that others may change at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.editing import Seen, Stale, plain

CHOOSE: Final = "choose."


@dataclass(frozen=True)
class Beside:
    """Both versions of one field in words, and the name of the choice between them."""

    theirs: str
    mine: str
    name: str


class SeenForm(forms.Form):
    """Carries what was seen when it was opened; after `refuse` it shows both versions of what two people changed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)

    def __init__(self, *args: Any, standing: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = str(Seen.of(standing))

    def clean_seen(self) -> Seen:
        return Seen.read(str(self.cleaned_data["seen"]))

    def chose_theirs(self, name: str) -> bool:
        """Whether, shown both versions, the person took the other one."""
        return self.data.get(f"{CHOOSE}{name}") == "theirs"

    def refuse(self, refusal: ValidationError) -> None:
        """Say why a command refused; when another was quicker, put both versions side by side."""
        self.add_error(None, ValidationError(refusal.error_list))
        if not isinstance(refusal, Stale):
            return
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        self.data["seen"] = str(Seen.of(refusal.standing))
        for name in refusal.fields:
            theirs, mine = (self.said(name, one.get(name)) for one in (refusal.standing, refusal.wanted))
            self.field_of(name).beside = Beside(theirs, mine, f"{CHOOSE}{name}")  # type: ignore[attr-defined]

    def field_of(self, name: str) -> forms.Field:
        """The field above which both versions of a value are shown."""
        return self.fields[name]

    def said(self, name: str, value: Any) -> str:
        """A value as a person reads it."""
        return words(self.fields[name], value)


class EditForm(SeenForm):
    """A form whose fields are what stands."""

    def __init__(self, *args: Any, standing: Mapping[str, Any], **kwargs: Any) -> None:
        kwargs["initial"] = {**(kwargs.get("initial") or {}), **standing}
        super().__init__(*args, standing=standing, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Where somebody chose the other version, it stands in the place of their own."""
        data = super().clean() or {}
        for name, one in self.fields.items():
            if self.chose_theirs(name):
                data[name] = one.clean(one.prepare_value(self.initial.get(name)))
                self.errors.pop(name, None)
        return data


def words(one: forms.Field, value: Any) -> str:
    """A value of a field as a person reads it."""
    value = plain(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    chosen = {str(part) for part in value} if isinstance(value, list) else {str(value)}
    if isinstance(one, forms.ChoiceField):
        labels = [str(label) for key, label in _flat(one.choices) if key and key in chosen]
        return ", ".join(labels) or "Nothing"
    return str(value) or "Nothing"


def _flat(choices: Any) -> list[tuple[str, Any]]:
    """Choices without their groups."""
    found: list[tuple[str, Any]] = []
    for key, label in choices:
        found += _flat(label) if isinstance(label, list | tuple) else [(str(key), label)]
    return found
