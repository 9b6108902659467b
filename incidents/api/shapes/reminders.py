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


class HandOverIn(Shape):
    to = serializers.IntegerField(min_value=1, max_value=2**62, help_text="Id of a person.")


class AlertOut(Shape):
    obligation = serializers.IntegerField(source="obligation_id")
    recipient = serializers.IntegerField(source="recipient_id")
    why = serializers.CharField()
    step = serializers.IntegerField(
        help_text="Percent of the time; 100 is its end, each day after it one more."
    )
    at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(source="clock_at", help_text="The end of the clock as it was then.")
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    mail = serializers.CharField(source="mail_state")


class MyAlertOut(AlertOut):
    incident = serializers.CharField(source="obligation.incident.reference")


class OwnerOut(Shape):
    owner = serializers.IntegerField(source="owner.pk", allow_null=True, default=None)
    by_lead = serializers.BooleanField(help_text="Nobody was named: it is the lead's.")
    held_by = serializers.IntegerField(source="held_by.pk", allow_null=True, default=None)
    next_at = serializers.DateTimeField(allow_null=True)
    reaches = serializers.BooleanField(help_text="Whether somebody can be reminded at all.")
    reminders = AlertOut(many=True, source="alerts")
