"""A file that somebody gave us, sealed at rest: evidence and attachments stand on it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.sealed_files import SealedFolder
from incidents.files import kinds


class ScanState(models.TextChoices):
    WAITING = "waiting", "Waits for the virus scan"
    SCANNING = "scanning", "Being scanned"
    CLEAN = "clean", "No virus found"
    INFECTED = "infected", "Virus found"
    TOO_LARGE = "too_large", "Not scanned: larger than the scanner takes"


class PreviewState(models.TextChoices):
    NONE = "none", "No picture"
    WAITING = "waiting", "Picture waits to be drawn"
    DRAWING = "drawing", "Picture being drawn"
    READY = "ready", "Picture drawn"
    FAILED = "failed", "No picture could be drawn"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def locked(self, file: StoredFile) -> StoredFile:
        return self.select_for_update(of=("self",)).get(pk=file.pk)

    def whole(self) -> Self:
        """Arrived to the last byte, and not destroyed since."""
        return self.filter(completed_at__isnull=False, erased_at=None)

    def to_scan(self, now: datetime) -> Self:
        waits = Q(scan_state=ScanState.WAITING) & (Q(due_at=None) | Q(due_at__lte=now))
        return self.whole().filter(waits | Q(scan_state=ScanState.SCANNING, lease_until__lt=now))

    def to_draw(self, now: datetime, *, scanner: bool) -> Self:
        """Pictures that wait; where there is a scanner, it has its say first."""
        waits = Q(preview_state=PreviewState.WAITING)
        waits |= Q(preview_state=PreviewState.DRAWING, lease_until__lt=now)
        found = self.whole().filter(waits)
        return found.filter(scan_state__in=[ScanState.CLEAN, ScanState.TOO_LARGE]) if scanner else found

    def to_check(self, *, before: datetime) -> Self:
        """Whose hash was not computed again since `before`."""
        return self.whole().filter(checked_at__lt=before, lapses_at=None)

    def to_tell(self) -> Self:
        """No longer what came, and nobody was told of it yet."""
        return self.whole().filter(differs_since__isnull=False, told_at=None)

    def lapsed(self, now: datetime) -> Self:
        return self.filter(lapses_at__lt=now, erased_at=None)


class StoredFile(models.Model):
    """One file. While `lapses_at` is set nobody has it yet: half an upload, or an attachment of a report not sent."""

    folder = models.CharField(max_length=80, unique=True)
    wrapped_key = models.BinaryField()
    name = models.CharField(max_length=200)  # as its sender called it; shown as words, never a place
    expected = models.BigIntegerField(null=True, blank=True)  # bytes that were announced
    size = models.BigIntegerField(default=0)  # bytes that are here
    sha256 = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=8, blank=True)  # of `files.kinds`; empty: unknown type
    completed_at = models.DateTimeField(null=True, blank=True)
    lapses_at = models.DateTimeField(null=True, blank=True)
    scan_state = models.CharField(max_length=9, choices=ScanState, default=ScanState.WAITING)
    scan_finding = models.CharField(max_length=120, blank=True)
    scan_tries = models.PositiveSmallIntegerField(default=0)
    scanned_at = models.DateTimeField(null=True, blank=True)
    preview_state = models.CharField(max_length=7, choices=PreviewState, default=PreviewState.NONE)
    preview_place = models.CharField(max_length=120, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # not before; after a scanner that did not answer
    lease_until = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)  # its hash was last computed
    differs_since = models.DateTimeField(null=True, blank=True)  # it is no longer what came
    told_at = models.DateTimeField(null=True, blank=True)  # people were told of that by mail
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(completed_at=None) | ~Q(sha256=""), name="whole_file_has_its_hash"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(wrapped_key=b""), name="erased_file_has_no_key"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(scan_state__in=["waiting", "scanning"], erased_at=None),
                name="file_to_scan",
            ),
            models.Index(
                fields=["id"], condition=Q(preview_state__in=["waiting", "drawing"]), name="file_to_draw"
            ),
            models.Index(fields=["checked_at"], condition=Q(erased_at=None), name="file_to_check"),
            models.Index(fields=["lapses_at"], condition=Q(lapses_at__isnull=False), name="file_lapses"),
        ]

    def __str__(self) -> str:
        return f"File {self.pk}"

    @property
    def kind_words(self) -> str:
        return kinds.label_of(self.kind)

    @property
    def is_image(self) -> bool:
        return self.kind in kinds.BY_KEY and kinds.BY_KEY[self.kind].image

    @property
    def is_words(self) -> bool:
        return self.kind in kinds.BY_KEY and kinds.BY_KEY[self.kind].words

    def opened(self) -> SealedFolder:
        """Its parts with their key; `CannotUnseal` when it was erased."""
        return SealedFolder(self.folder, self.wrapped_key)


class FilePart(models.Model):
    """A piece of a file as it lies in the storage; written once."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    place = models.CharField(max_length=120)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["file", "number"]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="one_part_a_number")]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.number}"
