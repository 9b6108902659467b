"""Conditions that rules leave to a person."""

from __future__ import annotations

from rest_framework import serializers

from incidents.api.shapes.base import MOST_REASON, Shape


class JudgementIn(Shape):
    key = serializers.CharField(max_length=160)
    held = serializers.BooleanField(allow_null=True)
    reason = serializers.CharField(max_length=MOST_REASON)


class JudgementOut(Shape):
    key = serializers.CharField()
    text = serializers.CharField()
    held = serializers.BooleanField(allow_null=True)
    reason = serializers.CharField(source="standing.reason", default=None)
    by = serializers.CharField(source="standing.by.name", default=None)
    at = serializers.DateTimeField(source="standing.at", default=None)
