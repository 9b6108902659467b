"""The personal address by which one supplier reports to us without an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.references import new_reference


def supplier_reference() -> str:
    return new_reference("SUP")


class SupplierLink(models.Model):
    """One address of one supplier; its code is shown once and kept as a hash."""

    reference = models.CharField(max_length=20, unique=True, default=supplier_reference)
    supplier = models.CharField(max_length=120)
    code_hash = models.BinaryField(unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)  # last report that came by it
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["supplier", "made_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.supplier
