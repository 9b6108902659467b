"""When somebody last looked at an incident, so that the page can say what is new to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from incidents.models.incident import Incident


class LastLook(models.Model):
    """One row a person and incident. Positions are places in the incident's stream of the record."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="looks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField()
    position = models.PositiveBigIntegerField()  # where the stream stood then
    since = models.PositiveBigIntegerField()  # what came after this is new to them
    since_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "user"], name="one_look_each")]

    def __str__(self) -> str:
        return f"{self.incident_id}, {self.user_id}"


class DayRead(models.Model):
    """That somebody read of an incident on a day (UTC): the first time each day, whatever they read."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="days_read")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="days_read")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "user", "on"], name="one_reading_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}, {self.user_id}, {self.on}"
