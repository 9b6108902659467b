"""Shapes of reminders and of who owns an obligation."""

from __future__ import annotations

from rest_framework import serializers

from incidents.api.shapes.base import Shape


class RemindersIn(Shape):
    steps = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=99),
        max_length=20,
        help_text="Percent of the time from the clock's start to its end.",
    )
    wait = serializers.IntegerField(
        min_value=5, max_value=90, help_text="Percent of the time left, after which the next person is told."
    )


class RemindersOut(Shape):
    steps = serializers.ListField(child=serializers.IntegerField(), source="reminder_steps")
    wait = serializers.IntegerField(source="reminder_wait")
