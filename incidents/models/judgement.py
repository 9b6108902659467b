"""What a person found where a rule leaves it to judgement. Rows are replaced, never edited: history stays."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from incidents.models.facts import CURRENT
from incidents.models.incident import Incident


class Judgement(models.Model):
    """Whether one condition of one rule holds here, and why; without an answer it is open again."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="judgements")
    key = models.CharField(max_length=160)  # `judged.<rule>/<condition>`
    text = models.TextField()  # the condition, in the words of the rule
    held = models.BooleanField(null=True)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "key"], condition=CURRENT, name="one_judgement_a_condition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.held}"
