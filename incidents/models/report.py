"""What somebody told us; the words stay as they came."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.references import report_reference
from incidents.lifecycle import ReportStatus
from incidents.models.incident import Incident


class Door(models.TextChoices):
    """The way by which a report came in."""

    STAFF = "staff", "Staff"
    PUBLIC = "public", "Public form"
    SUPPLIER = "supplier", "Supplier"
    MAILBOX = "mailbox", "Mailbox"
    API = "api", "API"
    MONITORING = "monitoring", "Monitoring"


class Report(models.Model):
    """One report. Contact details of an outsider are sealed under the organisation's key."""

    reference = models.CharField(max_length=20, unique=True, default=report_reference)
    door = models.CharField(max_length=12, choices=Door)
    status = models.CharField(max_length=10, choices=ReportStatus, default=ReportStatus.NEW)
    title = models.CharField("in one line", max_length=200)
    words = models.TextField("what happened")
    link = models.CharField("where it can be seen", max_length=500, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    sealed_contact = models.BinaryField(default=b"", blank=True)
    code_hash = models.BinaryField(default=b"", blank=True)
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates"
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["received_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=ReportStatus.PROMOTED) | Q(incident__isnull=False),
                name="promoted_has_an_incident",
            ),
            models.UniqueConstraint(
                fields=["code_hash"], condition=~Q(code_hash=b""), name="one_report_a_code"
            ),
        ]
        indexes = [models.Index(fields=["status", "received_at"], name="report_inbox")]

    def __str__(self) -> str:
        return self.reference

    @property
    def stream(self) -> str:
        return f"report:{self.pk}"
