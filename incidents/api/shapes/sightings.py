"""Where it can be seen, and what a kind of incident asks."""

from __future__ import annotations

from rest_framework import serializers

from incidents.api.shapes.base import AnyObject, AnyValue, Instant, Shape, optional_text


class SightingIn(Shape):
    platform = serializers.CharField(max_length=60)
    account = optional_text(200)
    links = serializers.ListField(
        child=serializers.CharField(max_length=500), max_length=20, required=False, default=list
    )
    audience = optional_text(200)
    reach = serializers.IntegerField(
        min_value=0, max_value=10_000_000_000, required=False, allow_null=True, default=None
    )
    first_seen_at = Instant(required=False, allow_null=True, default=None)
    takedown_asked_at = Instant(required=False, allow_null=True, default=None)
    takedown_reference = optional_text(80)
    taken_down_at = Instant(required=False, allow_null=True, default=None)


class SightingOut(Shape):
    id = serializers.IntegerField(source="pk")
    platform = serializers.CharField()
    account = serializers.CharField()
    links = serializers.ListField(child=serializers.CharField())
    audience = serializers.CharField()
    reach = serializers.IntegerField(allow_null=True)
    first_seen_at = serializers.DateTimeField(allow_null=True)
    takedown_asked_at = serializers.DateTimeField(allow_null=True)
    takedown_reference = serializers.CharField()
    taken_down_at = serializers.DateTimeField(allow_null=True)
    still_up = serializers.BooleanField()
    by = serializers.CharField(source="by.name")
    at = serializers.DateTimeField()


class AskedOut(Shape):
    """One question of the kind of incident, with what is known."""

    key = serializers.CharField(help_text="State it by POST to facts/.")
    label = serializers.CharField()  # type: ignore[assignment]
    question = serializers.CharField()
    help = serializers.CharField()
    type = serializers.CharField(help_text="bool, enum, list, place, places, int, text, instant.")
    words = AnyObject(help_text="What an enum or list may hold, with labels.")
    of_law = serializers.BooleanField(help_text="Whether rules of law look at the answer.")
    state = serializers.CharField()
    value = AnyValue()
