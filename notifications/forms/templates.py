"""Shapes of what people type about notice templates."""

from __future__ import annotations

from django import forms

from notifications import words
from notifications.models import NoticeTemplate, Purpose


class TemplateForm(forms.Form):
    """A kind of notice."""

    name = forms.CharField(max_length=120)
    purpose = forms.ChoiceField(choices=Purpose.choices)
    description = forms.CharField(max_length=300, required=False)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if NoticeTemplate.objects.filter(name=name).exists():
            raise forms.ValidationError("There is a template of this name.", code="name_taken")
        return name


class VersionForm(forms.Form):
    """One text of a template."""

    language = forms.ChoiceField(choices=[(code, label) for code, label in words.LANGUAGES.items()])
    subject = forms.CharField(max_length=200)
    body = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 20}), max_length=50_000)
    remark = forms.CharField(max_length=200, required=False, help_text="Such as “draft for counsel”.")
