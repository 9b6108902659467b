"""Erasing the people of an incident: proposed by one, signed by another, done at once or on a day."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from stakeholders.models.roster import Roster


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def open(self) -> ErasureQuerySet:
        return self.filter(done_at=None, withdrawn_at=None)

    def due(self, *, today: date) -> ErasureQuerySet:
        """Signed by two, and its day has come."""
        return self.open().filter(signed_at__isnull=False, due_on__lte=today)


class Erasure(models.Model):
    """That a roster's keys are to be destroyed, on which day, and who said so."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="erasures")
    due_on = models.DateField(null=True, blank=True)  # none: as soon as the second person signs
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["roster"], condition=Q(done_at=None, withdrawn_at=None), name="one_erasure_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("by")), name="erasure_signed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"Erasure {self.pk}"

    @property
    def reference(self) -> str:
        """What the record calls it."""
        return f"erasure of roster {self.roster_id}"
