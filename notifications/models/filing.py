"""A notification to an organisation that the law names: answers, frozen snapshot, PDF, submission, receipt."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.references import new_reference
from incidents.models import Incident, Obligation
from notifications.filings.lifecycle import ON_ITS_WAY, FilingStage, FilingStatus, Route

# What was declared stays as it was declared, whoever asks the database.
FROZEN_STAYS = """
    IF OLD.snapshot <> '' AND (NEW.snapshot <> OLD.snapshot OR NEW.snapshot_sha256 <> OLD.snapshot_sha256) THEN
        RAISE EXCEPTION 'a frozen snapshot is never changed';
    END IF;
    IF OLD.pdf_sha256 <> '' AND NEW.pdf_sha256 <> OLD.pdf_sha256 THEN
        RAISE EXCEPTION 'the hash of a drawn filing is never changed';
    END IF;
    RETURN NEW;
"""


def filing_reference() -> str:
    return new_reference("FIL")


class FilingQuerySet(models.QuerySet["Filing"]):
    def locked(self, filing: Filing) -> Filing:
        """The same filing read again under its row lock; commands decide on this."""
        return self.select_for_update(of=("self",)).select_related("incident", "obligation").get(pk=filing.pk)

    def due(self, now: datetime) -> FilingQuerySet:
        """Those that wait to be drawn and that no worker holds."""
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        return self.filter(free, status=FilingStatus.READY, next_try_at__lte=now).order_by(
            "next_try_at", "pk"
        )


class Filing(models.Model):
    """One report to one recipient about one obligation; frozen when a person declares it."""

    reference = models.CharField(max_length=20, unique=True, default=filing_reference)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="filings")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="filings")
    recipient_kind = models.CharField(max_length=32)
    authority_id = models.CharField(max_length=64, blank=True)
    recipient_name = models.CharField(max_length=200)
    stage = models.CharField(max_length=8, choices=FilingStage, default=FilingStage.INITIAL)
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    status = models.CharField(max_length=10, choices=FilingStatus, default=FilingStatus.DRAFT)
    answers = models.JSONField(
        default=dict, blank=True
    )  # key of a question to text; what is missing is not known
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    edited_at = models.DateTimeField()

    snapshot = models.TextField(blank=True, default="")  # canonical JSON: the PDF is drawn from it alone
    snapshot_sha256 = models.CharField(max_length=64, blank=True, default="")
    facts_hash = models.CharField(max_length=64, blank=True, default="")
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField(null=True, blank=True)

    owner = models.CharField(max_length=64, blank=True, default="")  # the worker that holds the row
    lease_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)  # nothing while a person must ask again
    error = models.CharField(max_length=500, blank=True, default="")

    pdf_file = models.CharField(max_length=100, blank=True, default="")  # name in the storage, random
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="")
    pdf_bytes = models.PositiveIntegerField(default=0)
    software = models.JSONField(default=dict, blank=True)  # with these versions the same bytes come again
    drawn_at = models.DateTimeField(null=True, blank=True)

    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    route = models.CharField(max_length=6, choices=Route, blank=True, default="")
    receipt = models.CharField("number of the receipt", max_length=100, blank=True, default="")
    receipt_file = models.CharField(max_length=100, blank=True, default="")
    receipt_name = models.CharField(max_length=150, blank=True, default="")
    receipt_sha256 = models.CharField(max_length=64, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(status__in=ON_ITS_WAY), name="one_filing_on_its_way"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"]) | ~Q(snapshot_sha256=""),
                name="filing_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["drawn", "submitted"]) | ~Q(pdf_sha256=""),
                name="drawn_filing_has_its_pdf",
            ),
            models.CheckConstraint(
                condition=~Q(status="submitted") | Q(submitted_at__isnull=False),
                name="submitted_filing_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(status="ready"), name="filing_to_draw")]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_stays", when=pgtrigger.Before, operation=pgtrigger.Update, func=FROZEN_STAYS
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def stream(self) -> str:
        return self.incident.stream

    @property
    def declared(self) -> dict[str, Any]:
        """The frozen snapshot as data; empty while it is a draft."""
        return json.loads(self.snapshot) if self.snapshot else {}

    @property
    def file_name(self) -> str:
        """What the downloaded PDF is called."""
        return f"{self.reference}.pdf"
