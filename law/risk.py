"""Guided assessments of risk: the questions of a law's own test, and the findings a person can sign.

What answers lean to is shown and never made into a finding: that is a person's, with a reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

HOME: Final = Path(__file__).parent / "assessments"
NOT_KNOWN: Final = "not_known"  # an answer to every question; it leans to caution

Leans = Literal["more", "less", "even"]
Axis = Literal["likelihood", "severity", ""]


@dataclass(frozen=True)
class Answer:
    id: str
    text: str
    leans: Leans  # to more risk, to less, or to neither


@dataclass(frozen=True)
class Question:
    """One factor that the law names."""

    id: str
    text: str
    citation: str
    answers: tuple[Answer, ...]
    help: str = ""
    axis: Axis = ""

    def answer(self, answer_id: str) -> Answer | None:
        return next((one for one in self.answers if one.id == answer_id), None)


@dataclass(frozen=True)
class Group:
    """Questions that are asked together."""

    id: str
    title: str
    questions: tuple[Question, ...]
    about: str = ""


@dataclass(frozen=True)
class Finding:
    """What a person can sign, and what follows from it."""

    id: str
    text: str
    means: str
    value: str | bool  # of the fact that rules look at
    leans: Leans
    spares: bool = False  # somebody is not told because of it, so that it needs two people


@dataclass(frozen=True)
class Method:
    """The test of one law (or of several that share it)."""

    id: str
    version: int
    title: str
    about: str
    fact: str  # key of `FACT_KEYS` that the finding states
    citation: str
    checked: str
    sources: tuple[str, ...]
    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]

    @property
    def questions(self) -> Mapping[str, Question]:
        return {one.id: one for group in self.groups for one in group.questions}

    def group(self, group_id: str) -> Group | None:
        return next((one for one in self.groups if one.id == group_id), None)

    def finding(self, finding_id: str) -> Finding | None:
        return next((one for one in self.findings if one.id == finding_id), None)


@dataclass(frozen=True)
class Leaning:
    """How many answers lean to more risk, to less, to neither; and how many are not known."""

    more: int = 0
    less: int = 0
    even: int = 0
    open: int = 0

    @property
    def side(self) -> Leans:
        """Where most lean; what is not known leans to caution."""
        cautious = self.more + self.open
        return "more" if cautious > self.less else "less" if self.less > cautious else "even"


def leaning(questions: Iterable[Question], given: Mapping[str, str]) -> Leaning:
    """What the answers given (question to answer) lean to."""
    counted = {"more": 0, "less": 0, "even": 0, "open": 0}
    for question in questions:
        answer = question.answer(given.get(question.id, ""))
        counted[answer.leans if answer else "open"] += 1
    return Leaning(**counted)


def overrides(method: Method, finding: Finding, given: Mapping[str, str]) -> bool:
    """Whether a finding goes against where most answers lean, which asks for a reason of its own."""
    side = leaning(method.questions.values(), given).side
    return {finding.leans, side} == {"more", "less"}


@lru_cache(maxsize=1)
def methods() -> Mapping[str, Method]:
    """All tests that are held, by id."""
    told = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(HOME.glob("*.yaml")))
    return {one.id: one for one in map(_method, told)}


def signed_facts() -> frozenset[str]:
    """Facts that are told by signing a finding."""
    return frozenset(method.fact for method in methods().values())


def _method(row: Mapping[str, Any]) -> Method:
    parts = {
        "groups": tuple(_group(one) for one in row["groups"]),
        "findings": tuple(Finding(**one) for one in row["findings"]),
        "sources": tuple(row["sources"]),
        "checked": str(row["checked"]),
    }
    return Method(**{**row, **parts})


def _group(row: Mapping[str, Any]) -> Group:
    questions = (
        Question(**{**one, "answers": tuple(Answer(**answer) for answer in one["answers"])})
        for one in row["questions"]
    )
    return Group(**{**row, "questions": tuple(questions)})
