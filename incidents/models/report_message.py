"""What is said about a report after it was filed: with the reporter, and among us."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.models.alert import MailState
from incidents.models.report import Report


class Said(models.TextChoices):
    IN = "in", "From the reporter"
    OUT = "out", "To the reporter"
    NOTE = "note", "Note, for staff alone"


class ReportMessage(models.Model):
    """One message. One to the reporter is a queued row where there is an address; only notifications sends it."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=4, choices=Said)
    text = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    by_mail = models.BooleanField(default=False)  # came in by mail
    other_sender = models.BooleanField(default=False)  # by mail, from another address than the reporter's
    mail_state = models.CharField(max_length=9, choices=MailState, blank=True)
    message_id = models.CharField(max_length=255, blank=True)  # of the mail, ours or theirs
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)  # not before; after a refusal for now
    lease_until = models.DateTimeField(null=True, blank=True)
    reply_code = models.CharField(max_length=16, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="out") | Q(mail_state=""), name="only_words_to_reporters_are_mailed"
            )
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(mail_state__in=["queued", "in_flight"]),
                name="report_mail_waits",
            ),
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="report_message_by_mail_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
