"""Shapes of what people say to be prepared."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.utils import timezone

from incidents.forms.facts import place_code
from incidents.forms.instants import InstantForm
from incidents.forms.words import LongText
from incidents.places import place_name
from insights import scenarios
from insights.models import AuthorityContact, ExposureProfile
from insights.queries.exposure import Given
from insights.scenarios import Scenario
from law.vocabulary import DATA_ELEMENTS, ROLES

LINE: Final = re.compile(r"^(?P<place>.*?[^\s\d:;=])[\s:;=]+(?P<number>\d[\d\s.,'’]*)$")
MOST_PEOPLE: Final = 10_000_000_000
ELEMENTS: Final = [(key, one.label) for key, one in DATA_ELEMENTS.items()]
ENCRYPTED: Final = [("", "As the scenario says"), ("yes", "Encrypted, and the key is safe"), ("no", "Not encrypted, or the key is out")]  # fmt: skip
FINDINGS: Final = {"": "Nobody knows yet", "risk": "There is a risk to people", "high": "The risk is high, and serious harm is likely"}  # fmt: skip

# What makes a scenario another one than it is written.
FIELDS: Final = ("number", "encrypted", "on", "time", "zone", "way", "elements", "role", "finding")


class ExposureForm(forms.Form):
    people = LongText(
        label="Where people are, and roughly how many",
        rows=12,
        max_length=20_000,
        required=False,
        help_text="One place a line, as a code or English name, then a number: IE 120000, or California 45000. "
        "Rough numbers do; the law often asks whether they exceed 500 or 1,000.",
    )
    elements = forms.MultipleChoiceField(
        label="Kinds of data held",
        choices=ELEMENTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Everything that we keep of anybody.",
    )

    def __init__(self, *args: Any, profile: ExposureProfile, served: list[str], **kwargs: Any) -> None:
        told = [f"{place_name(place)} {number}" if "-" not in place else f"{place} {number}" for place, number in profile.people.items()]  # fmt: skip
        kwargs["initial"] = {"people": "\n".join(told), "elements": profile.elements}
        super().__init__(*args, **kwargs)
        if missing := [place for place in served if place not in profile.people]:
            hint = str(self.fields["people"].help_text)
            named = ", ".join(place_name(place) for place in missing[:10])
            self.fields["people"].help_text = f"{hint} Served, and without a number yet: {named}."

    def clean_people(self) -> dict[str, int]:
        people: dict[str, int] = {}
        for line in str(self.cleaned_data["people"]).splitlines():
            if line.strip():
                place, number = _line(line.strip())
                people[place] = people.get(place, 0) + number
        return people


def _line(line: str) -> tuple[str, int]:
    found = LINE.match(line)
    if found is None:
        raise ValidationError("“%(line)s” needs a place and a number, such as IE 120000.", code="bad_line", params={"line": line[:60]})  # fmt: skip
    digits = re.sub(r"\D", "", found["number"])
    if not digits.isascii() or not 0 < int(digits[:20]) <= MOST_PEOPLE:
        raise ValidationError("“%(line)s”: give a number of people from 1.", code="bad_number", params={"line": line[:60]})  # fmt: skip
    return place_code(found["place"]), int(digits)


class ScenarioForm(InstantForm):
    """What a person says otherwise than a scenario is written; all of it may be left as it is."""

    number = forms.IntegerField(
        label="How many people",
        min_value=1,
        max_value=MOST_PEOPLE,
        required=False,
        help_text="As the scenario says when left empty.",
    )
    encrypted = forms.ChoiceField(label="Encryption", choices=ENCRYPTED, required=False)
    field_order = ["way", "elements", "role", "finding", "number", "encrypted", "on", "time", "zone"]

    def __init__(self, *args: Any, scenario: Scenario, now: datetime, **kwargs: Any) -> None:
        self.scenario, self.now = scenario, now.replace(minute=0, second=0, microsecond=0)
        super().__init__(*args, optional=True, now=self.now, **kwargs)
        self.fields["zone"].required = False
        self.fields["on"].label, self.fields["time"].label = "Aware on", "Aware at"
        self.fields["on"].help_text = "When we would become aware; this hour when left empty."

    def asked(self) -> Scenario:
        return self.scenario

    def given(self) -> Given:
        """The scenario as it is asked; only of a form without errors, or one that nobody filled in."""
        data: dict[str, Any] = self.cleaned_data if self.is_bound else {}
        encrypted = {"yes": True, "no": False}.get(data.get("encrypted", ""))
        return Given(self.asked(), data.get("at") or self.now, data.get("number"), encrypted)


class OwnScenarioForm(ScenarioForm):
    """A scenario of one's own."""

    way = forms.ChoiceField(label="What happened to the data", widget=forms.RadioSelect)
    elements = forms.MultipleChoiceField(
        label="Kinds of data", choices=ELEMENTS, widget=forms.CheckboxSelectMultiple
    )
    role = forms.ChoiceField(label="Our role", choices=list(ROLES.items()), required=False)
    finding = forms.ChoiceField(
        label="Risk to people", choices=list(FINDINGS.items()), required=False, initial="high",
        help_text="What a signed finding would say. Left open, duties that hang on it are open too.",
    )  # fmt: skip

    def __init__(self, *args: Any, held: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = list(scenarios.ways().items())  # type: ignore[attr-defined]
        self.fields["number"].help_text = "All people of the profile when left empty."
        self.fields["encrypted"].choices = [("", "Not known"), *ENCRYPTED[1:]]  # type: ignore[attr-defined]
        if held:
            chosen = [(key, label) for key, label in ELEMENTS if key in held]
            rest = [(key, label) for key, label in ELEMENTS if key not in held]
            self.fields["elements"].choices = chosen + rest  # type: ignore[attr-defined]

    def asked(self) -> Scenario:
        data = self.cleaned_data
        return scenarios.own(
            elements=tuple(data["elements"]),
            way=data["way"],
            number=data.get("number"),
            finding=data.get("finding", ""),
            role=data.get("role", ""),
            encrypted={"yes": True, "no": False}.get(data.get("encrypted", "")),
        )


def form_for(scenario_id: str, data: QueryDict) -> ScenarioForm:
    """The form of a scenario, bound as soon as anything is said otherwise than it is written."""
    given, now = (data if any(key in data for key in FIELDS) else None), timezone.now()
    if scenario_id == scenarios.OWN:
        blank = scenarios.Scenario(
            scenarios.OWN, 0, "Your own scenario", "Say what happened; nothing is kept."
        )
        held = ExposureProfile.current().elements
        return OwnScenarioForm(given, scenario=blank, now=now, held=held)
    found = scenarios.scenarios().get(scenario_id)
    if found is None:
        raise Http404("No such scenario.")
    return ScenarioForm(given, scenario=found, now=now)


class SaveForm(forms.Form):
    note = forms.CharField(label="Note", max_length=300, required=False, help_text="Why it is kept, such as: yearly review.")  # fmt: skip


class AuthorityContactForm(forms.Form):
    portal = forms.URLField(label="Portal or web form", max_length=300, required=False, assume_scheme="https")
    email = forms.EmailField(label="E-mail address", max_length=254, required=False)
    phone = forms.CharField(label="Telephone", max_length=40, required=False)
    note = forms.CharField(
        label="Note", max_length=500, required=False, help_text="Such as: sign-in needed; who holds it."
    )

    def __init__(self, *args: Any, contact: AuthorityContact | None, **kwargs: Any) -> None:
        names = ("portal", "email", "phone", "note")
        kwargs["initial"] = {name: getattr(contact, name) for name in names} if contact else {}
        super().__init__(*args, **kwargs)
