"""Evidence, uploads and holds."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents import queries
from incidents.api.shapes.base import MOST_REASON, AnyObject, Instant, Shape
from incidents.models import Evidence


def _line(**more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=200, required=False, default="", allow_blank=True, **more)


class EvidenceOut(Shape):
    reference = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField()
    origin = serializers.CharField()
    file = serializers.CharField(source="file.name", help_text="As its sender called it.")
    kind = serializers.CharField(source="file.kind", help_text="Told from its content; empty: unknown.")
    bytes = serializers.IntegerField(source="file.size")
    sha256 = serializers.CharField(source="file.sha256")
    scan = serializers.CharField(source="file.scan_state")
    scan_words = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.email", default=None)
    report = serializers.CharField(source="report.reference", default=None)
    page_url = serializers.CharField()
    page_account = serializers.CharField()
    captured_at = serializers.DateTimeField(allow_null=True)
    privileged = serializers.BooleanField()
    held = serializers.BooleanField(help_text="Under a legal hold.")
    checked_at = serializers.DateTimeField(source="file.checked_at")
    differs_since = serializers.DateTimeField(
        source="file.differs_since", allow_null=True, help_text="It is no longer what came."
    )
    deleted_at = serializers.DateTimeField(allow_null=True)
    deleted_reason = serializers.CharField()

    def get_scan_words(self, evidence: Evidence) -> str:
        return queries.scan_words(evidence.file)


class CustodyOut(Shape):
    at = serializers.DateTimeField(source="event.at")
    verb = serializers.CharField(source="event.verb")
    words = serializers.CharField()
    by = serializers.CharField(source="event.actor_label")
    reason = serializers.CharField()


class EvidenceDetailOut(EvidenceOut):
    custody = CustodyOut(many=True, help_text="Every act on it, the first one first.")


class EvidenceIn(Shape):
    file = serializers.FileField(allow_empty_file=True)
    title = _line()
    note = serializers.CharField(max_length=MOST_REASON, required=False, default="", allow_blank=True)
    privileged = serializers.BooleanField(required=False, default=False)


class UploadIn(Shape):
    name = serializers.CharField(max_length=255)
    size = serializers.IntegerField(min_value=1, max_value=1 << 50, help_text="Bytes that will come.")
    title = _line()
    note = serializers.CharField(max_length=MOST_REASON, required=False, default="", allow_blank=True)
    privileged = serializers.BooleanField(required=False, default=False)


class UploadOut(Shape):
    reference = serializers.CharField()
    name = serializers.CharField(source="file.name")
    size = serializers.IntegerField(source="file.expected")
    offset = serializers.IntegerField(source="file.size", help_text="Bytes that are here; go on from there.")
    part_size = serializers.SerializerMethodField(help_text="The most that one part may hold.")
    lapses_at = serializers.DateTimeField(source="file.lapses_at")

    def get_part_size(self, upload: object) -> int:
        from accounts.sealed_files import PART_BYTES

        return PART_BYTES


class CaptureIn(Shape):
    page_url = serializers.CharField(max_length=2000)
    page_account = _line()
    title = serializers.CharField(max_length=200)
    captured_at = Instant()
    words = serializers.CharField(
        max_length=500_000, trim_whitespace=False, help_text="Text or source of the page, kept as words."
    )
    note = serializers.CharField(max_length=MOST_REASON, required=False, default="", allow_blank=True)
    privileged = serializers.BooleanField(required=False, default=False)


class DownloadIn(Shape):
    confirmed = serializers.BooleanField(
        required=False, default=False, help_text="Asked for a file that was not scanned."
    )
    reason = serializers.CharField(
        max_length=MOST_REASON,
        required=False,
        default="",
        allow_blank=True,
        help_text="Asked of a privacy officer for an infected file.",
    )


class ShownOut(Shape):
    words = serializers.CharField(allow_blank=True, help_text="Its beginning, of a file of words.")
    picture = serializers.CharField(allow_blank=True, help_text="A JPEG drawn anew, in base64.")


class CheckedOut(Shape):
    same = serializers.BooleanField(help_text="Whether it is still what came.")
    sha256 = serializers.CharField(help_text="As it came.")


class HoldIn(Shape):
    reason = serializers.CharField(max_length=MOST_REASON)
    until = Instant(required=False, allow_null=True, default=None)


class HoldOut(Shape):
    id = serializers.IntegerField()
    evidence = serializers.CharField(
        source="evidence.reference", default=None, help_text="None: all evidence of the incident."
    )
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField()
    at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)
    released_by = serializers.CharField(allow_null=True)
    released_reason = serializers.CharField()


class PrivilegedIn(Shape):
    privileged = serializers.BooleanField()
    reason = serializers.CharField(max_length=MOST_REASON)


class ManifestOut(Shape):
    files = serializers.ListField(child=AnyObject())


class AttachmentOut(Shape):
    id = serializers.IntegerField()
    file = serializers.CharField(source="file.name")
    kind = serializers.CharField(source="file.kind")
    bytes = serializers.IntegerField(source="file.size")
    sha256 = serializers.CharField(source="file.sha256")
    scan = serializers.CharField(source="file.scan_state")
    at = serializers.DateTimeField()
