"""What came back about a mail that the server had taken."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from notifications.lifecycle import Fate
from notifications.models.notice import Delivery


class BounceKind(models.TextChoices):
    HARD = "hard", "Will never arrive"
    SOFT = "soft", "Could not be delivered for now"
    DELAYED = "delayed", "Still being tried by the mail servers"
    AUTO = "auto", "Automatic answer"
    COMPLAINT = "complaint", "Marked as unwanted"
    UNCLEAR = "unclear", "Came back without a reason we can read"


class BounceSource(models.TextChoices):
    MAILBOX = "mailbox", "Mailbox for bounces"
    MAILDIR = "maildir", "Mail folder"
    INTAKE = "intake", "Mailbox that reports come to"
    WEBHOOK = "webhook", "Mail provider"


class Bounce(models.Model):
    """One report about one delivery, kept for good; the mail it stood in is not kept here."""

    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.CASCADE, related_name="bounces"
    )  # None: about no mail of ours
    event_key = models.BinaryField(unique=True)  # SHA-256 of the mail, or of the event's id: never told twice
    kind = models.CharField(max_length=9, choices=BounceKind)
    source = models.CharField(max_length=8, choices=BounceSource)
    status_code = models.CharField(max_length=12, blank=True)  # RFC 3463
    words = models.CharField(max_length=120, blank=True)  # the other server's, without addresses
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)  # None: the delivery is in flight, or unknown
    moved_to = models.CharField(max_length=10, choices=Fate, blank=True)  # what it made of the delivery

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["id"], condition=Q(settled_at=None, delivery__isnull=False), name="bounce_unsettled"
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.kind} {self.status_code}"
