"""An import of affected parties: the file, how its columns are read, and what came of each line."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from stakeholders.lifecycle import ImportState
from stakeholders.models.mapping import SavedMapping
from stakeholders.models.roster import Roster


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def locked(self, job: RosterImport) -> RosterImport:
        return self.select_for_update(of=("self",)).get(pk=job.pk)


class RosterImport(models.Model):
    """One file. The row is the queue: a worker claims it, reads on from `position`, and may die at any time."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="imports")
    sealed_name = models.BinaryField(default=b"")  # of the file: it can name people
    stored = models.CharField(max_length=200)  # name in the storage; sealed with the roster's key
    sha256 = models.CharField(max_length=64)  # of the file as it was uploaded
    size = models.PositiveBigIntegerField()  # bytes of its text in clear
    dialect = models.JSONField(default=dict)  # encoding, delimiter, has_header: guessed, may be corrected
    mapping = models.JSONField(default=dict)  # column number -> field, as importing.plan reads it
    defaults = models.JSONField(default=dict)  # elements, country, language, addressee where no column says
    saved_mapping = models.ForeignKey(  # that matched the columns
        SavedMapping, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    position = models.PositiveBigIntegerField(default=0)  # lines of the file that are settled
    bytes_read = models.PositiveBigIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0)  # same person: something new was learnt
    unchanged = models.PositiveIntegerField(default=0)  # same person: nothing new
    refused = models.PositiveIntegerField(default=0)
    read_before = models.PositiveIntegerField(default=0)  # when it was started or resumed; for the rate
    bytes_before = models.PositiveBigIntegerField(default=0)
    claimed_by = models.CharField(max_length=64, blank=True)
    lapses_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=32, blank=True)  # code of importing.reasons
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RosterImportQuerySet.as_manager()
    file_name = ""  # in clear; set by queries.with_names

    class Meta:
        ordering = ["-uploaded_at"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["uploaded_at"], condition=Q(state__in=["queued", "running"]), name="import_due"
            ),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk}"

    @property
    def reference(self) -> str:
        """What the record calls it; file names can hold names of people."""
        return f"import {self.pk}"

    @property
    def may_be_matched(self) -> bool:
        """Whether its columns can still be said otherwise: not once people came in by them, but for a failure."""
        return self.state in (ImportState.UPLOADED, ImportState.FAILED) or (
            self.state == ImportState.CANCELLED and not self.position
        )

    @property
    def is_waiting(self) -> bool:
        """Whether a worker still has to do with it."""
        return self.state in (ImportState.QUEUED, ImportState.RUNNING)


class RosterReject(models.Model):
    """Why one line was refused. The line itself stays in the sealed file."""

    source = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="rejects")
    line = models.PositiveIntegerField()
    field = models.CharField(max_length=24, blank=True)
    code = models.CharField(max_length=32)

    class Meta:
        ordering = ["line"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["source", "line"], name="one_reject_a_line")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.code}"
