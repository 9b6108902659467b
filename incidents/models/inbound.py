"""Mail that came in, raw; each app claims its kind."""

from __future__ import annotations

from django.db import models


class InboundMail(models.Model):
    """One mail as it was received. Kept as the storage's name and hash, not as text."""

    received_at = models.DateTimeField()
    message_id = models.CharField(max_length=998, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    sealed_raw = models.BinaryField()
    claimed_as = models.CharField(max_length=24, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.sha256[:12]
