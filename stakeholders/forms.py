"""The shape of what people type about affected parties and inquiries; rules are in the commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms

from incidents.forms.words import LongText, reason_field
from law.vocabulary import DATA_ELEMENTS
from stakeholders.importing.columns import ELEMENT_PREFIX
from stakeholders.importing.reasons import FIELD_WORDS
from stakeholders.importing.sniff import DELIMITERS, ENCODINGS
from stakeholders.models import Addressee, Channel, ExemptReason, Topic
from stakeholders.sealing import Contact

ELEMENT_CHOICES: Final = [(key, element.label) for key, element in DATA_ELEMENTS.items()]
TARGET_CHOICES: Final = [
    ("", "Leave out"),
    ("Details (sealed)", [(key, label) for key, label in FIELD_WORDS.items()]),
    ("Yes or no: was exposed", [(ELEMENT_PREFIX + key, label) for key, label in ELEMENT_CHOICES]),
]
DELIMITER_WORDS: Final = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"}


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Spreadsheet or CSV file",
        help_text="One person a line, with headings. Excel (.xlsx) and .ods up to 200,000 rows; CSV of any length. "
        "Nobody is imported yet.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.ods,text/csv"}),
    )


class ColumnsForm(forms.Form):
    """What each column holds, and what holds for everybody."""

    elements = forms.MultipleChoiceField(
        label="Data exposed for everybody in this file",
        choices=ELEMENT_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    country = forms.CharField(
        label="Country of everybody without one", required=False, max_length=60, help_text="A code or a name."
    )
    language = forms.CharField(label="Language of everybody without one", required=False, max_length=40)
    addressee = forms.ChoiceField(
        label="Who is written to where no column says", choices=Addressee.choices, required=False
    )
    encoding = forms.ChoiceField(label="Encoding", choices=[(name, name) for name in ENCODINGS])
    delimiter = forms.ChoiceField(
        label="Columns are parted by", choices=[(sign, DELIMITER_WORDS[sign]) for sign in DELIMITERS]
    )
    has_header = forms.BooleanField(label="The first line holds headings", required=False)

    keep_as = forms.CharField(
        label="Keep this matching for the next file of this kind, as",
        required=False,
        max_length=80,
        help_text="Name the system the list comes from. Everybody who imports sees the name.",
    )

    def __init__(self, *arguments: Any, headings: Sequence[str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.headings = headings
        for place, heading in enumerate(headings):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading or f"Column {place + 1}", choices=TARGET_CHOICES, required=False
            )

    @classmethod
    def initial_of(
        cls, mapping: Mapping[str, str], defaults: Mapping[str, Any], dialect: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {**defaults, **dialect, **{f"column_{column}": target for column, target in mapping.items()}}

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{place}"] for place in range(len(self.headings))]

    @property
    def mapping(self) -> dict[str, str]:
        return {
            str(place): self.cleaned_data[f"column_{place}"]
            for place in range(len(self.headings))
            if self.cleaned_data.get(f"column_{place}")
        }

    @property
    def defaults(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("elements", "country", "language", "addressee")}

    @property
    def dialect(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("encoding", "delimiter", "has_header")}


class CountsForm(forms.Form):
    """Which of two confirmed numbers holds."""

    take = forms.ChoiceField(
        label="Which numbers hold?",
        choices=[("list", "Those of the list"), ("typed", "Those that were typed")],
        widget=forms.RadioSelect,
    )
    reason = reason_field("Why?")

    @property
    def takes_list(self) -> bool:
        return bool(self.cleaned_data["take"] == "list")


class FilterForm(forms.Form):
    """Narrows the list of people; a GET form."""

    place = forms.ChoiceField(label="Place", required=False)
    language = forms.ChoiceField(label="Language", required=False)
    channel = forms.ChoiceField(
        label="Reached by",
        required=False,
        choices=[("", "Any way"), ("mail", "E-mail"), ("none", "No e-mail")],
    )

    def __init__(self, data: Any, *, places: Sequence[tuple[str, str]], languages: Sequence[str]) -> None:
        super().__init__(data)
        self.fields["place"].choices = [("", "All places"), *places]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", "All languages"), *((tag, tag) for tag in languages)]  # type: ignore[attr-defined]


class FindForm(forms.Form):
    """Look-up of one person; sent by POST, for addresses do not belong in addresses of pages."""

    find = forms.CharField(
        label="Find one person",
        max_length=200,
        help_text="Whole e-mail address, telephone number, reference or family name.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RevealForm(forms.Form):
    reason = reason_field("Why do you need to see this?")


class ExemptForm(forms.Form):
    why = forms.ChoiceField(
        label="Why is this person not to be told?", choices=ExemptReason.choices, widget=forms.RadioSelect
    )
    reason = reason_field("How do we know?")


class AddressForm(forms.Form):
    """Who is written to in place of a person."""

    addressee = forms.ChoiceField(
        label="Who is written to?",
        choices=Addressee.choices,
        widget=forms.RadioSelect,
        initial=Addressee.SELF,
    )
    name = forms.CharField(
        label="Name of the guardian or next of kin", required=False, max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    email = forms.CharField(
        label="E-mail address to write to", required=False, max_length=254,
        help_text="Takes the place of the address on the list. Empty: that one stays.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )  # fmt: skip
    phone = forms.CharField(
        label="Telephone number", required=False, max_length=40, help_text="Empty: the one on the list stays.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reason = reason_field("How do we know?")


class ErasureForm(forms.Form):
    due_on = forms.DateField(
        label="Erase on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty: as soon as a second person has signed.",
    )
    reason = reason_field("Why may these people be erased?")


class ExportForm(forms.Form):
    """A password that the form never gives back."""

    password = forms.CharField(
        label="Password of the file",
        strip=False,
        max_length=128,
        help_text="At least 12 characters. We do not keep it: give it to the receiver by another way than the file.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same password again", strip=False, max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    reason = reason_field("Who gets the list, and why?")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("again") != given.get("password"):
            self.add_error("again", "The two passwords are not the same.")
        return given


class LogForm(forms.Form):
    """A call in three fields; the rest has a default."""

    contact = forms.CharField(
        label="Who asks",
        required=False,
        max_length=200,
        help_text="E-mail address, telephone number or name. With an e-mail address the answer goes by mail.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    topic = forms.ChoiceField(label="About", choices=Topic.choices)
    words = LongText(label="What they ask", rows=5, max_length=10_000)
    channel = forms.ChoiceField(label="By", choices=Channel.choices, initial=Channel.PHONE)

    @property
    def who(self) -> Contact:
        text = self.cleaned_data["contact"].strip()
        if "@" in text:
            return Contact(email=text)
        if sum(letter.isdigit() for letter in text) >= 5:
            return Contact(phone=text)
        return Contact(name=text)


class AnswerForm(forms.Form):
    text = LongText(label="Answer", rows=8, max_length=10_000)


class CloseInquiryForm(forms.Form):
    reason = LongText(label="Why no answer is needed", required=False, rows=3)


class LinkForm(forms.Form):
    incident = forms.CharField(
        label="Incident", max_length=20, help_text="Its reference, such as INC-7K3M-Q2XA.", strip=True
    )


class AskAgainForm(forms.Form):
    words = LongText(label="Ask something more", rows=4, max_length=4_000)


class DeskFilterForm(forms.Form):
    topic = forms.ChoiceField(label="About", required=False, choices=[("", "All topics"), *Topic.choices])
    channel = forms.ChoiceField(label="By", required=False, choices=[("", "All channels"), *Channel.choices])
    status = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("open", "Open"), ("answered", "Answered"), ("closed", "Closed"), ("all", "All")],
    )
