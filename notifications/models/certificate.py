"""What is kept so that anybody can check later what became of a notice, person by person, without the persons."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.references import new_reference
from notifications.models.notice import Notice


def certificate_reference() -> str:
    return new_reference("CER")


class Certificate(models.Model):
    """One state of a notice's deliveries: their numbers, and one hash over all of them that stands in the record."""

    reference = models.CharField(max_length=20, unique=True, default=certificate_reference)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="certificates")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: by itself, when the notice was finished
    covered_to = models.BigIntegerField(default=0)  # last delivery that is in a chunk
    counts = models.JSONField(default=dict)  # by fate
    leaves = models.PositiveIntegerField(default=0)
    root = models.CharField(max_length=64, blank=True)
    snapshot = models.JSONField(null=True)  # what the PDF is drawn from
    stored = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the PDF
    done_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="certificate_waiting")]

    def __str__(self) -> str:
        return self.reference


class CertificateChunk(models.Model):
    """A thousand deliveries as they were, and the root of their part of the tree."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.CASCADE, related_name="chunks", db_index=False
    )
    number = models.PositiveIntegerField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    root = models.BinaryField()
    entries = models.BinaryField()  # JSON, packed; nothing of a person

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["certificate", "number"], name="one_certificate_chunk_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}/{self.number}"
