"""Where on a platform the data, or the account, can be seen."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from incidents.models.incident import Incident


class Sighting(models.Model):
    """One account, post or list on one platform; still up until somebody says when it was taken down."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="sightings")
    platform = models.CharField(max_length=60)
    account = models.CharField("account or handle", max_length=200, blank=True)
    links = ArrayField(models.CharField(max_length=500), default=list)
    audience = models.CharField("who can see it", max_length=200, blank=True)
    reach = models.PositiveBigIntegerField("how many saw it", null=True, blank=True)
    first_seen_at = models.DateTimeField(null=True, blank=True)
    takedown_asked_at = models.DateTimeField(null=True, blank=True)
    takedown_reference = models.CharField(max_length=80, blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Entered by mistake: it stays to be seen, and counts no more.
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = [F("taken_down_at").desc(nulls_first=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_down_at=None)
                | Q(first_seen_at=None)
                | Q(taken_down_at__gte=F("first_seen_at")),
                name="sighting_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform}, {self.account}" if self.account else self.platform

    @property
    def still_up(self) -> bool:
        return self.taken_down_at is None and self.struck_at is None
