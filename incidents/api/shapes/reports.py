"""Reports."""

from __future__ import annotations

from rest_framework import serializers

from incidents.api.shapes.base import Instant, ReasonIn, Shape, optional_text, text


class ReportIn(Shape):
    title = serializers.CharField(max_length=200)
    words = text(trim_whitespace=False)
    link = optional_text(500)
    noticed_at = Instant(required=False, allow_null=True, default=None)


class FiledOut(Shape):
    reference = serializers.CharField()
    code = serializers.CharField(help_text="Shown this once; opens the status page of the report.")


class ReportOut(Shape):
    reference = serializers.CharField()
    door = serializers.CharField()
    status = serializers.CharField()
    title = serializers.CharField()
    words = serializers.CharField()
    link = serializers.CharField()
    noticed_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    reporter = serializers.CharField(source="reporter.name", default=None)
    incident = serializers.CharField(source="incident.reference", default=None)
    duplicate_of = serializers.CharField(source="duplicate_of.reference", default=None)
    settled_by = serializers.CharField(source="settled_by.name", default=None)
    settled_at = serializers.DateTimeField()
    settled_reason = serializers.CharField()


class DuplicateIn(ReasonIn):
    of = serializers.CharField(
        max_length=20, help_text="Reference of the report, or of the incident taken up from it."
    )


class PromoteIn(ReasonIn):
    title = serializers.CharField(max_length=200)
    restricted = serializers.BooleanField(required=False, default=False)


class ContactOut(Shape):
    contact = serializers.CharField()
