"""What law enforcement asked to wait with, and when that ended."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from incidents.models.incident import Incident


class RequestForm(models.TextChoices):
    WRITTEN = "written", "In writing"
    ORAL = "oral", "Orally"
    UNKNOWN = "unknown", "Not known"


class DelayRequest(models.Model):
    """A request of law enforcement not to tell yet; rules say what it stops, and for how long."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="delay_requests")
    agency = models.CharField(max_length=200)
    person = models.CharField(max_length=200, blank=True)  # who asked, there
    form = models.CharField(max_length=7, choices=RequestForm)
    scope = ArrayField(
        models.CharField(max_length=32), default=list
    )  # kinds of recipient that must wait; empty: all
    requested_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # as the request says
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.TextField(blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Entered by mistake: it stays to be seen, and stops nothing.
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_reason = models.TextField(blank=True)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("requested_at")), name="delay_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(lifted_at__gt=F("requested_at")),
                name="delay_lifted_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.agency
