"""Reports."""

from __future__ import annotations

from rest_framework import serializers

from incidents.api.shapes.base import Instant, ReasonIn, Shape, optional_text, text
from incidents.commands.triage import MOST_AWAITED, Act
from incidents.models.incident import ViolationType
from incidents.models.report import Door, Whose
from incidents.queries.inbox import INBOX_LIMIT


class ReportIn(Shape):
    title = serializers.CharField(max_length=200)
    words = text(trim_whitespace=False)
    link = optional_text(500)
    violation = serializers.ChoiceField(ViolationType.choices, required=False, default=ViolationType.UNKNOWN)
    whose = serializers.ChoiceField(Whose.choices, required=False, default=Whose.UNKNOWN)
    noticed_at = Instant(required=False, allow_null=True, default=None)
    door = serializers.ChoiceField(
        [Door.API.value, Door.MONITORING.value],
        default=Door.API.value,
        help_text="`monitoring` for what a tool found by itself.",
    )


class FiledOut(Shape):
    reference = serializers.CharField()
    code = serializers.CharField(
        help_text="Shown this once; opens the status page of the report. Empty when the same was sent before."
    )


class ReportOut(Shape):
    reference = serializers.CharField()
    door = serializers.CharField()
    status = serializers.CharField()
    title = serializers.CharField()
    words = serializers.CharField()
    link = serializers.CharField()
    violation = serializers.CharField()
    whose = serializers.CharField()
    guess = serializers.CharField(
        source="get_guess_display", help_text="How grave it sounds; orders the inbox."
    )
    could_be_due_at = serializers.DateTimeField(
        help_text="The first deadline there could be if this were a breach; null: none known."
    )
    could_be_due_by = serializers.CharField(help_text="Which duty that would be, with its citation.")
    returns_at = serializers.DateTimeField(help_text="When it stands in the inbox again.")
    returns_after = serializers.IntegerField(help_text="After how many more reports like it.")
    noticed_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    reporter = serializers.CharField(source="reporter.name", default=None)
    supplier = serializers.CharField(source="supplier.supplier", default=None)
    incident = serializers.CharField(source="incident.reference", default=None)
    duplicate_of = serializers.CharField(source="duplicate_of.reference", default=None)
    settled_by = serializers.CharField(source="settled_by.name", default=None)
    settled_at = serializers.DateTimeField()
    settled_reason = serializers.CharField()


class PutOffIn(ReasonIn):
    until = Instant()


class DismissIn(ReasonIn):
    until = Instant(required=False, allow_null=True, default=None, help_text="It comes back then.")
    after = serializers.IntegerField(
        min_value=1,
        max_value=MOST_AWAITED,
        required=False,
        allow_null=True,
        default=None,
        help_text="It comes back when so many more like it have come.",
    )


class UndoIn(Shape):
    reports = serializers.ListField(
        child=serializers.CharField(max_length=20), allow_empty=False, max_length=INBOX_LIMIT
    )


class SeveralIn(DismissIn, UndoIn):
    act = serializers.ChoiceField([(one.value, one.value) for one in Act])
    of = optional_text(20)


class AlikeOut(Shape):
    reference = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    incident = serializers.CharField()
    why = serializers.CharField(help_text="What both share.")


class DuplicateIn(ReasonIn):
    of = serializers.CharField(
        max_length=20, help_text="Reference of the report, or of the incident taken up from it."
    )


class PromoteIn(ReasonIn):
    title = serializers.CharField(max_length=200)
    restricted = serializers.BooleanField(required=False, default=False)


class ContactOut(Shape):
    contact = serializers.CharField()
