"""What a person says of a file, of a page as they saw it, and of a duty to keep."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from incidents.forms.instants import YEARS, InstantForm, instant_of
from incidents.forms.words import MOST_REASON, LongText, reason_field

MOST_PASTED: Final = 500_000
MIDNIGHT: Final = time(0)


class PrivilegedMixin(forms.Form):
    """Offers to keep a file for counsel alone, to counsel alone."""

    privileged = forms.BooleanField(
        label="Privileged: it exists for counsel alone",
        required=False,
        help_text="For others it stands in no list, count, search, export or record.",
    )

    def __init__(self, *args: Any, counsel: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not counsel:
            del self.fields["privileged"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > settings.UPLOAD_LIMIT_BYTES:
            raise ValidationError(
                f"Without JavaScript a file has at most {settings.UPLOAD_LIMIT_BYTES // 1_000_000} MB.",
                code="too_large",
            )
        return file


class EvidenceForm(PrivilegedMixin):
    file = forms.FileField(label="File", max_length=255)
    title = forms.CharField(
        label="What it is",
        max_length=200,
        required=False,
        help_text="In one line. Left empty, it is called as the file is.",
    )
    note = LongText(
        label="Where it comes from",
        rows=3,
        max_length=MOST_REASON,
        required=False,
        help_text="Who gave it, from which system, how it was taken.",
    )
    field_order = ["file", "title", "note", "privileged"]


class CaptureForm(PrivilegedMixin, InstantForm):
    page_url = forms.CharField(
        label="Address of the page or post",
        max_length=2000,
        help_text="Kept as words. Nothing is ever fetched from it, so nobody there learns of us.",
    )
    page_account = forms.CharField(label="Account it was posted by", max_length=200, required=False)
    title = forms.CharField(label="What it shows", max_length=200)
    words = forms.CharField(
        label="Its text",
        required=False,
        max_length=MOST_PASTED,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Paste the text or the source of the page here, or choose a file below: a picture, a PDF, the saved page.",
    )
    file = forms.FileField(label="Or a file of it", max_length=255, required=False)
    note = LongText(label="How it was taken", rows=2, max_length=MOST_REASON, required=False)
    field_order = [
        "page_url",
        "page_account",
        "title",
        "on",
        "time",
        "zone",
        "words",
        "file",
        "note",
        "privileged",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label, self.fields["time"].label = "Seen on", "Seen at"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["captured_at"] = data.pop("at", None)
        data.pop("zone", None)
        words, file = data.pop("words", "").replace("\r\n", "\n"), data.get("file")
        if bool(words.strip()) == bool(file) and "file" not in self.errors:
            self.add_error("words", ValidationError("Paste its text, or choose one file.", code="one_of_two"))
        elif not file:
            data["file"] = ContentFile(words.encode(), name="page.txt")
        return data


class HoldForm(forms.Form):
    reason = reason_field("Why it must be kept", "Kept in the record with your name.")
    until_on = forms.DateField(
        label="Until the end of",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The hold then ends by itself. Left empty, it lasts until somebody releases it.",
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        on = data.pop("until_on", None)
        data["until"] = None
        if on is not None and on.year in YEARS:
            data["until"] = instant_of(on + timedelta(days=1), MIDNIGHT, self.zone)
        elif on is not None:
            self.add_error("until_on", ValidationError("Give a year that can be.", code="year"))
        return data


class DownloadForm(forms.Form):
    """What the way out of quarantine asks of this person."""

    confirmed = forms.BooleanField(label="I want it all the same, and open it with care", required=False)
    reason = reason_field("Why you need it")

    def __init__(self, *args: Any, asks_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["confirmed" if asks_reason else "reason"]
