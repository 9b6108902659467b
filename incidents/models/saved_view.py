"""A name for what a person narrowed a list to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class ListName(models.TextChoices):
    """The lists that can be narrowed and named."""

    INCIDENTS = "incidents", "Incidents"
    ITEMS = "items", "Action items"
    INTAKE = "intake", "Intake"


class SavedView(models.Model):
    """A list as one person narrowed and ordered it, under a name; when shared, colleagues find it too."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    list = models.CharField(max_length=9, choices=ListName)
    name = models.CharField(max_length=60)
    query = models.JSONField(default=dict)  # parameters of the list's address
    shared = models.BooleanField(default=False)
    default = models.BooleanField(default=False)  # the list opens with it, for its owner
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "list", "name"], name="one_view_a_name"),
            models.UniqueConstraint(
                fields=["person", "list"], condition=Q(default=True), name="one_default_view_a_list"
            ),
        ]
        indexes = [models.Index(fields=["list", "name"], condition=Q(shared=True), name="view_shared")]

    def __str__(self) -> str:
        return self.name
