"""An instant as a person gives it: date, time and zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Organisation

YEARS: Final = range(1970, 2101)


@lru_cache(maxsize=1)
def _areas() -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones by part of the world, without the old names that only look like zones."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        area, _, city = name.partition("/")
        if city and area not in ("Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico"):
            areas.setdefault(area, []).append((name, city.replace("_", " ")))
    return list(areas.items())


def zone_choices(first: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """All zones, the likely ones on top."""
    likely = [(name, name.replace("_", " ")) for name in dict.fromkeys([*first, "UTC"]) if name]
    return [("Likely", likely), *_areas()]


def instant_of(on: date, at: time, zone: str) -> datetime:
    """The instant in UTC; a time that the clocks skipped is refused, of one they repeated the first counts."""
    if on.year not in YEARS:
        raise ValidationError(
            "Give a year from %(first)s to %(last)s.",
            code="year",
            params={"first": YEARS[0], "last": YEARS[-1]},
        )
    naive = datetime.combine(on, at)
    instant = naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != naive:
        raise ValidationError("The clocks skipped this time there; check the hour.", code="skipped_time")
    return instant


class MomentField(forms.DateTimeField):
    """An instant in the reader's own time zone, in one field; for times that no clock of the law runs from."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found is not None and found.year not in YEARS:
            raise ValidationError(f"Give a year from {YEARS[0]} to {YEARS[-1]}.", code="year")
        return found


class InstantForm(forms.Form):
    """Base of forms that ask for one instant; leaves it in `cleaned_data["at"]`. Date, time and zone stand together."""

    template_name = "components/instant_form.html"
    on = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    zone = forms.ChoiceField(label="Time zone")

    def __init__(
        self, *args: Any, zone: str = "", optional: bool = False, now: datetime | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        likely = [zone, Organisation.current().zone]
        self.fields["zone"].choices = zone_choices(likely)  # type: ignore[attr-defined]
        self.fields["zone"].initial = zone or likely[1]
        if optional:
            self.fields["on"].required = self.fields["time"].required = False
        if now is not None:
            local = now.astimezone(ZoneInfo(str(self.fields["zone"].initial)))
            self.fields["on"].initial, self.fields["time"].initial = (
                local.date(),
                local.time().replace(second=0, microsecond=0),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        on, at, zone = data.pop("on", None), data.pop("time", None), data.get("zone")
        data["at"] = None
        if self.errors.keys() & {"on", "time", "zone"}:
            return data
        if on is None and at is None:
            return data
        if on is None or at is None:
            name, words = (
                ("on", "Give the date too.")
                if on is None
                else ("time", "Give a time too; a rough one is enough.")
            )
            self.add_error(name, ValidationError(words, code="half_instant"))
            return data
        try:
            data["at"] = instant_of(on, at, str(zone))
        except ValidationError as refusal:
            self.add_error("on", refusal)
        return data
