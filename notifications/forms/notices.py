"""Shapes of what people type about notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django_countries import countries

from accounts.edit_forms import EditForm
from accounts.models import User
from incidents.forms.instants import MomentField
from incidents.models import Obligation
from law.vocabulary import DATA_ELEMENTS
from notifications import rules, segments, words
from notifications.commands import Settling
from notifications.lifecycle import Fate
from notifications.merge_fields import STATEMENT
from notifications.models import Channel, Notice, TemplateVersion, UncertainPolicy
from notifications.queries import served_by_notices

AT = "at"  # of the choices of a start: a time of its own
LANGUAGES = [(code, label) for code, label in words.LANGUAGES.items()]


def place_label(place: str) -> str:
    """A place in words: "California (US-CA)" has no name of its own here, so its country's stands."""
    if not place:
        return "Not known"
    country, _, part = place.partition("-")
    name = dict(countries).get(country, country)
    return f"{name}, {place}" if part else str(name)


def _language_label(code: str) -> str:
    return words.LANGUAGES.get(code, code) or "Not known"


def _element_label(key: str) -> str:
    return DATA_ELEMENTS[key].label if key in DATA_ELEMENTS else key


class StartForm(forms.Form):
    """From which text a notice starts."""

    template = forms.ModelChoiceField(
        TemplateVersion.objects.none(), required=False, empty_label="An empty text", label="Start from"
    )
    title = forms.CharField(max_length=120, label="Name", help_text="For us; people do not see it.")
    language = forms.ChoiceField(choices=LANGUAGES, required=False, label="Language, for an empty text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = TemplateVersion.objects.select_related("template").order_by(
            "template__name", "language", "-number"
        )
        versions = versions.filter(channel=Channel.EMAIL, template__retired_at=None)
        latest = versions.distinct("template__name", "language")
        field = self.fields["template"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = TemplateVersion.objects.select_related("template").filter(pk__in=latest.values("pk"))
        field.label_from_instance = _version_label  # type: ignore[method-assign, assignment]


def _version_label(version: Any) -> str:
    language = words.LANGUAGES.get(version.language, version.language)
    mark = "" if version.approved_by_id else " (not approved yet)"
    mark = " (draft for counsel)" if version.for_counsel else mark
    return f"{version.template.name} · {language}{mark}"


class NoticeForm(EditForm):
    """The text of a notice and whom it is for."""

    title = forms.CharField(max_length=120, label="Name", help_text="For us; people do not see it.")
    language = forms.ChoiceField(choices=LANGUAGES)
    what_happened = forms.CharField(
        label=STATEMENT["what_happened"],
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
        required=False,
    )
    consequences = forms.CharField(
        label=STATEMENT["consequences"],
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=10_000,
        required=False,
    )
    measures = forms.CharField(
        label=STATEMENT["measures"],
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=10_000,
        required=False,
    )
    advice = forms.CharField(
        label=STATEMENT["advice"],
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
        required=False,
        help_text="One action a line, each beginning with “- ”, the most urgent first.",
    )
    subject = forms.CharField(max_length=200)
    body = forms.CharField(
        label="Text", widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}), max_length=50_000
    )
    letter = forms.CharField(
        label="Letter",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "true"}),
        max_length=50_000,
        required=False,
        help_text="Empty: a letter has the words of the mail, with addresses written out.",
    )
    sms = forms.CharField(
        label="Text message",
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
        max_length=rules.SMS_LIMIT,
        required=False,
        help_text="Plain words without Markdown; 160 characters fit into one message. Its length is shown in the preview.",
    )
    places = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    elements = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="People with any of these data exposed"
    )
    serves = forms.ModelMultipleChoiceField(
        Obligation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Duties it serves",
    )
    reply_to = forms.EmailField(
        max_length=200, required=False, label="Answers go to", help_text="Empty: our data protection contact."
    )
    uncertain_policy = forms.ChoiceField(
        choices=UncertainPolicy.choices,
        label="When the mail server's answer is lost",
        help_text="Nobody can know then whether the mail was taken.",
    )

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, standing=rules.written(notice), **kwargs)
        incident = notice.incident
        found = segments.choices(incident)
        labels = {
            "places": place_label,
            "languages": _language_label,
            "elements": _element_label,
        }
        for kind, label in labels.items():
            field = self.fields[kind]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(key, f"{label(key)} · {number:,}") for key, number in found[kind]]
        serves = self.fields["serves"]
        assert isinstance(serves, forms.ModelMultipleChoiceField)
        serves.queryset = served_by_notices(incident)

    def changes(self) -> dict[str, Any]:
        """What the command takes."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in (*rules.WRITTEN, "serves", "seen")},
            "statement": {key: data[key] for key in STATEMENT},
            "segment": {kind: data[kind] for kind in rules.SEGMENTS},
        }


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2}), max_length=2_000)


class SendForm(forms.Form):
    """When it starts: a delay in which it can still be stopped."""

    delay = forms.TypedChoiceField(
        label="Start",
        coerce=lambda chosen: chosen if chosen == AT else timedelta(minutes=int(chosen)),
        choices=[
            ("10", "In 10 minutes; until then you can stop it"),
            ("0", "Now"),
            (AT, "At the time below"),
        ],
        initial="10",
        widget=forms.RadioSelect,
    )
    at = MomentField(
        label="Time of its own", required=False, help_text="In your own time zone, at most 30 days ahead."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("delay") == AT and not data.get("at") and "at" not in self.errors:
            self.add_error("at", "Give the time at which it starts.")
        return data

    def start(self) -> dict[str, Any]:
        """What the command takes."""
        chosen = self.cleaned_data["delay"]
        return {"at": self.cleaned_data["at"]} if chosen == AT else {"delay": chosen}


class SampleForm(forms.Form):
    """Who of us gets a test mail."""

    to = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Send it to", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = people


class SettleForm(forms.Form):
    """What becomes of deliveries that wait for a person."""

    deliveries = forms.TypedMultipleChoiceField(
        coerce=int, widget=forms.CheckboxSelectMultiple, label="People"
    )
    act = forms.ChoiceField(choices=Settling.choices, label="Do this", widget=forms.RadioSelect)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=2_000)

    def __init__(self, *args: Any, chosen: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["deliveries"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(str(pk), str(pk)) for pk in chosen]


class PeopleFilter(forms.Form):
    """Which people of a notice are listed."""

    state = forms.ChoiceField(
        required=False, choices=[("", "All"), ("waits", "Waits for a decision"), *Fate.choices], label="Fate"
    )
    after = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class PreviewForm(forms.Form):
    """Whose eyes the preview is for."""

    who = forms.ChoiceField(
        required=False,
        label="Read it as",
        choices=[
            ("", "A sample person"),
            ("rtl", "A right-to-left name"),
            ("longest", "The longest name"),
            ("fewest", "The fewest details"),
            ("first", "The first on the roster"),
        ],
    )
    reference = forms.CharField(required=False, max_length=120, label="or by reference")
