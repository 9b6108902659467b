"""What the API takes and gives about people and inquiries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from law.vocabulary import DATA_ELEMENTS
from stakeholders.models import (
    Addressee,
    Channel,
    Erasure,
    ExemptReason,
    Inquiry,
    RosterImport,
    SavedMapping,
    Topic,
)


def read(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The request's data in the shape of `serializer`, or 400."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class GroupSerializer(serializers.Serializer[Any]):
    place = serializers.CharField()
    elements = serializers.ListField(child=serializers.CharField())
    people = serializers.IntegerField()
    mailable = serializers.IntegerField()
    minors = serializers.IntegerField()
    exempt = serializers.IntegerField()


class MaskedSerializer(serializers.Serializer[Any]):
    """One affected party; contact details masked."""

    id = serializers.IntegerField(source="party.id")
    place = serializers.CharField(source="party.place")
    language = serializers.CharField(source="party.language")
    elements = serializers.ListField(child=serializers.CharField(), source="party.elements")
    addressee = serializers.ChoiceField(choices=Addressee.choices, source="party.addressee")
    exempt_at = serializers.DateTimeField(source="party.exempt_at", allow_null=True)
    name = serializers.CharField(source="masked.name")
    email = serializers.CharField(source="masked.email")
    phone = serializers.CharField(source="masked.phone")


class CountsSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    mailable = serializers.IntegerField()
    exempt = serializers.IntegerField()


class PeopleSerializer(CountsSerializer):
    groups = GroupSerializer(many=True)
    parties = MaskedSerializer(many=True)
    after = serializers.IntegerField(
        allow_null=True, help_text="Ask again with ?after= this for the next page."
    )


class FindSerializer(serializers.Serializer[Any]):
    find = serializers.CharField(max_length=200)


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=5000)


class DetailsSerializer(serializers.Serializer[Any]):
    """One affected party's details in clear."""

    name = serializers.CharField(source="full_name")
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    address1 = serializers.CharField()
    address2 = serializers.CharField()
    postcode = serializers.CharField()
    town = serializers.CharField()
    region = serializers.CharField()
    reference = serializers.CharField()
    representative = serializers.CharField()


class ExemptSerializer(ReasonSerializer):
    why = serializers.ChoiceField(choices=ExemptReason.choices)


class AddressSerializer(ReasonSerializer):
    """What is left out stays as it is on the list."""

    addressee = serializers.ChoiceField(choices=Addressee.choices)
    name = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    email = serializers.CharField(required=False, default="", allow_blank=True, max_length=254)
    phone = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)


class ExportSerializer(ReasonSerializer):
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)


class ProposeErasureSerializer(ReasonSerializer):
    due_on = serializers.DateField(
        required=False, allow_null=True, help_text="Without a day: as soon as a second person has signed."
    )


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    class Meta:
        model = Erasure
        fields = ["due_on", "reason", "by", "at", "second_by", "signed_at", "withdrawn_at", "done_at"]
        read_only_fields = fields


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True)


class StartSerializer(serializers.Serializer[Any]):
    """Mapping is column number (from 0) to what it holds; defaults hold where no column says."""

    mapping = serializers.DictField(child=serializers.CharField())
    elements = serializers.ListField(
        child=serializers.ChoiceField(
            choices=[(key, element.label) for key, element in DATA_ELEMENTS.items()]
        ),
        required=False,
    )
    country = serializers.CharField(required=False, allow_blank=True, max_length=60)
    language = serializers.CharField(required=False, allow_blank=True, max_length=40)
    addressee = serializers.ChoiceField(choices=Addressee.choices, required=False)
    keep_as = serializers.CharField(
        required=False,
        max_length=80,
        help_text="Keep this matching under a name for the next file of this kind.",
    )

    def validate_mapping(self, value: dict[str, str]) -> dict[str, str]:
        if not all(column.isdigit() and len(column) < 5 for column in value):
            raise serializers.ValidationError("Name columns by their number, counted from 0.")
        return value


class ImportSerializer(serializers.ModelSerializer[RosterImport]):
    class Meta:
        model = RosterImport
        fields = [
            "id", "state", "sha256", "size", "dialect", "mapping", "defaults", "saved_mapping", "read", "added", "merged", "unchanged",
            "refused", "bytes_read", "failure", "uploaded_at", "started_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields


class SavedMappingSerializer(serializers.ModelSerializer[SavedMapping]):
    class Meta:
        model = SavedMapping
        fields = ["id", "name", "targets", "defaults", "saved_at"]
        read_only_fields = fields


class DecideCountsSerializer(ReasonSerializer):
    """Take the numbers of the list as confirmed, or leave those that were typed."""

    take = serializers.ChoiceField(
        choices=[("list", "Those of the list"), ("typed", "Those that were typed")]
    )


class RefusedLineSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    field = serializers.CharField()
    code = serializers.CharField()
    reason = serializers.CharField()


class InquirySerializer(serializers.ModelSerializer[Inquiry]):
    status = serializers.CharField(read_only=True, help_text="open, answered or closed")
    incident = serializers.CharField(
        source="incident.reference", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = Inquiry
        fields = [
            "reference", "incident", "topic", "channel", "status", "by_mail", "received_at", "waiting_since",
            "answered_at", "closed_at",
        ]  # fmt: skip
        read_only_fields = fields


class MessageSerializer(serializers.Serializer[Any]):
    direction = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    send_state = serializers.CharField()
    body = serializers.CharField()


class ThreadSerializer(InquirySerializer):
    messages = MessageSerializer(many=True)

    class Meta(InquirySerializer.Meta):
        fields = [*InquirySerializer.Meta.fields, "messages"]
        read_only_fields = fields


class LogSerializer(serializers.Serializer[Any]):
    topic = serializers.ChoiceField(choices=Topic.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    words = serializers.CharField(max_length=10_000)
    name = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    email = serializers.CharField(required=False, default="", allow_blank=True, max_length=254)
    phone = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)


class AskedSerializer(serializers.Serializer[Any]):
    """The new inquiry, and the code that opens its answer: shown once."""

    inquiry = InquirySerializer()
    code = serializers.CharField()


class AnswerTextSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=10_000)


class CloseSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=5000)


class LinkToSerializer(serializers.Serializer[Any]):
    incident = serializers.CharField(max_length=20)


class ContactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
