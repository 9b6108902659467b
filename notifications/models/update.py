"""What is said on the page of a notice after it went out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from notifications.models.notice import Notice


class NoticeUpdate(models.Model):
    """A dated addition to the public page: the notice itself stays as it was approved and sent."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="updates")
    text = models.TextField()  # Markdown, as in a statement
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-published_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("written_by")),
                name="update_published_by_another",
            ),
            models.UniqueConstraint(
                fields=["notice"], condition=Q(published_at=None), name="one_update_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"Update of {self.notice_id}"
