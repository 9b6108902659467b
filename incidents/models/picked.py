"""Systems that an incident concerns, picked from the register."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from incidents.models.incident import Incident
from policies.models import System


class Answer(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Not here"


class PickedSystem(models.Model):
    """One system of one incident, and what was answered to what the register proposes."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="picked_systems")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    elements = models.CharField(max_length=8, choices=Answer, blank=True)
    people = models.CharField(max_length=8, choices=Answer, blank=True)

    class Meta:
        ordering = ["system__name"]
        constraints = [models.UniqueConstraint(fields=["incident", "system"], name="system_picked_once")]

    def __str__(self) -> str:
        return str(self.system)
