"""Improvements, later looks, the team's view."""

from __future__ import annotations

from rest_framework import serializers

from incidents.api.shapes.base import Shape, optional_text
from incidents.models.lesson import Held


class ImprovementIn(Shape):
    text = serializers.CharField(max_length=300)
    owner = serializers.EmailField(help_text="E-mail address of somebody who may work on the incident.")
    due_on = serializers.DateField()


class FinishIn(Shape):
    outcome = serializers.CharField(max_length=2000)


class ImprovementOut(Shape):
    id = serializers.IntegerField(source="pk")
    text = serializers.CharField()
    owner = serializers.CharField(source="owner.name")
    due_on = serializers.DateField()
    done_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()


class CheckIn(Shape):
    held = serializers.ChoiceField(choices=Held.choices)
    words = serializers.CharField(max_length=2000)
    next_on = serializers.DateField(required=False, allow_null=True, default=None)


class CheckOut(Shape):
    due_on = serializers.DateField()
    held = serializers.CharField()
    words = serializers.CharField()
    by = serializers.CharField(source="by.name")
    at = serializers.DateTimeField()


class FeedbackIn(Shape):
    knew = serializers.ChoiceField(choices=Held.choices)
    helped = optional_text(2000)
    change = optional_text(2000)


class KnewOut(Shape):
    answer = serializers.CharField(source="0")
    number = serializers.IntegerField(source="1")


class FeedbackOut(Shape):
    """Without names, and without words until several have answered."""

    given = serializers.IntegerField()
    shown = serializers.BooleanField()
    knew = KnewOut(many=True)
    helped = serializers.ListField(child=serializers.CharField())
    change = serializers.ListField(child=serializers.CharField())
