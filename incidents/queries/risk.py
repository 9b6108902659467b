"""Guided assessments of risk: what is asked, what stands, and versions side by side."""

from __future__ import annotations

from dataclasses import dataclass

from incidents.models import Incident, RiskAssessment, RiskState
from law.risk import NOT_KNOWN, Group, Leaning, Method, Question, leaning, methods

SIDE_BY_SIDE = 3


@dataclass(frozen=True)
class Asked:
    """One question with what was answered."""

    question: Question
    answer: str = ""
    why: str = ""

    @property
    def words(self) -> str:
        """The answer in words; empty while there is none."""
        if self.answer == NOT_KNOWN:
            return "Not known yet"
        found = self.question.answer(self.answer)
        return found.text if found else ""

    @property
    def leans(self) -> str:
        found = self.question.answer(self.answer)
        return found.leans if found else "open"


@dataclass(frozen=True)
class AskedGroup:
    """Questions asked together, with their answers."""

    group: Group
    asked: tuple[Asked, ...]

    @property
    def answered(self) -> int:
        return sum(bool(one.words) for one in self.asked)

    @property
    def is_done(self) -> bool:
        return self.answered == len(self.asked)


@dataclass(frozen=True)
class RiskOfMethod:
    """One law's own test in one incident."""

    method: Method
    versions: tuple[RiskAssessment, ...]  # newest first
    matters: bool  # whether a law asked here looks at the finding

    def _in(self, state: RiskState) -> RiskAssessment | None:
        return next((one for one in self.versions if one.state == state), None)

    @property
    def draft(self) -> RiskAssessment | None:
        return self._in(RiskState.DRAFT)

    @property
    def waiting(self) -> RiskAssessment | None:
        return self._in(RiskState.WAITING)

    @property
    def in_effect(self) -> RiskAssessment | None:
        return self._in(RiskState.IN_EFFECT)

    @property
    def latest(self) -> RiskAssessment | None:
        return self.versions[0] if self.versions else None

    @property
    def groups(self) -> list[AskedGroup]:
        """All groups with the answers of the newest version."""
        given = self.latest.answers if self.latest else {}
        return [
            AskedGroup(
                group, tuple(Asked(question, **given.get(question.id, {})) for question in group.questions)
            )
            for group in self.method.groups
        ]

    @property
    def answered(self) -> int:
        return sum(group.answered for group in self.groups)

    @property
    def next_group(self) -> AskedGroup | None:
        return next((one for one in self.groups if not one.is_done), None)

    @property
    def leaning(self) -> Leaning:
        given = self.latest.given if self.latest else {}
        return leaning((one for one in self.method.questions.values() if one.id in given), given)

    @property
    def axes(self) -> list[tuple[str, Leaning]]:
        """What answers lean to by likelihood and by severity, where the test tells them apart."""
        given = self.latest.given if self.latest else {}
        answered = [one for one in self.method.questions.values() if one.id in given]
        return [
            (axis, leaning([one for one in answered if one.axis == axis], given))
            for axis in ("likelihood", "severity")
            if any(one.axis == axis for one in self.method.questions.values())
        ]

    @property
    def side_by_side(self) -> list[tuple[Question, list[Asked]]]:
        """Each question with the answers of the last versions, newest first."""
        shown = self.versions[:SIDE_BY_SIDE]
        return [
            (question, [Asked(question, **one.answers.get(question.id, {})) for one in shown])
            for question in self.method.questions.values()
        ]


def risk_methods(incident: Incident) -> list[RiskOfMethod]:
    """Every test that is held, first those that a law asked here looks at."""
    versions = list(incident.risk_assessments.select_related("by", "second_by", "changed_by"))
    looked_at = {
        key
        for trace in incident.obligations.values_list("trace", flat=True)
        for condition in trace
        for key in condition.get("facts", ())
    }
    found = [
        RiskOfMethod(
            method,
            tuple(one for one in versions if one.method == method.id),
            method.fact in looked_at or any(one.method == method.id for one in versions),
        )
        for method in methods().values()
    ]
    return sorted(found, key=lambda one: (not one.matters, one.method.id))


def risk_of(incident: Incident, method: str) -> RiskOfMethod | None:
    """One test, or None where there is no such one."""
    return next((one for one in risk_methods(incident) if one.method.id == method), None)
