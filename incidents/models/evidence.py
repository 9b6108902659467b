"""Evidence of an incident, uploads on their way to it, legal holds, and what came with a report."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.references import new_reference
from incidents.models.incident import Incident
from incidents.models.report import Report
from incidents.models.stored import StoredFile


def evidence_reference() -> str:
    return new_reference("EVD")


def upload_reference() -> str:
    return new_reference("UPL")


class Origin(models.TextChoices):
    UPLOAD = "upload", "File"
    CAPTURE = "capture", "Web capture"
    REPORT = "report", "With a report"


class Upload(models.Model):
    """A file on its way, part by part. It is no evidence before the last byte is here."""

    reference = models.CharField(max_length=20, unique=True, default=upload_reference)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="uploads")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="upload")
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    privileged = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.reference


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def locked(self, evidence: Evidence) -> Evidence:
        found = self.select_for_update(of=("self",)).select_related("incident", "file")
        return found.get(pk=evidence.pk)

    def with_hold(self, now: datetime) -> Self:
        """Each with `held`: whether a hold on it, or on all of its incident, is in force."""
        holds = LegalHold.objects.in_force(now).filter(incident=OuterRef("incident"))
        return self.annotate(held=Exists(holds.filter(Q(evidence=None) | Q(evidence=OuterRef("pk")))))


class Evidence(models.Model):
    """One thing kept to prove what happened. The row outlives its file: what was deleted stays known as such."""

    reference = models.CharField(max_length=20, unique=True, default=evidence_reference)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="evidence")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField("what it is", max_length=200)
    note = models.TextField("where it comes from", blank=True)
    origin = models.CharField(max_length=8, choices=Origin)
    privileged = models.BooleanField(default=False)
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    page_url = models.CharField("address of the page", max_length=2000, blank=True)
    page_account = models.CharField("account shown on it", max_length=200, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    # Nobody: it came with a report from outside.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    deleted_reason = models.TextField(blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "evidence"
        indexes = [models.Index(fields=["incident", "-at", "-id"], name="evidence_of_incident")]

    def __str__(self) -> str:
        return self.reference

    @property
    def stream(self) -> str:
        """Acts on a privileged file lie in a chain of their own, which no list or export of the ordinary one shows."""
        return f"counsel:{self.incident_id}" if self.privileged else f"incident:{self.incident_id}"


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def in_force(self, now: datetime) -> Self:
        return self.filter(Q(until=None) | Q(until__gt=now), released_at=None)


class LegalHold(models.Model):
    """A duty to keep: one file, or all evidence of the incident. Nothing under it is deleted."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="legal_holds")
    evidence = models.ForeignKey(
        Evidence, null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    reason = models.TextField()
    until = models.DateTimeField(null=True, blank=True)  # none: until somebody releases it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_reason = models.TextField(blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Hold {self.pk}"

    def is_in_force(self, now: datetime) -> bool:
        return self.released_at is None and (self.until is None or self.until > now)


class Attachment(models.Model):
    """A file that came with a report. Once the report is taken up it is evidence too, of the same stored file."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="attachments")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="attachment")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Attachment {self.pk}"
