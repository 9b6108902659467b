"""What somebody told us; the words stay as they came."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from accounts.references import report_reference
from incidents.lifecycle import ReportStatus
from incidents.models.incident import Incident, ViolationType
from incidents.models.supplier_link import SupplierLink


class Door(models.TextChoices):
    """The way by which a report came in."""

    STAFF = "staff", "Staff"
    PUBLIC = "public", "Public form"
    SUPPLIER = "supplier", "Supplier"
    MAILBOX = "mailbox", "Mailbox"
    API = "api", "API"
    MONITORING = "monitoring", "Monitoring"


class Whose(models.TextChoices):
    """Whose data it is about, as the reporter sees it."""

    OWN = "own", "Mine"
    OTHER = "other", "Somebody else's"
    MANY = "many", "Many people's"
    UNKNOWN = "unknown", "I do not know"


class Guess(models.IntegerChoices):
    """How grave it sounds before anybody has looked: orders the inbox and is no assessment."""

    LOW = 1, "Sounds small"
    MEDIUM = 2, "May be serious"
    HIGH = 3, "Sounds serious"


class Report(models.Model):
    """One report. Contact details of an outsider are sealed under the organisation's key."""

    reference = models.CharField(max_length=20, unique=True, default=report_reference)
    door = models.CharField(max_length=12, choices=Door)
    status = models.CharField(max_length=10, choices=ReportStatus, default=ReportStatus.NEW)
    title = models.CharField("in one line", max_length=200)
    words = models.TextField("what happened")
    link = models.CharField("where it can be seen", max_length=500, blank=True)
    violation = models.CharField("kind", max_length=24, choices=ViolationType, default=ViolationType.UNKNOWN)
    whose = models.CharField("whose data", max_length=8, choices=Whose, default=Whose.UNKNOWN)
    guess = models.PositiveSmallIntegerField(choices=Guess, default=Guess.MEDIUM)
    # Addresses, accounts and hashes found in the words, in one spelling: what other reports may share.
    marks = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    # The first deadline there could be if this were a breach, and under which law it was asked.
    could_be_due_at = models.DateTimeField(null=True, blank=True)
    could_be_due_by = models.CharField(max_length=300, blank=True)
    asked_law = models.CharField(max_length=64, blank=True)
    reporter = models.ForeignKey(  # an index below begins with it
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    asked_at = models.DateTimeField(null=True, blank=True)  # the reporter's words that wait for an answer
    supplier = models.ForeignKey(
        SupplierLink, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
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
    # When it stands in the inbox again: put off while new, or dismissed until a day or until more like it came.
    returns_at = models.DateTimeField(null=True, blank=True)
    returns_after = models.PositiveSmallIntegerField(null=True, blank=True)

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
        indexes = [
            models.Index(fields=["status", "received_at"], name="report_inbox"),
            models.Index(fields=["reporter", "-received_at"], name="report_of_reporter"),
            models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="report_to_answer"),
            GinIndex(fields=["marks"], name="report_marks"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def stream(self) -> str:
        return f"report:{self.pk}"
