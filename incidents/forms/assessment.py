"""Severity by ENISA's method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from incidents.forms.words import LongText
from incidents.models import Assessment
from incidents.models.assessment import Level
from law.severity import CATEGORIES, CIRCUMSTANCES, IDENTIFIERS, LOWERS, RAISES

ABSENT: Final = ("", "Not among the data")
PARTS: Final = ("categories", "identifiers", "circumstances")
WHYS: Final = "reasons"
MOVES: Final = f"Raises the score: {', '.join(RAISES)}. Lowers it: {', '.join(LOWERS)}."


class AssessmentForm(forms.Form):
    """The factors of the method; `factors` is what `law.severity` reads."""

    moves = MOVES

    context_reason = LongText(
        label="Why other scores than the basic ones",
        rows=3,
        required=False,
        help_text="Where one reason holds for all of them; else say why beside each.",
    )
    people = forms.IntegerField(label="People affected", required=False, min_value=0, max_value=2_000_000_000)
    unintelligible = forms.BooleanField(
        label="The data are unintelligible: strong encryption, with the key safe", required=False
    )
    level = forms.ChoiceField(
        label="Severity",
        choices=[("", "As computed"), *Level.choices],
        required=False,
        help_text="Another level than computed needs its reason.",
    )
    override_reason = LongText(label="Why another level", rows=3, required=False)

    def __init__(
        self, *args: Any, last: Assessment | None, people: int | None, unintelligible: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        before: Mapping[str, Any] = last.factors if last else {}
        self._ask(
            "categories",
            before,
            {
                key: (one.label, one.examples, _scores(one.basic, one.steps))
                for key, one in CATEGORIES.items()
            },
        )
        self._ask(
            "identifiers",
            before,
            {key: (label, "", [ABSENT, *_points(steps)]) for key, (label, steps) in IDENTIFIERS.items()},
        )
        self._ask(
            "circumstances",
            before,
            {key: (label, "", _points(steps, plus="+")) for key, (label, steps) in CIRCUMSTANCES.items()},
        )
        self.fields["people"].initial = people
        self.fields["unintelligible"].initial = unintelligible
        self.fields["context_reason"].initial = before.get("context_reason", "")

    def _ask(
        self,
        part: str,
        before: Mapping[str, Any],
        asked: Mapping[str, tuple[str, str, list[tuple[str, str]]]],
    ) -> None:
        chosen, whys = before.get(part) or {}, before.get(WHYS) or {}
        for key, (label, hint, choices) in asked.items():
            self.fields[f"{part}.{key}"] = forms.ChoiceField(
                label=label, help_text=hint, choices=choices, required=False, initial=str(chosen.get(key, ""))
            )
            self.fields[f"{WHYS}.{part}.{key}"] = LongText(
                label=f"Why ({label})",
                rows=1,
                max_length=1_000,
                required=False,
                initial=whys.get(f"{part}.{key}", ""),
            )

    def part(self, name: str) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The factors of one part, each with its reason."""
        return [
            (self[field], self[f"{WHYS}.{field}"]) for field in self.fields if field.startswith(f"{name}.")
        ]

    @property
    def categories(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return self.part("categories")

    @property
    def identifiers(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return self.part("identifiers")

    @property
    def circumstances(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return self.part("circumstances")

    @property
    def factors(self) -> dict[str, Any]:
        """The choices made, without those left open."""
        data = self.cleaned_data
        chosen: dict[str, Any] = {part: {} for part in (*PARTS, WHYS)}
        for name, value in data.items():
            part, dot, key = name.partition(".")
            if dot and value:
                chosen[part][key] = value
        return chosen | {
            "context_reason": data["context_reason"],
            "people": data["people"],
            "unintelligible": data["unintelligible"],
        }


def _scores(basic: int, steps: Mapping[int, str]) -> list[tuple[str, str]]:
    return [
        ABSENT,
        *(
            (str(score), f"{score}: {words}{' (basic score)' if score == basic else ''}")
            for score, words in steps.items()
        ),
    ]


def _points(steps: Mapping[str, str], plus: str = "") -> list[tuple[str, str]]:
    return [(points, f"{plus}{points}: {words}") for points, words in steps.items()]
