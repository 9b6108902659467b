"""Mail that came in, raw; each app claims its kind."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from incidents.models.report import Report


class Became(models.TextChoices):
    """What a mail became; empty while nobody has read it."""

    REPORT = "report", "A new report"
    REPLY = "reply", "Words on a report"
    JOINED = "joined", "Words on an earlier report of the same sender, who sent very many"
    AGAIN = "again", "Nothing: the same mail came before"
    AUTOMATIC = "automatic", "Nothing: an automatic reply"
    OWN = "own", "Nothing: our own mail"
    BOUNCE = "bounce", "Nothing for the inbox: it tells what became of a notice"
    NOTHING = "nothing", "Nothing: an automatic mail about no mail of ours"
    UNREADABLE = "unreadable", "A report that says so: it could not be read"


class InboundMail(models.Model):
    """One mail as it was received. Kept sealed, with its hash."""

    received_at = models.DateTimeField()
    message_id = models.CharField(max_length=998, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    sealed_raw = models.BinaryField()
    cut = models.BooleanField(default=False)  # longer than we take in; the mailbox has it whole
    sender_hash = models.BinaryField(
        default=b"", blank=True
    )  # keyed: who sends very many is known without a name
    claimed_as = models.CharField(max_length=24, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    report = models.ForeignKey(Report, null=True, blank=True, on_delete=models.PROTECT, related_name="mails")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["id"], condition=Q(claimed_at=None), name="inbound_unread"),
            models.Index(fields=["message_id"], name="inbound_by_message_id"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
