"""How incidents belong together: links, and one merged into another."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from incidents.models.incident import Incident


class LinkKind(models.TextChoices):
    RELATED = "related", "Related"
    SAME_CAUSE = "same_cause", "Has the same cause"
    FOLLOWS = "follows", "Follows from"
    SPLIT = "split", "Split off from"


# The same link, read from the other side.
OTHER_WAY = {
    LinkKind.RELATED: "Related",
    LinkKind.SAME_CAUSE: "Has the same cause",
    LinkKind.FOLLOWS: "Led to",
    LinkKind.SPLIT: "Split into",
}


class IncidentLink(models.Model):
    """Two incidents that belong together; told only to whoever may see both."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="links_here")
    kind = models.CharField(max_length=10, choices=LinkKind)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "other"], condition=Q(ended_at=None), name="one_link_of_two"
            ),
            models.CheckConstraint(condition=~Q(incident=F("other")), name="link_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.other_id}"


class IncidentMerge(models.Model):
    """One incident closed into another, with what is needed to undo it."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="merges")
    into = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    status_before = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(undone_at=None), name="merged_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} into {self.into_id}"
