"""Incidents that belong together."""

from __future__ import annotations

from rest_framework import serializers

from incidents.api.shapes.base import MOST_REASON, Shape, optional_text
from incidents.models.joining import LinkKind


class LinkIn(Shape):
    other = serializers.CharField(max_length=20, help_text="Reference of the other incident.")
    kind = serializers.ChoiceField(
        choices=[(kind.value, kind.label) for kind in LinkKind if kind != LinkKind.SPLIT]
    )
    reason = optional_text(300)


class RelatedOut(Shape):
    id = serializers.IntegerField(source="link.pk")
    words = serializers.CharField(help_text="How this incident stands to the other.")
    other = serializers.CharField(source="other.reference")
    title = serializers.CharField(source="other.title")
    reason = serializers.CharField(source="link.reason")
    at = serializers.DateTimeField(source="link.at")


class JoinedOut(Shape):
    """Only incidents that you may see."""

    merged_into = serializers.CharField(allow_null=True)
    taken_in = serializers.ListField(child=serializers.CharField())
    related = RelatedOut(many=True)


class MergeIn(Shape):
    other = serializers.CharField(
        max_length=20, help_text="Reference of the incident that this is merged into."
    )
    carry_times = serializers.BooleanField(required=False, default=True)
    reason = serializers.CharField(max_length=MOST_REASON)


class SplitIn(Shape):
    title = serializers.CharField(max_length=200)
    reports = serializers.ListField(
        child=serializers.CharField(max_length=20),
        required=False,
        default=list,
        max_length=200,
        help_text="References of reports that move.",
    )
    notes = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62),
        required=False,
        default=list,
        max_length=200,
    )
    reason = serializers.CharField(max_length=MOST_REASON)
