"""Guided assessments of risk: one group of questions at a time, and the finding signed at the end."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from incidents.commands.risk import MOST_WHY
from incidents.forms.words import LongText, reason_field
from incidents.queries import RiskOfMethod
from incidents.queries.risk import AskedGroup
from law.risk import NOT_KNOWN

WHY: Final = "why"


class RiskQuestionsForm(forms.Form):
    """The questions of one group; each is a choice and, if wanted, a word why."""

    def __init__(self, *args: Any, group: AskedGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [one.question.id for one in group.asked]
        for one in group.asked:
            question = one.question
            self.fields[question.id] = forms.ChoiceField(
                label=question.text,
                help_text=f"{question.help} {question.citation}".strip(),
                choices=[
                    *((answer.id, answer.text) for answer in question.answers),
                    (NOT_KNOWN, "Not known yet"),
                ],
                widget=forms.RadioSelect,
                initial=one.answer,
            )
            self.fields[f"{question.id}.{WHY}"] = LongText(
                label=f"Why (to “{question.text}”)",
                rows=1,
                max_length=MOST_WHY,
                required=False,
                initial=one.why,
            )

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[key], self[f"{key}.{WHY}"]) for key in self.keys]

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        """As the command takes them."""
        data = self.cleaned_data
        return {key: {"answer": data[key], "why": data[f"{key}.{WHY}"]} for key in self.keys}


class RiskFindingForm(forms.Form):
    finding = forms.ChoiceField(label="What do you find?", widget=forms.RadioSelect)
    reason = reason_field("Grounds", "Signed with your name. Answers inform this finding and do not make it.")
    override_reason = LongText(
        label="Why against the answers",
        rows=3,
        required=False,
        help_text="Needed only when you find less, or more, than most answers point to.",
    )

    def __init__(self, *args: Any, risk: RiskOfMethod, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["finding"].choices = [  # type: ignore[attr-defined]
            (one.id, f"{one.text}. {one.means}{' Needs a second signature.' if one.spares else ''}")
            for one in risk.method.findings
        ]
