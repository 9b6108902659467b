"""The one form of the public page; its words come from the reader's language."""

from __future__ import annotations

from typing import Any

from django import forms

from notifications import words

LONGEST = 5_000


class AskForm(forms.Form):
    question = forms.CharField(widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST}))
    email = forms.EmailField(
        required=False, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name in ("question", "email"):
            self.fields[name].label = words.say(name, language)
        self.fields["email"].help_text = words.say("email_hint", language)
        self.fields["question"].error_messages["required"] = words.say("error_empty", language)
        self.fields["email"].error_messages["invalid"] = words.say("error_email", language)
        self.language = language

    def clean_question(self) -> str:
        question = str(self.cleaned_data["question"]).replace("\x00", "").strip()
        if not question:
            raise forms.ValidationError(words.say("error_empty", self.language), code="required")
        if len(question) > LONGEST:
            raise forms.ValidationError(words.say("error_long", self.language), code="too_long")
        return question
