"""How the columns of a file were matched, kept under a name for the next file of the same kind."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SavedMapping(models.Model):
    """What headings mean in the files of one system. Holds headings and choices, never a line of a file."""

    name = models.CharField(max_length=80, unique=True)
    targets = models.JSONField(default=dict)  # heading as importing.columns.slug -> field
    defaults = models.JSONField(default=dict)  # elements, country, language, addressee where no column says
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """What the record calls it."""
        return f"columns {self.pk}"
