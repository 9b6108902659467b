"""Who we are, and what holds in every incident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Organisation
from incidents.forms.facts import place_code, place_codes
from incidents.forms.instants import zone_choices
from incidents.rules import STANDING_FACTS
from law.vocabulary import FACT_KEYS, FactKey, allowed_values

UNSAID: Final = ("", "Not known yet")
NONE: Final = "none"
YES_OR_NO: Final = [UNSAID, ("yes", "Yes"), ("no", "No")]


class OrganisationForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=200, help_text="As people know it; it stands on notices and public pages."
    )
    address = forms.CharField(
        label="Postal address", required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    zone = forms.ChoiceField(label="Time zone", help_text="Offered first wherever a time is asked.")
    establishments = forms.CharField(
        label="Places where you are established",
        max_length=500,
        help_text="With commas between them: IE, GB, US-CA or English names. Where people work for you, not where you sell.",
    )
    main = forms.CharField(
        label="Main establishment",
        required=False,
        max_length=80,
        help_text="Where decisions about personal data are taken; inside the EEA, if one of them is there. "
        "Leave it empty when none of them leads.",
    )
    contact_name = forms.CharField(
        label="Data protection contact",
        required=False,
        max_length=200,
        help_text="Name and function, such as the data protection officer. Told to authorities and affected people.",
    )
    contact_email = forms.EmailField(label="Its e-mail address", max_length=254, required=False)
    contact_phone = forms.CharField(label="Its telephone number", required=False, max_length=40)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        names = ("address", "zone", "contact_name", "contact_email", "contact_phone")
        # Nothing is saved before set-up: then there are no rows to ask for, and the name is a stand-in.
        named = not organisation._state.adding
        rows = list(organisation.establishments.all()) if named else []
        kwargs["initial"] = {
            **{name: getattr(organisation, name) for name in names},
            "name": organisation.name if named else "",
            "establishments": ", ".join(one.place for one in rows),
            "main": next((one.place for one in rows if one.main), ""),
        }
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = zone_choices([organisation.zone])  # type: ignore[attr-defined]

    def clean_establishments(self) -> list[str]:
        return _real(place_codes(str(self.cleaned_data["establishments"])))

    def clean_main(self) -> str:
        text = str(self.cleaned_data["main"]).strip()
        return "" if text.lower() in ("", NONE) else _real([place_code(text)])[0]


def _real(codes: list[str]) -> list[str]:
    if not codes or NONE in codes:
        raise ValidationError("Name the places, for example IE, GB, US-CA.", code="unknown_place")
    return codes


class StandingFactsForm(forms.Form):
    """What holds in every incident; whatever is left open is not known yet."""

    def __init__(self, *args: Any, said: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in STANDING_FACTS:
            key = FACT_KEYS[name]
            self.fields[name] = FIELDS[key.type](key, said.get(name))

    def facts(self) -> dict[str, Any]:
        """Every fact as the command takes it; None is not known."""
        return {name: READ[FACT_KEYS[name].type](self.cleaned_data[name]) for name in STANDING_FACTS}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in STANDING_FACTS:
            kind = FACT_KEYS[name].type
            if kind == "list" and NONE in data.get(name, []) and len(data[name]) > 1:
                self.add_error(
                    name, ValidationError("“None of these” cannot go with others.", code="contradiction")
                )
            if kind == "places" and name in data:
                try:
                    data[name] = _real(place_codes(data[name])) if data[name].strip() else []
                except ValidationError as refusal:
                    self.add_error(name, refusal)
        return data


def _hint(key: FactKey) -> str:
    return f"{key.question} {key.help}".strip()


def _yes_or_no(key: FactKey, value: Any) -> forms.Field:
    initial = {True: "yes", False: "no"}.get(value, "")
    return forms.ChoiceField(
        label=key.label, help_text=_hint(key), choices=YES_OR_NO, initial=initial, required=False
    )


def _one_of(key: FactKey, value: Any) -> forms.Field:
    choices = [UNSAID, *allowed_values(key.key).items()]
    return forms.ChoiceField(
        label=key.label, help_text=_hint(key), choices=choices, initial=value or "", required=False
    )


def _any_of(key: FactKey, value: Any) -> forms.Field:
    initial = [NONE] if value == [] else value or []
    return forms.MultipleChoiceField(
        label=key.label,
        help_text=f"{key.question} Tick nothing while it is not known.",
        choices=[*allowed_values(key.key).items(), (NONE, "None of these")],
        initial=initial,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def _places(key: FactKey, value: Any) -> forms.Field:
    return forms.CharField(
        label=key.label,
        help_text=f"{_hint(key)} With commas between them: IE, GB, US-CA or English names; empty while it is not known.",
        initial=", ".join(value or []),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


FIELDS: Final[Mapping[str, Callable[[FactKey, Any], forms.Field]]] = {
    "bool": _yes_or_no,
    "enum": _one_of,
    "list": _any_of,
    "places": _places,
}
READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "bool": lambda said: {"yes": True, "no": False}.get(said),
    "enum": lambda said: said or None,
    "list": lambda said: [] if said == [NONE] else sorted(said) or None,
    "places": lambda said: sorted(set(said)) or None,
}


class RemindersForm(forms.Form):
    steps = forms.CharField(
        label="Parts of the time, in percent",
        max_length=60,
        help_text="From the clock's start to its end, with commas between them. When the time is over, and daily "
        "after that, there is a reminder anyway.",
    )
    wait = forms.IntegerField(
        label="Wait for an answer, in percent of the time left",
        min_value=5,
        max_value=90,
        help_text="After that the stand-in is told, then the incident's lead, then everybody with the lead role. "
        "At least 15 minutes; two hours once the time is over.",
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        steps = ", ".join(str(step) for step in organisation.reminder_steps)
        kwargs["initial"] = {"steps": steps, "wait": organisation.reminder_wait}
        super().__init__(*args, **kwargs)

    def clean_steps(self) -> list[int]:
        said = self.cleaned_data["steps"].replace("%", "").split(",")
        try:
            return [int(step) for step in said if step.strip()]
        except ValueError:
            raise ValidationError("Give whole numbers with commas between them, like 50, 75, 90.") from None
