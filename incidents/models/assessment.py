"""Severity by ENISA's method, version by version, and what a person made of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from incidents.models.incident import Incident
from incidents.models.standing import keeps_severity


class Level(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    VERY_HIGH = "very_high", "Very high"


class Assessment(models.Model):
    """One version of the severity; the newest counts."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="assessments")
    version = models.PositiveIntegerField()
    factors = models.JSONField()  # the choices made, as law.severity reads them
    dpc = models.DecimalField(max_digits=3, decimal_places=2)
    ei = models.DecimalField(max_digits=3, decimal_places=2)
    cb = models.DecimalField(max_digits=3, decimal_places=2)
    score = models.DecimalField(max_digits=4, decimal_places=2)
    computed = models.CharField(max_length=10, choices=Level)
    level = models.CharField(max_length=10, choices=Level)
    override_reason = models.TextField(blank=True)
    reasons = models.JSONField(default=list)  # sentences of the computation
    flags = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "version"], name="one_assessment_a_version"),
            models.CheckConstraint(
                condition=models.Q(level=models.F("computed")) | ~models.Q(override_reason=""),
                name="another_level_has_a_reason",
            ),
        ]
        triggers = [keeps_severity()]

    def __str__(self) -> str:
        return f"{self.level} ({self.score})"
