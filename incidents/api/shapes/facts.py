"""Times, facts, numbers of people, severity."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents.api.shapes.base import (
    MOST_REASON,
    AnyObject,
    AnyValue,
    Instant,
    Shape,
    optional_text,
)
from incidents.models import Precision
from incidents.models.assessment import Level
from incidents.models.facts import Basis, FactState
from incidents.questions import SIGNED, own_questions
from law.vocabulary import EVENT_KINDS, FACT_KEYS


class EventTimeIn(Shape):
    kind = serializers.ChoiceField(choices=list(EVENT_KINDS.items()))
    at = Instant()
    zone = serializers.CharField(max_length=64)
    precision = serializers.ChoiceField(
        choices=Precision.choices, required=False, default=Precision.MINUTE.value
    )
    source = optional_text(200)  # type: ignore[assignment]
    reasoning = optional_text(MOST_REASON)


class EventTimeOut(Shape):
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    zone = serializers.CharField()
    precision = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    reasoning = serializers.CharField()
    signed_by = serializers.CharField(source="signed_by.name", default=None)
    signed_at = serializers.DateTimeField()


class FactIn(Shape):
    key = serializers.ChoiceField(
        choices=[
            (key, one.label) for key, one in {**FACT_KEYS, **own_questions()}.items() if key not in SIGNED
        ]
    )
    state = serializers.ChoiceField(choices=FactState.choices)
    value = AnyValue(required=False, allow_null=True, default=None)
    source = optional_text(200)  # type: ignore[assignment]


class FactsIn(Shape):
    facts = serializers.ListField(child=FactIn(), allow_empty=False, max_length=200)


class FactOut(Shape):
    key = serializers.CharField()
    state = serializers.CharField()
    value = AnyValue()
    source = serializers.CharField()  # type: ignore[assignment]
    by = serializers.CharField(source="by.name", default=None)
    at = serializers.DateTimeField()


class CountIn(Shape):
    place = serializers.CharField(max_length=6)
    elements = serializers.ListField(
        child=serializers.CharField(max_length=48), max_length=100, required=False, default=list
    )
    number = serializers.IntegerField(min_value=0, max_value=2_000_000_000)


class CountsIn(Shape):
    counts = serializers.ListField(child=CountIn(), max_length=2000)
    basis = serializers.ChoiceField(choices=Basis.choices)
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]
    replace_basis = serializers.BooleanField(required=False, default=True)


class CountOut(Shape):
    place = serializers.CharField()
    elements = serializers.ListField(child=serializers.CharField())
    number = serializers.IntegerField()
    basis = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    at = serializers.DateTimeField()


class ConfirmIn(Shape):
    aware_at = Instant()
    zone = serializers.CharField(max_length=64)
    reasoning = serializers.CharField(max_length=MOST_REASON)
    playbook = serializers.BooleanField(
        required=False, default=True, help_text="Start the playbook that fits, unless one runs."
    )


class AssessIn(Shape):
    factors = AnyObject(
        help_text="categories, identifiers, circumstances, reasons (factor to why), context_reason, people, unintelligible."
    )
    level = serializers.ChoiceField(choices=Level.choices, required=False, allow_null=True, default=None)
    override_reason = optional_text(MOST_REASON)

    def validate_factors(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise serializers.ValidationError("Must be an object.")
        return value


class AssessmentOut(Shape):
    version = serializers.IntegerField()
    factors = AnyObject()
    dpc = serializers.DecimalField(max_digits=3, decimal_places=2)
    ei = serializers.DecimalField(max_digits=3, decimal_places=2)
    cb = serializers.DecimalField(max_digits=3, decimal_places=2)
    score = serializers.DecimalField(max_digits=4, decimal_places=2)
    computed = serializers.CharField()
    level = serializers.CharField()
    override_reason = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    flags = serializers.ListField(child=serializers.CharField())
    by = serializers.CharField()
    at = serializers.DateTimeField()
