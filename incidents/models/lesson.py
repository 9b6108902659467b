"""What comes of an incident once it is dealt with: improvements, whether they held, and how the team saw it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.models.incident import Incident


class Held(models.TextChoices):
    YES = "yes", "Yes"
    PARTLY = "partly", "In part"
    NO = "no", "No"


class Improvement(models.Model):
    """Something that will be better; it outlives the closing of its incident."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="improvements")
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="improvements")
    due_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(done_at=None), name="improvement_open")
        ]

    def __str__(self) -> str:
        return self.text


class ReviewCheck(models.Model):
    """A later look at whether the improvements held."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="checks")
    due_on = models.DateField()
    held = models.CharField(max_length=6, choices=Held)
    words = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.get_held_display()}, {self.due_on}"


class TeamFeedback(models.Model):
    """How one of the team saw the work; shown to others without a name, and only among several."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="feedback")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    knew = models.CharField(max_length=6, choices=Held)
    helped = models.TextField(blank=True)
    change = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "by"], name="one_feedback_each")]

    def __str__(self) -> str:
        return f"Feedback {self.pk}"
