"""A report that somebody without an account has begun and not sent."""

from __future__ import annotations

from django.db import models


class ReportDraft(models.Model):
    """Answers so far, sealed by a code that only the reporter's browser holds: nobody here can read them."""

    code_hash = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    lapses_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Draft {self.pk}"
