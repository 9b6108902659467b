"""Guided assessments of risk."""

from __future__ import annotations

from rest_framework import serializers

from incidents.api.shapes.base import MOST_REASON, ReasonIn, Shape, optional_text
from incidents.commands.risk import MOST_WHY


class RiskAnswerIn(Shape):
    question = serializers.CharField(max_length=40)
    answer = serializers.CharField(max_length=40, help_text="Id of an answer, or `not_known`.")
    why = optional_text(MOST_WHY)


class RiskAnswersIn(Shape):
    answers = RiskAnswerIn(many=True, allow_empty=False)


class RiskFindingIn(ReasonIn):
    finding = serializers.CharField(max_length=24)
    override_reason = optional_text(MOST_REASON)


class RiskChoiceOut(Shape):
    id = serializers.CharField()
    text = serializers.CharField()
    leans = serializers.CharField(help_text="To `more` risk, to `less`, or `even`.")


class RiskQuestionOut(Shape):
    id = serializers.CharField(source="question.id")
    text = serializers.CharField(source="question.text")
    citation = serializers.CharField(source="question.citation")
    axis = serializers.CharField(source="question.axis")
    answers = RiskChoiceOut(source="question.answers", many=True)
    answer = serializers.CharField()
    why = serializers.CharField()


class RiskGroupOut(Shape):
    id = serializers.CharField(source="group.id")
    title = serializers.CharField(source="group.title")
    questions = RiskQuestionOut(source="asked", many=True)


class RiskFindingOut(Shape):
    id = serializers.CharField()
    text = serializers.CharField()
    means = serializers.CharField()
    spares = serializers.BooleanField(
        help_text="Somebody is not told because of it: needs a second signature."
    )


class RiskLeaningOut(Shape):
    more = serializers.IntegerField()
    less = serializers.IntegerField()
    even = serializers.IntegerField()
    open = serializers.IntegerField()


class RiskVersionOut(Shape):
    version = serializers.IntegerField()
    state = serializers.CharField()
    finding = serializers.CharField()
    reason = serializers.CharField()
    override_reason = serializers.CharField()
    by = serializers.CharField(source="by.name", default=None)
    at = serializers.DateTimeField()
    second_by = serializers.CharField(source="second_by.name", default=None)
    second_at = serializers.DateTimeField()


class RiskOut(Shape):
    """One law's own test: its questions with the newest answers, the findings to choose from, and all versions."""

    method = serializers.CharField(source="method.id")
    title = serializers.CharField(source="method.title")
    citation = serializers.CharField(source="method.citation")
    matters = serializers.BooleanField(help_text="A law asked here looks at the finding.")
    groups = RiskGroupOut(many=True)
    findings = RiskFindingOut(source="method.findings", many=True)
    leaning = RiskLeaningOut()
    versions = RiskVersionOut(many=True)
