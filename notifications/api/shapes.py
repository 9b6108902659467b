"""What the API takes and gives about notices."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents.api.shapes.base import Instant
from notifications import words
from notifications.commands import Settling
from notifications.models import (
    Delivery,
    Notice,
    SampleMail,
    TemplateVersion,
    UncertainPolicy,
)

LANGUAGES = list(words.LANGUAGES.items())


class StatementShape(serializers.Serializer[Any]):
    what_happened = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    consequences = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    measures = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    advice = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class SegmentShape(serializers.Serializer[Any]):
    """Empty lists narrow nothing."""

    places = serializers.ListField(
        child=serializers.CharField(max_length=6, allow_blank=True), required=False
    )
    languages = serializers.ListField(
        child=serializers.CharField(max_length=16, allow_blank=True), required=False
    )
    elements = serializers.ListField(child=serializers.CharField(max_length=48), required=False)


class NoticeShape(serializers.ModelSerializer[Notice]):
    incident = serializers.CharField(source="incident.reference", read_only=True)
    author = serializers.CharField(source="author.name", read_only=True)
    approved_by = serializers.CharField(source="approved_by.name", read_only=True, default=None)
    statement = StatementShape(read_only=True)
    segment = SegmentShape(read_only=True)
    serves: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    pending = serializers.IntegerField(read_only=True)

    class Meta:
        model = Notice
        fields = [
            "reference", "incident", "title", "language", "subject", "body", "letter", "sms", "statement", "segment", "reply_to",
            "uncertain_policy", "serves", "status", "author", "edited_at", "approved_by", "approved_at", "text_hash",
            "scheduled_at", "started_at", "first_sent_at", "last_sent_at", "finished_at", "trouble", "total", "sent",
            "refused", "held", "dropped", "pending",
        ]  # fmt: skip
        read_only_fields = fields


class NoticeWordsChanged(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=120, required=False)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    subject = serializers.CharField(max_length=200, required=False)
    body = serializers.CharField(max_length=50_000, required=False, trim_whitespace=False)
    letter = serializers.CharField(
        max_length=50_000,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="Empty: a letter has the words of the mail.",
    )
    sms = serializers.CharField(max_length=1_530, required=False, allow_blank=True)
    statement = StatementShape(required=False)
    segment = SegmentShape(required=False)
    reply_to = serializers.EmailField(max_length=200, required=False, allow_blank=True)
    uncertain_policy = serializers.ChoiceField(choices=UncertainPolicy.choices, required=False)
    serves = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False)


class NoticeWords(NoticeWordsChanged):
    title = serializers.CharField(max_length=120)
    template = serializers.PrimaryKeyRelatedField(
        queryset=TemplateVersion.objects.all(),
        required=False,
        help_text="Version of a template to start from.",
    )


class ApprovalShape(serializers.Serializer[Any]):
    seen = serializers.DateTimeField(help_text="`edited_at` of the text that was read.")


class SendShape(serializers.Serializer[Any]):
    delay_minutes = serializers.IntegerField(min_value=0, max_value=10_080, default=10)
    at = Instant(required=False, help_text="When it starts; in place of `delay_minutes`.")


class SamplesShape(serializers.Serializer[Any]):
    recipients = serializers.ListField(
        child=serializers.IntegerField(min_value=1), max_length=10, required=False, help_text="Empty: you."
    )


class SampleShape(serializers.ModelSerializer[SampleMail]):
    recipient = serializers.IntegerField(source="recipient_id", read_only=True)

    class Meta:
        model = SampleMail
        fields = ["id", "recipient", "at", "mail_state", "sent_at"]
        read_only_fields = fields


class ReasonShape(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2_000)


class SettleShape(serializers.Serializer[Any]):
    deliveries = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=1_000)
    act = serializers.ChoiceField(choices=Settling.choices)
    reason = serializers.CharField(max_length=2_000)


class SettledShape(serializers.Serializer[Any]):
    settled = serializers.IntegerField()


class DeliveryShape(serializers.ModelSerializer[Delivery]):
    class Meta:
        model = Delivery
        fields = [
            "id", "party_id", "state", "attempt", "message_id", "reply_code", "reply_text", "next_try_at",
            "uncertain_at", "sent_at", "first_read_on",
        ]  # fmt: skip
        read_only_fields = fields


class CoveragePartShape(serializers.Serializer[Any]):
    place = serializers.CharField(allow_null=True, help_text="Null: confirmed, but not on the roster yet.")
    affected = serializers.IntegerField()
    notified = serializers.IntegerField()
    unreachable = serializers.IntegerField()
    exempt = serializers.IntegerField()
    waiting = serializers.IntegerField()


class CoverageShape(serializers.Serializer[Any]):
    affected = serializers.IntegerField()
    notified = serializers.IntegerField()
    unreachable = serializers.IntegerField()
    exempt = serializers.IntegerField()
    waiting = serializers.IntegerField()
    parts = CoveragePartShape(many=True)
