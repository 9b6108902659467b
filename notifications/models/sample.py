"""A test mail of a notice to one of our own people, before anybody else reads it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from incidents.models.alert import Mailed
from notifications.models.notice import Notice


class SampleMail(Mailed):
    """A notice as a made-up person would get it, on its way to a colleague."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="samples")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["id"], condition=models.Q(mail_state="queued"), name="sample_waits")]

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.recipient_id}: {self.mail_state}"
