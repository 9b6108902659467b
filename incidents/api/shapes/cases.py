"""Incidents and notes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents.api.shapes.base import MOST_WORDS, Instant, Shape, optional_text, text
from incidents.models.incident import OwnRole, Priority, ViolationType


class IncidentOut(Shape):
    reference = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    status = serializers.CharField()
    violation = serializers.CharField()
    own_role = serializers.CharField()
    priority = serializers.CharField()
    lead = serializers.EmailField(source="lead.email", default=None)
    restricted = serializers.BooleanField()
    drill = serializers.BooleanField()
    historic = serializers.BooleanField()
    policy = serializers.CharField(source="policy_version", default=None)
    merged_into = serializers.CharField(source="merged_into_seen.reference", default=None)
    opened_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    held = serializers.SerializerMethodField(help_text="What you may do here.")

    def get_held(self, incident: Any) -> list[str]:
        return sorted(can.name.lower() for can in getattr(incident, "held", ()))


class IncidentRowOut(Shape):
    reference = serializers.CharField(source="incident.reference")
    title = serializers.CharField(source="incident.title")
    status = serializers.CharField(source="incident.status")
    opened_at = serializers.DateTimeField(source="incident.opened_at")
    severity = serializers.CharField(source="level")
    people = serializers.IntegerField(allow_null=True)
    people_confirmed = serializers.BooleanField(source="confirmed")
    next_due_at = serializers.DateTimeField(source="next.clock_at", default=None)
    next_obligation = serializers.CharField(source="next.title", default=None)


class IncidentPageOut(Shape):
    rows = IncidentRowOut(many=True)
    next_cursor = serializers.CharField()


class NewIncidentIn(Shape):
    title = serializers.CharField(max_length=200)
    summary = optional_text()
    restricted = serializers.BooleanField(required=False, default=False)


class DescribeIn(Shape):
    title = serializers.CharField(max_length=200, required=False)
    summary = serializers.CharField(max_length=MOST_WORDS, required=False, allow_blank=True)
    violation = serializers.ChoiceField(choices=ViolationType.choices, required=False)
    own_role = serializers.ChoiceField(choices=OwnRole.choices, required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    lead = serializers.EmailField(required=False, allow_null=True, help_text="E-mail address of the lead.")


class NoteIn(Shape):
    text = text()
    privileged = serializers.BooleanField(required=False, default=False)
    happened_at = Instant(
        required=False, default=None, allow_null=True, help_text="When it was another time than now."
    )
    corrects = serializers.CharField(
        max_length=24, required=False, default="", allow_blank=True,
        help_text="`name` of the entry of the timeline that this sets right.",
    )  # fmt: skip


class NoteOut(Shape):
    id = serializers.IntegerField()
    text = serializers.CharField()
    privileged = serializers.BooleanField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    happened_at = serializers.DateTimeField(allow_null=True)
    corrects = serializers.CharField()


class CitePolicyIn(Shape):
    policy = serializers.CharField(
        max_length=20, help_text="Reference of the policy; its version in force is cited."
    )
