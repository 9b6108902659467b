"""What tells one of our people that they are needed: on their day at once, and by mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.models.obligation import Obligation
from incidents.reminding import step_words


class Why(models.TextChoices):
    HAS_IT = "has_it", "has it"
    OWNER = "owner", "owner"
    STAND_IN = "stand_in", "stand-in"
    LEAD = "lead", "lead of the incident"
    LEADS = "leads", "lead role"
    ROLE = "role", "holds the role"
    NOBODY = "nobody", "privacy officer, for nobody else can be reached"


class MailState(models.TextChoices):
    QUEUED = "queued", "Mail waits"
    IN_FLIGHT = "in_flight", "Mail on its way"
    SENT = "sent", "Mail sent"
    FAILED = "failed", "Mail refused"
    UNCERTAIN = "uncertain", "Mail perhaps sent"
    DROPPED = "dropped", "No mail needed"


class Mailed(models.Model):
    """What an alert keeps of its mail."""

    at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    mail_state = models.CharField(max_length=9, choices=MailState, default=MailState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)  # not before; after a refusal for now
    lease_until = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    reply_code = models.CharField(max_length=16, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Alert(Mailed):
    """One step of one obligation told to one person, once."""

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="alerts")
    round = models.PositiveSmallIntegerField(default=0)
    step = models.PositiveSmallIntegerField()  # see `incidents.reminding`
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deadline_alerts"
    )
    why = models.CharField(max_length=8, choices=Why)
    clock_at = models.DateTimeField()  # the end of the clock as it was then

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "round", "step", "recipient"], name="one_alert_a_step_and_person"
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "id"],
                condition=Q(mail_state__in=["queued", "in_flight"]),
                name="alert_mail_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id}: {self.step_words}"

    @property
    def step_words(self) -> str:
        return step_words(self.step)
