"""Requests of law enforcement to wait."""

from __future__ import annotations

from rest_framework import serializers

from incidents.api.shapes.base import MOST_REASON, Instant, Shape
from incidents.models.delay import RequestForm


class DelayRequestIn(Shape):
    agency = serializers.CharField(max_length=200)
    person = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    form = serializers.ChoiceField(choices=RequestForm.choices)
    scope = serializers.ListField(
        child=serializers.CharField(max_length=32),
        required=False,
        default=list,
        max_length=20,
        help_text="Kinds of recipient that must wait, such as `individuals`; empty for all.",
    )
    requested_at = Instant()
    until = Instant(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=MOST_REASON)


class LiftDelayIn(Shape):
    lifted_at = Instant()
    reason = serializers.CharField(max_length=MOST_REASON)


class DelayRequestOut(Shape):
    id = serializers.IntegerField()
    agency = serializers.CharField()
    person = serializers.CharField()
    form = serializers.CharField()
    scope = serializers.ListField(child=serializers.CharField())
    requested_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    reason = serializers.CharField()
    by = serializers.CharField()
    lifted_at = serializers.DateTimeField()
    lifted_reason = serializers.CharField()
    lifted_by = serializers.CharField(allow_null=True)
    struck_at = serializers.DateTimeField(help_text="When it was struck out as entered by mistake.")
    struck_reason = serializers.CharField()
    struck_by = serializers.CharField(allow_null=True)
