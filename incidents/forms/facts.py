"""Times, facts and numbers of people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from accounts.edit_forms import SeenForm, words
from accounts.editing import Seen, digest
from incidents.forms.instants import InstantForm, MomentField
from incidents.forms.words import LongText, reason_field
from incidents.models import AffectedCount, EventTime, Fact, Precision
from incidents.models.facts import Basis, FactState
from incidents.places import read_place
from incidents.questions import SIGNED, words_of
from incidents.questions.values import MOST_TEXT, read_instant
from incidents.rules import stated
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS, FACT_KEYS, FactKey

MOST_PEOPLE: Final = 2_000_000_000
SPARE_ROWS: Final = 4
LONG_LIST: Final = 8
GROUPS: Final = {
    "breach": "What happened to the data",
    "data": "Which data",
    "harm": "Risk and harm",
    "notice": "What touches the notices",
    "organisation": "Our part in it",
}
ANSWERS: Final = [
    ("yes", "Yes"),
    ("no", "No"),
    (FactState.UNKNOWN.value, "Not known yet"),
    (FactState.NOT_APPLICABLE.value, "Does not apply"),
    ("disputed_yes", "Yes, but disputed"),
    ("disputed_no", "No, but disputed"),
]
SAID: Final[dict[str, tuple[str, bool | None]]] = {
    "yes": (FactState.KNOWN, True),
    "no": (FactState.KNOWN, False),
    "disputed_yes": (FactState.DISPUTED, True),
    "disputed_no": (FactState.DISPUTED, False),
    FactState.UNKNOWN: (FactState.UNKNOWN, None),
    FactState.NOT_APPLICABLE: (FactState.NOT_APPLICABLE, None),
}


class EventTimeForm(InstantForm):
    kind = forms.ChoiceField(label="What", choices=list(EVENT_KINDS.items()))
    precision = forms.ChoiceField(label="Known", choices=Precision, initial=Precision.MINUTE)
    source = forms.CharField(
        label="Where from", max_length=200, required=False, help_text="A log, a person, a report."
    )
    reasoning = reason_field(
        "Why this instant", "Needed to replace an earlier statement, or to be aware later than detected."
    )
    field_order = ["kind", "on", "time", "zone", "precision", "source", "reasoning"]

    def __init__(self, *args: Any, standing: EventTime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasoning"].required = False
        if standing is not None:
            local = standing.at.astimezone(ZoneInfo(standing.zone))
            told = {"kind": standing.kind, "on": local.date(), "time": local.time(), "zone": standing.zone}
            self.initial = {
                **self.initial,
                **told,
                "precision": standing.precision,
                "source": standing.source,
            }


def shown_keys(group: str) -> list[FactKey]:
    """Facts of a group in the order in which they are asked."""
    return [key for key in FACT_KEYS.values() if key.group == group]


class SeenFactsForm(SeenForm):
    """Facts by their keys, as they stood when the form was opened."""

    def __init__(
        self, *args: Any, keys: Iterable[FactKey], standing: Mapping[str, Fact], **kwargs: Any
    ) -> None:
        self.keys = list(keys)
        names = [key.key for key in self.keys]
        facts = [standing[name] for name in names if name in standing]
        super().__init__(*args, standing=stated(facts, names), **kwargs)
        for key in self.keys:
            self.fields.update(fact_fields(key, standing.get(key.key)))
        self.order_fields([name for name in self.fields if name != "source"])

    def field_of(self, name: str) -> forms.Field:
        return self.fields.get(f"{name}.state") or self.fields[name]

    def said(self, name: str, value: Any) -> str:
        state, told = value["state"], value["value"]
        label = str(FactState(state).label)
        if state not in (FactState.KNOWN, FactState.DISPUTED):
            return label
        shown = "Yes" if told is True else "No" if told is False else words(self.fields[name], told)
        return f"{shown} ({label.lower()})" if state == FactState.DISPUTED else shown


class FactGroupForm(SeenFactsForm):
    """The facts of one group; only what was changed is handed on."""

    source = forms.CharField(
        label="How do you know",
        max_length=200,
        required=False,
        help_text="Kept with every fact that you change here.",
    )

    def __init__(self, *args: Any, group: str, standing: Mapping[str, Fact], **kwargs: Any) -> None:
        keys = [key for key in shown_keys(group) if key.key not in SIGNED]
        super().__init__(*args, keys=keys, standing=standing, **kwargs)
        self.standing = standing

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.changed: list[tuple[str, str, Any]] = []
        for key in self.keys:
            if self.chose_theirs(key.key) or self.errors.keys() & {key.key, f"{key.key}.state"}:
                continue
            try:
                state, value = read_fact(key, data)
            except ValidationError as refusal:
                self.add_error(key.key, refusal)
                continue
            if self._means(key.key, state, value, data.get("seen")):
                self.changed.append((key.key, state, value))
        return data

    def _means(self, key: str, state: str, value: Any, seen: Seen | None) -> bool:
        """Whether the person changed this fact, against what they saw and not against what stands by now."""
        if seen is not None and key in seen.digests:
            return digest({"state": state, "value": value}) != seen.digests[key]
        return (state, value) != _standing(self.standing.get(key))


def _standing(fact: Fact | None) -> tuple[str, Any]:
    return (fact.state, fact.value) if fact else (FactState.UNKNOWN, None)


def fact_fields(key: FactKey, fact: Fact | None) -> dict[str, forms.Field]:
    """One choice for yes-or-no facts; state and value for all others."""
    state, value = _standing(fact)
    if key.type == "bool":
        said = {True: "yes", False: "no"}.get(value, state)
        initial = f"disputed_{said}" if state == FactState.DISPUTED else said
        return {
            key.key: forms.ChoiceField(
                label=key.question, help_text=key.help, choices=ANSWERS, initial=initial, required=False
            )
        }
    return {
        f"{key.key}.state": forms.ChoiceField(
            label=key.question, choices=FactState.choices, initial=state, required=False
        ),
        key.key: _value_field(key, value),
    }


def _value_field(key: FactKey, value: Any) -> forms.Field:
    if key.type == "list":
        words = list(words_of(key).items())
        beside = {"class": "choices columns-2"} if len(words) > LONG_LIST else {}
        return forms.MultipleChoiceField(
            label=key.label, help_text=key.help, required=False, choices=words, initial=value or [],
            widget=forms.CheckboxSelectMultiple(attrs=beside),
        )  # fmt: skip
    if key.type == "enum":
        choices = [("", "Choose"), *words_of(key).items()]
        return forms.ChoiceField(
            label=key.label, help_text=key.help, required=False, choices=choices, initial=value or ""
        )
    if key.type == "int":
        return forms.IntegerField(
            label=key.label,
            help_text=key.help,
            required=False,
            min_value=0,
            max_value=MOST_PEOPLE,
            initial=value,
        )
    if key.type == "instant":
        return MomentField(label=key.label, help_text=key.help, required=False, initial=read_instant(value))
    if key.type == "text":
        return LongText(
            label=key.label,
            help_text=key.help,
            required=False,
            rows=3,
            max_length=MOST_TEXT,
            initial=value or "",
        )
    said = ", ".join(value) if isinstance(value, list) else value or ""
    return forms.CharField(label=key.label, help_text=key.help, required=False, max_length=500, initial=said)


def read_fact(key: FactKey, data: Mapping[str, Any]) -> tuple[str, Any]:
    """State and value as stated; refuses a value that its state contradicts."""
    given = data.get(key.key)
    if key.type == "bool":
        return SAID[str(given or FactState.UNKNOWN)]
    state = str(data.get(f"{key.key}.state") or FactState.UNKNOWN)
    value = _value(key, given)
    if state in (FactState.KNOWN, FactState.DISPUTED):
        if (key.type in ("place", "enum", "text", "instant") and not value) or (
            key.type == "int" and value is None
        ):
            raise ValidationError("Say which, or that it is not known yet.", code="value_missing")
        return state, value
    if value or (key.type == "int" and value is not None):
        raise ValidationError(
            "You gave a value: set it to known, or take the value away.", code="value_without_state"
        )
    return state, None


def _value(key: FactKey, given: Any) -> Any:
    if key.type == "list":
        return sorted(given or [])
    if key.type in ("place", "places"):
        return _places(key, str(given or ""))
    if key.type == "int":
        return given
    return given or None


def _places(key: FactKey, text: str) -> Any:
    codes = place_codes(text)
    if key.type == "places":
        return sorted(set(codes))
    if len(codes) > 1:
        raise ValidationError("Name one place.", code="one_place")
    return codes[0] if codes else None


def place_codes(text: str) -> list[str]:
    """Several places with commas or lines between them, in the order given."""
    return [place_code(part) for part in re.split(r"[,;\n]", text) if part.strip()]


def place_code(text: str) -> str:
    """The code of a place as somebody names it; refuses what is no place."""
    if text.strip().lower() == "none":
        return "none"
    code = read_place(text)
    if code is None:
        raise ValidationError(
            "“%(text)s” is no place that we know; write IE, US-CA or the English name.",
            code="unknown_place",
            params={"text": text.strip()[:40]},
        )
    return code


class CountsForm(forms.Form):
    """What holds for all lines of the table of people."""

    basis = forms.ChoiceField(
        label="These numbers are", choices=Basis, widget=forms.RadioSelect, initial=Basis.ESTIMATE
    )
    source = forms.CharField(
        label="Where from", max_length=200, help_text="A query, a log, a list, somebody's estimate."
    )


class CountLineForm(forms.Form):
    place = forms.CharField(label="Place", max_length=80, required=False, help_text="IE, US-CA or a name")
    number = forms.IntegerField(label="People", min_value=0, max_value=MOST_PEOPLE, required=False)
    elements = forms.MultipleChoiceField(
        label="Kinds of data", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["elements"].choices = [(key, DATA_ELEMENTS[key].label) for key in kinds]  # type: ignore[attr-defined]

    def clean_place(self) -> str:
        text = str(self.cleaned_data["place"])
        return place_code(text) if text.strip() else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("place") == "none":
            self.add_error("place", ValidationError("Name a place.", code="unknown_place"))
        if data.get("place") and data.get("number") is None and "number" not in self.errors:
            self.add_error(
                "number", ValidationError("How many? Give your best estimate.", code="number_missing")
            )
        if (
            not data.get("place")
            and "place" not in self.errors
            and (data.get("number") or data.get("elements"))
        ):
            self.add_error("place", ValidationError("Where do they live?", code="place_missing"))
        return data


class _Lines(forms.BaseFormSet[CountLineForm]):
    def lines(self) -> list[tuple[str, tuple[str, ...], int]]:
        """Place, kinds of data and number of each line that was filled in."""
        data = [form.cleaned_data for form in self.forms if form.cleaned_data.get("place")]
        return [(one["place"], tuple(one["elements"]), one["number"]) for one in data]


CountLines = forms.formset_factory(
    CountLineForm, formset=_Lines, extra=SPARE_ROWS, max_num=300, absolute_max=300, validate_max=True
)


def count_lines(data: Any, *, counts: Iterable[AffectedCount], known: Sequence[str]) -> _Lines:
    """The table of people as a formset: what stands, and lines to add.

    Kinds of data that the incident names are offered; all of them while it names none.
    """
    rows = [{"place": one.place, "number": one.number, "elements": one.elements} for one in counts]
    used = {key for row in rows for key in row["elements"]} | set(known)  # type: ignore[attr-defined]
    kinds = [key for key in DATA_ELEMENTS if not used or key in used]
    lines = CountLines(data, initial=rows, prefix="lines", form_kwargs={"kinds": kinds})
    return cast(_Lines, lines)
