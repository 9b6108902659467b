"""Shapes of what people type about notice templates."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from incidents.places import read_place
from law.vocabulary import DATA_ELEMENTS
from notifications import words
from notifications.blocks import NAME
from notifications.models import Channel, NoticeTemplate, Purpose

LANGUAGES: Final = list(words.LANGUAGES.items())
OWN_CHANNELS: Final = [(value, label) for value, label in Channel.choices if value != Channel.ANY]


class NamedForm(forms.Form):
    """A name that no other template has."""

    name = forms.CharField(max_length=120)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if NoticeTemplate.objects.filter(name=name).exists():
            raise forms.ValidationError("There is a template of this name.", code="name_taken")
        return name


class TemplateForm(NamedForm):
    """A kind of notice."""

    purpose = forms.ChoiceField(choices=[one for one in Purpose.choices if one[0] != Purpose.BLOCK])
    description = forms.CharField(max_length=300, required=False)
    citation = forms.CharField(
        max_length=200, required=False, label="Law it follows", help_text="Such as GDPR Art. 34(2)."
    )


class BlockForm(NamedForm):
    """Words that texts insert by name, for some data or some places."""

    block = forms.CharField(
        max_length=40,
        label="Inserted as",
        help_text="Small letters, digits and _. Blocks of one name take turns: what_to_do, contact and state_insert come with the product.",
    )
    elements = forms.MultipleChoiceField(
        required=False,
        label="Only for people with any of these data exposed",
        choices=[(key, one.label) for key, one in DATA_ELEMENTS.items()],
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    places = forms.CharField(
        required=False,
        max_length=400,
        label="Only for people who live in",
        help_text="Countries or states with a comma between, such as Ireland, US-MA.",
    )
    order = forms.IntegerField(
        min_value=1,
        max_value=999,
        initial=50,
        help_text="Among blocks of one name the smallest stands first.",
    )
    description = forms.CharField(max_length=300, required=False)
    citation = forms.CharField(max_length=200, required=False, label="Law that asks for it")

    def clean_block(self) -> str:
        block = str(self.cleaned_data["block"]).strip()
        if not NAME.fullmatch(block):
            raise ValidationError("Write small letters, digits and _, such as what_to_do.", code="bad_name")
        return block

    def clean_places(self) -> list[str]:
        typed = [one.strip() for one in str(self.cleaned_data["places"]).split(",") if one.strip()]
        places = {one: read_place(one) for one in typed}
        if wrong := [one for one, code in places.items() if not code]:
            raise ValidationError(
                f"Not a place: {', '.join(wrong)}. Write Ireland, US or US-MA.", code="unknown"
            )
        return [code for code in places.values() if code]


class VersionForm(forms.Form):
    """One text of a template; which fields it has depends on the channel."""

    language = forms.ChoiceField(choices=LANGUAGES)
    channel = forms.ChoiceField(choices=OWN_CHANNELS, label="For")
    subject = forms.CharField(
        max_length=200, required=False, help_text="Of a mail or a public statement; others have none."
    )
    body = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 20}), max_length=50_000)
    remark = forms.CharField(
        max_length=200, required=False, help_text="What changed, for those who read it next."
    )

    def __init__(self, *args: Any, template: NoticeTemplate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if template.block:
            del self.fields["channel"], self.fields["subject"]


class WordForm(forms.Form):
    """A named person's word, with its reason."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2}), max_length=2_000)
