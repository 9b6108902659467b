"""Shapes of what people type about policies."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.edit_forms import EditForm
from accounts.models import User
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS
from policies import rules
from policies.models import ClauseRole, ClauseScope, ClauseUnit, System

TEXT_LIMIT = 200_000
MOST_CSV = 2_000_000
LIKELY_EVENTS = ("aware", "detected", "discovered", "confirmed", "vendor_notified")


class PolicyForm(forms.Form):
    title = forms.CharField(max_length=200)
    purpose = forms.CharField(
        max_length=300, required=False, label="What it is for", help_text="In one sentence, for the list."
    )


class VersionForm(forms.Form):
    change = forms.CharField(
        max_length=300,
        required=False,
        label="What changed and why",
        help_text="Needed from the second version on, before approval is asked for.",
    )
    text = forms.CharField(
        max_length=TEXT_LIMIT,
        label="Text",
        help_text="Markdown: # heading, - list, **bold**, [link](https://…).",
        widget=forms.Textarea(attrs={"rows": 24}),
    )


class DraftForm(EditForm, VersionForm):
    """A draft that others may write in too."""


class ReturnForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, label="What should change", widget=forms.Textarea(attrs={"rows": 3})
    )


class InForceForm(forms.Form):
    review_on = forms.DateField(
        required=False,
        label="Look at it again on",
        help_text="One year from now when left empty.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _day(label: str, help_text: str, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


class ClauseForm(forms.Form):
    partner = forms.CharField(
        max_length=120, label="With whom", help_text="The client or partner to be told."
    )
    document = forms.CharField(
        max_length=160,
        label="Document and clause",
        help_text="Such as: Master agreement of 3 May 2024, § 14.2",
    )
    scope = forms.ChoiceField(choices=ClauseScope.choices, label="Applies", widget=forms.RadioSelect)
    role = forms.ChoiceField(
        choices=ClauseRole.choices,
        label="In which role of ours",
        initial=ClauseRole.ANY,
        widget=forms.RadioSelect,
    )
    number = forms.IntegerField(min_value=1, max_value=9999, label="Time")
    unit = forms.ChoiceField(choices=ClauseUnit.choices, label="Hours or days")
    calendar = forms.CharField(
        max_length=6,
        required=False,
        label="Working days of",
        help_text="For working days only: the place whose public holidays do not count, such as IE or US-CA.",
    )
    event = forms.ChoiceField(
        label="Counted from",
        choices=[
            *((key, EVENT_KINDS[key]) for key in LIKELY_EVENTS),
            *((key, label) for key, label in EVENT_KINDS.items() if key not in LIKELY_EVENTS),
        ],
    )
    to_send = forms.CharField(
        max_length=5000, label="What to send, and to whom there", widget=forms.Textarea(attrs={"rows": 4})
    )
    in_force_from = _day("In force from", "")
    in_force_until = _day("In force until", "Leave empty while it has no end.", required=False)


class EndClauseForm(forms.Form):
    on = _day("Last day in force", "Incidents that began by then still follow it.")
    reason = forms.CharField(max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 3}))


class SystemForm(EditForm):
    name = forms.CharField(max_length=120, label="Name")
    purpose = forms.CharField(max_length=300, required=False, label="What it is for")
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Who answers for it", empty_label="Choose a person"
    )
    vendor = forms.CharField(
        max_length=120, required=False, label="Who runs it for us", help_text="Leave empty for our own."
    )
    elements = forms.MultipleChoiceField(
        choices=[(key, one.label) for key, one in DATA_ELEMENTS.items()],
        required=False,
        label="Which data it holds",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices columns-2"}),
    )
    people = forms.CharField(
        max_length=20_000,
        required=False,
        label="How many people, where",
        help_text="One place a line, such as: IE 130000 or US-CA 120000. Roughly is enough.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    records = forms.IntegerField(min_value=0, max_value=2**62, required=False, label="Number of records")

    def __init__(self, *args: Any, system: System | None = None, **kwargs: Any) -> None:
        super().__init__(*args, standing=rules.held(system) if system else {}, **kwargs)
        self.initial["people"] = people_lines(self.initial.get("people", {}))
        self.fields["owner"].queryset = User.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]

    def clean_people(self) -> dict[str, int]:
        return read_people(self.cleaned_data["people"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if isinstance(data.get("people"), str):  # the other version, as it stands in its field
            data["people"] = read_people(data["people"])
        return data

    def said(self, name: str, value: Any) -> str:
        return super().said(name, people_lines(value) if name == "people" else value)


def people_lines(people: Mapping[str, int]) -> str:
    """As `read_people` reads it."""
    return "\n".join(f"{place} {number}" for place, number in people.items())


def read_people(text: str) -> dict[str, int]:
    """Places with numbers, between line ends or semicolons: "IE 130000; GB 240000"."""
    found: dict[str, int] = {}
    for line in text.replace(";", "\n").splitlines():
        place, _, number = line.strip().replace(":", " ").partition(" ")
        digits = number.replace(",", "").replace("_", "").strip()
        if not place:
            continue
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 15):
            raise forms.ValidationError(
                f"“{line.strip()[:40]}”: write a place and a number, such as IE 130000."
            )
        found[place.upper()] = found.get(place.upper(), 0) + int(digits)
    return found


class RetireForm(forms.Form):
    reason = forms.CharField(max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 3}))


class SystemsFileForm(forms.Form):
    """A table as CSV; leaves its lines in `rows`."""

    COLUMNS = ("name", "purpose", "owner", "vendor", "elements", "people", "records")
    file = forms.FileField(
        label="Table as CSV",
        help_text="First line: name,purpose,owner,vendor,elements,people,records. The owner is an e-mail address of "
        "ours; elements are keys with semicolons between; people is IE 130000; GB 240000.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_CSV:
            raise forms.ValidationError("At most 2 MB.")
        try:
            table = csv.DictReader(io.StringIO(file.read().decode("utf-8-sig")), strict=True)
            if missing := {"name", "owner"} - set(table.fieldnames or ()):
                raise forms.ValidationError(f"The first line does not name: {', '.join(sorted(missing))}.")
            self.rows = [self._row(number, line) for number, line in enumerate(table, 2)]
        except (UnicodeDecodeError, csv.Error) as error:
            raise forms.ValidationError("This is no CSV in UTF-8.") from error
        if not self.rows:
            raise forms.ValidationError("There is no line below the first.")
        return file

    def _row(self, number: int, line: dict[str, Any]) -> dict[str, Any]:
        told = {name: str(line.get(name) or "").strip() for name in self.COLUMNS}
        owner = User.objects.filter(email=told["owner"].lower(), is_active=True).first()
        if owner is None:
            raise forms.ValidationError(f"Line {number}: nobody here has the address “{told['owner'][:80]}”.")
        if told["records"] and not (told["records"].isascii() and told["records"].isdecimal() and len(told["records"]) < 18):  # fmt: skip
            raise forms.ValidationError(f"Line {number}: records is a number.")
        for name, most in (("name", 120), ("purpose", 300), ("vendor", 120)):
            if len(told[name]) > most:
                raise forms.ValidationError(f"Line {number}: {name} has at most {most} characters.")
        elements = [key.strip() for key in told["elements"].split(";") if key.strip()]
        records = int(told["records"]) if told["records"] else None
        plain = {name: told[name] for name in ("name", "purpose", "vendor")}
        people = read_people(told["people"])
        return {**plain, "owner": owner, "elements": elements, "people": people, "records": records}
