"""Letters to people whom no mail reaches: a run, its batches (the rows that are the queue), one row a letter."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.references import new_reference
from notifications.models.notice import Delivery, Notice


class Paper(models.TextChoices):
    """Where the address stands, so that the window of the envelope shows it."""

    DIN = "din", "A4, window on the left (DIN 5008 form B, C6/5 and DL envelopes)"
    US = "us", "US Letter, #10 window envelope"


class LetterStatus(models.TextChoices):
    DRAWING = "drawing", "Being made"
    READY = "ready", "Ready to print"
    POSTED = "posted", "Handed over to the post"
    CANCELLED = "cancelled", "Cancelled"


def run_reference() -> str:
    return new_reference("LET")


class LetterRun(models.Model):
    """Letters of one notice to all who had an address and no working e-mail when it was made."""

    reference = models.CharField(max_length=20, unique=True, default=run_reference)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="letter_runs")
    paper = models.CharField(max_length=3, choices=Paper, default=Paper.DIN)
    duplex = models.BooleanField(default=False)
    status = models.CharField(max_length=9, choices=LetterStatus, default=LetterStatus.DRAWING)
    dated_on = models.DateField()  # as it stands on the letters
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    compiled = models.JSONField()  # the approved words, one form for each kind of person
    text_hash = models.CharField(max_length=64)
    letters = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    posted_on = models.DateField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)  # when somebody said so
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    receipt = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.reference


class LetterBatch(models.Model):
    """Some letters that become one file, sealed under the roster's key."""

    run = models.ForeignKey(LetterRun, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()  # numbers of letters
    last = models.PositiveIntegerField()
    done_at = models.DateTimeField(null=True, blank=True)
    owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    stored = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the PDF
    size = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_letter_batch_a_number")]
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="letter_batch_waiting")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"

    @property
    def file_name(self) -> str:
        return f"letters-{self.number:04}.pdf"


class Letter(models.Model):
    """One letter: its number on the paper, its place in the file, and whether it came back."""

    run = models.ForeignKey(LetterRun, on_delete=models.PROTECT, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="letters")
    first_page = models.PositiveIntegerField(default=0)  # in its file
    pages = models.PositiveSmallIntegerField(default=0)
    returned_on = models.DateField(null=True, blank=True)
    returned_why = models.CharField(max_length=40, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_letter_a_number")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"
