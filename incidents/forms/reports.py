"""What people tell us."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from incidents.forms.instants import InstantForm
from incidents.forms.words import MOST_WORDS, LongText
from incidents.models.incident import ViolationType
from incidents.models.report import Whose

KINDS = [("", "I am not sure"), *((one.value, one.label) for one in ViolationType if one != "unknown")]
TITLE_HINT = "For example: an export with contact data went to the wrong company."


KINDS_IN_PLAIN_WORDS = [
    (ViolationType.UNAUTHORISED_SHARING, "Somebody's private data is shown or was passed on"),
    (ViolationType.LEAK, "A list or a database with people's data is out there"),
    (ViolationType.ACCOUNT_TAKEOVER, "Somebody got into an account that is not theirs"),
    (ViolationType.DOXXING, "Somebody's address or number was published to harm them"),
    (ViolationType.IMPERSONATION, "Somebody pretends to be another person"),
    (ViolationType.SCRAPING, "Profiles are being collected by the thousand"),
    (ViolationType.MISDIRECTED, "Data came to the wrong person, or to me"),
    (ViolationType.LOST_DEVICE, "A device or papers are lost or stolen"),
    (ViolationType.OTHER, "Something else"),
    (ViolationType.UNKNOWN, "I am not sure"),
]
MOST_FILES = 5


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files up to five; cleaned to a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=kwargs.pop("label", "Pictures or files"),
            required=False,
            widget=SeveralFiles,
            help_text="Up to five, 25 MB each: pictures, PDF, office documents, mail, text.",
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = [super(FilesField, self).clean(one, initial) for one in (data or [])]
        if len(files) > MOST_FILES:
            raise ValidationError(f"Choose at most {MOST_FILES} files.", code="too_many")
        return files


class StaffReportForm(InstantForm):
    title = forms.CharField(label="In one line", max_length=200, help_text=TITLE_HINT)
    words = LongText(
        label="What happened",
        rows=6,
        max_length=MOST_WORDS,
        help_text="Say what you know; nobody expects you to be sure. Leave out names and addresses of affected people.",
    )
    link = forms.CharField(
        label="Where it can be seen",
        max_length=500,
        required=False,
        help_text="An address, a file name, a system.",
    )
    violation = forms.ChoiceField(label="What kind of thing", choices=KINDS, required=False)
    attached = FilesField()
    field_order = ["title", "words", "link", "violation", "attached", "on", "time", "zone"]

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, optional=True, **kwargs)
        self.fields["title"].widget.attrs["autofocus"] = True
        self.fields["on"].label = "Noticed on"

    def clean_violation(self) -> str:
        return self.cleaned_data["violation"] or ViolationType.UNKNOWN


class PublicSeenForm(forms.Form):
    """First page of the public form."""

    title = forms.CharField(
        label="In one line", max_length=200, help_text="For example: I can see other people's phone numbers."
    )
    words = LongText(
        label="Tell us more",
        rows=7,
        max_length=MOST_WORDS,
        help_text="In your own words. Please leave out passwords and other people's personal details.",
    )


class PublicWhereForm(InstantForm):
    """Second page of the public form."""

    link = forms.CharField(
        label="Where did you see it?",
        max_length=500,
        required=False,
        help_text="A web address, an app, a letter, a place. Paste links here, one or more.",
    )
    attached = FilesField()
    field_order = ["link", "attached", "on", "time", "zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, optional=True, **kwargs)
        self.fields["on"].label = "On which day?"
        self.fields["time"].label = "About what time?"


class PublicWhoseForm(forms.Form):
    """Third page of the public form."""

    whose = forms.ChoiceField(label="Whose data is it?", choices=Whose.choices, widget=forms.RadioSelect)
    violation = forms.ChoiceField(
        label="Which of these is nearest?", choices=KINDS_IN_PLAIN_WORDS, widget=forms.RadioSelect
    )


class PublicReachForm(forms.Form):
    """Fourth page of the public form."""

    contact = forms.CharField(
        label="E-mail address or phone number",
        max_length=500,
        required=False,
        help_text="Leave it empty to stay anonymous. You can follow your report by a code either way.",
    )


class WriteAgainForm(forms.Form):
    """The reporter's further words and files, beside the code."""

    text = LongText(
        label="Add something, or answer us",
        rows=5,
        max_length=MOST_WORDS,
        help_text="Please leave out passwords and other people's personal details.",
    )
    attached = FilesField()


class SupplierReportForm(InstantForm):
    """What a supplier tells us by its own link, on one page."""

    title = forms.CharField(label="In one line", max_length=200, help_text=TITLE_HINT)
    words = LongText(
        label="What happened",
        rows=7,
        max_length=MOST_WORDS,
        help_text="What you know so far, which of our data is concerned, what you have done. More can follow later.",
    )
    link = forms.CharField(label="Your reference or a link", max_length=500, required=False)
    violation = forms.ChoiceField(label="What kind of thing", choices=KINDS, required=False)
    contact = forms.CharField(
        label="Who answers our questions",
        max_length=500,
        help_text="Name, e-mail address and telephone number. We keep it encrypted.",
    )
    attached = FilesField()
    field_order = ["title", "words", "on", "time", "zone", "link", "violation", "contact", "attached"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, optional=True, **kwargs)
        self.fields["on"].label = "You noticed it on"

    def clean_violation(self) -> str:
        return self.cleaned_data["violation"] or ViolationType.UNKNOWN


class SupplierForm(forms.Form):
    supplier = forms.CharField(label="Supplier", max_length=120, help_text="As it stands in your contracts.")


class StatusForm(forms.Form):
    reference = forms.CharField(label="Reference", max_length=40, help_text="Looks like REP-7K3M-Q2XA.")
    code = forms.CharField(
        label="Code", max_length=60, help_text="You were shown it once, when you sent the report."
    )

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).strip().upper()
