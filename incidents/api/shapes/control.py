"""Obligations, access, closing, the record."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents.api.shapes.base import AnyObject, Instant, Shape, optional_text, text
from incidents.models import Can
from incidents.models.incident import CauseKind


class DecisionOut(Shape):
    outcome = serializers.CharField()
    reason = serializers.CharField()
    facts = AnyObject()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    second_by = serializers.CharField(source="second_by.name", default=None)
    second_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField()
    stands = serializers.BooleanField()


class ObligationOut(Shape):
    id = serializers.IntegerField()
    key = serializers.CharField()
    title = serializers.CharField()
    rule_id = serializers.CharField()
    regime = serializers.CharField()
    place = serializers.CharField()
    recipient = serializers.CharField(source="recipient_name")
    stage = serializers.CharField()
    status = serializers.CharField()
    answer = serializers.CharField()
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    target_at = serializers.DateTimeField()
    due_zone = serializers.CharField()
    due_text = serializers.CharField()
    citation = serializers.CharField()
    confidence = serializers.CharField()
    binding = serializers.BooleanField()
    undecided_by = serializers.ListField(child=serializers.CharField())
    met_at = serializers.DateTimeField()
    proof = serializers.CharField()
    late_seconds = serializers.SerializerMethodField()
    late_reason = serializers.CharField()

    def get_late_seconds(self, obligation: Any) -> int | None:
        return int(obligation.late_by.total_seconds()) if obligation.late_by else None


class ObligationDetailOut(ObligationOut):
    trace = serializers.ListField(child=AnyObject())
    duty = AnyObject()
    rule_version = serializers.CharField()
    pack_version = serializers.CharField()
    last_change = AnyObject(allow_null=True, help_text="What facts altered last: before, after, why.")
    decisions = serializers.SerializerMethodField()

    @extend_schema_field(DecisionOut(many=True))
    def get_decisions(self, obligation: Any) -> Any:
        return DecisionOut(obligation.decisions.select_related("by", "second_by"), many=True).data


class DifferenceOut(Shape):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    obligation = serializers.IntegerField(source="obligation_id", allow_null=True)
    rule_id = serializers.CharField()
    rule_version = serializers.CharField()
    before = AnyObject()
    after = AnyObject()
    seen_at = serializers.DateTimeField()
    outcome = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    settled_at = serializers.DateTimeField()


class MetIn(Shape):
    at = Instant()
    proof = serializers.CharField(max_length=200)


class HolderOut(Shape):
    name = serializers.CharField()
    why = serializers.CharField()
    cans = serializers.SerializerMethodField()
    ends_at = serializers.DateTimeField()
    email = serializers.EmailField(source="user.email", default=None)
    team = serializers.IntegerField(source="team.pk", default=None)

    def get_cans(self, holder: Any) -> list[str]:
        return [can.name.lower() for can in holder.cans]


CANS = [(can.name.lower(), str(can.label)) for can in Can]


class GrantIn(Shape):
    to = serializers.EmailField()
    cans = serializers.ListField(
        child=serializers.ChoiceField(choices=CANS),
        allow_empty=False,
        max_length=20,
    )
    ends_at = Instant(required=False, allow_null=True, default=None)


class InviteIn(Shape):
    name = serializers.CharField(max_length=150)
    email = serializers.EmailField(max_length=254)
    cans = serializers.ListField(
        child=serializers.ChoiceField(
            choices=[(can.name.lower(), can.label) for can in Can if can != Can.GRANT]
        ),
        allow_empty=False,
        max_length=20,
    )
    ends_at = Instant(help_text="At most a year from now.")


class InvitedOut(Shape):
    email = serializers.EmailField()
    letter_sent = serializers.BooleanField(help_text="False: mail did not work; invite again later.")


class EndAccessIn(Shape):
    of = serializers.EmailField()


class ReviewIn(Shape):
    cause_kind = serializers.ChoiceField(
        choices=CauseKind.choices, required=False, default="", allow_blank=True
    )
    cause = text()
    went_well = optional_text()
    went_badly = optional_text()
    improvements = text()
    check_on = serializers.DateField(required=False, allow_null=True, default=None)


class ReviewOut(Shape):
    cause_kind = serializers.CharField()
    cause = serializers.CharField()
    went_well = serializers.CharField()
    went_badly = serializers.CharField()
    improvements = serializers.CharField()
    check_on = serializers.DateField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class OpenLineOut(Shape):
    words = serializers.CharField()
    url = serializers.CharField(help_text="The page where it is mended; empty when it has none.")


class ClosingOut(Shape):
    blockers = OpenLineOut(many=True)


class RecordEventOut(Shape):
    sequence = serializers.IntegerField(source="event.sequence")
    at = serializers.DateTimeField(source="event.at")
    verb = serializers.CharField(source="event.verb")
    words = serializers.CharField()
    actor = serializers.CharField(source="event.actor_label")
    details = AnyObject()
    reason = serializers.CharField()
    hash = serializers.CharField()


class RecordPageOut(Shape):
    events = RecordEventOut(many=True)
    next_before = serializers.IntegerField(allow_null=True)


class VerdictOut(Shape):
    holds = serializers.BooleanField()
    events = serializers.IntegerField()
    head = serializers.CharField()
    problem = serializers.CharField(allow_blank=True)
