"""Notes on an incident; privileged ones exist for counsel alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from incidents.models.incident import Incident


class Note(models.Model):
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    privileged = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # When what it tells of happened, if that was at another time than it was written.
    happened_at = models.DateTimeField(null=True, blank=True)
    # The entry of the timeline that it sets right, such as `note-17`; that entry stays as it is.
    corrects = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["incident", "corrects"], name="note_corrects")]

    def __str__(self) -> str:
        return f"Note of {self.at:%Y-%m-%d %H:%M}"
