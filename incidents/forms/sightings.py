"""A place where it can be seen, as somebody states it."""

from __future__ import annotations

from typing import Any

from django import forms

from incidents.commands.sightings import Seen
from incidents.forms.instants import MomentField
from incidents.forms.words import LongText
from incidents.models import Sighting

NAMES = (
    "platform",
    "account",
    "audience",
    "reach",
    "first_seen_at",
    "takedown_asked_at",
    "takedown_reference",
    "taken_down_at",
)


class SightingForm(forms.Form):
    platform = forms.CharField(
        label="Platform or site", max_length=60, help_text="Such as Mastodon, a message board, our own app."
    )
    account = forms.CharField(label="Account or handle", max_length=200, required=False)
    links = LongText(
        label="Links",
        required=False,
        rows=2,
        max_length=10_100,
        help_text="One a line, to the post or the list.",
    )
    audience = forms.CharField(
        label="Who can see it",
        max_length=200,
        required=False,
        help_text="Everybody, members of a group, followers.",
    )
    reach = forms.IntegerField(
        label="How many saw it, as far as known", min_value=0, max_value=10_000_000_000, required=False
    )
    first_seen_at = MomentField(label="First seen", required=False)
    takedown_asked_at = MomentField(label="Takedown asked for", required=False)
    takedown_reference = forms.CharField(
        label="Number of the takedown request", max_length=80, required=False
    )
    taken_down_at = MomentField(
        label="Taken down", required=False, help_text="Leave empty while it is still up."
    )

    def __init__(self, *args: Any, sighting: Sighting | None = None, **kwargs: Any) -> None:
        if sighting is not None:
            kwargs["initial"] = {name: getattr(sighting, name) for name in NAMES}
            kwargs["initial"]["links"] = "\n".join(sighting.links)
        super().__init__(*args, **kwargs)

    def for_command(self) -> dict[str, Seen]:
        """As the commands take it."""
        data = {name: self.cleaned_data[name] for name in NAMES}
        return {"seen": Seen(links=self.cleaned_data["links"].splitlines(), **data)}
