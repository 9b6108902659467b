"""One text to one segment of the people affected."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.references import new_reference
from incidents.models import Incident, Obligation
from notifications.lifecycle import PENDING, STARTED, Fate, NoticeStatus
from notifications.models.template import Channel, TemplateVersion


class UncertainPolicy(models.TextChoices):
    """What happens with a delivery whose answer was lost."""

    RESEND = "resend", "Send again, with the same Message-ID"
    PARK = "park", "Park for a person"


def notice_reference() -> str:
    return new_reference("NOT")


def default_policy() -> str:
    return str(settings.UNCERTAIN_POLICY)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def locked(self, notice: Notice) -> Notice:
        """The same notice read again under its row lock; commands decide on this."""
        return self.select_for_update(of=("self",)).select_related("incident").get(pk=notice.pk)

    def started(self) -> NoticeQuerySet:
        return self.filter(status__in=STARTED)


class Notice(models.Model):
    """A notice: its own text, whom it is for, who wrote and who approved it, and how far it got."""

    reference = models.CharField(max_length=20, unique=True, default=notice_reference)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notices")
    source = models.ForeignKey(
        TemplateVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    language = models.CharField(max_length=12, default="en")
    title = models.CharField(max_length=120)  # ours, not shown to people
    subject = models.CharField(max_length=200)
    body = models.TextField()
    letter = models.TextField(blank=True, default="")  # Markdown; empty: the words of the mail
    sms = models.CharField(max_length=1_600, blank=True, default="")  # plain words; empty: no text message
    statement = models.JSONField(
        default=dict
    )  # what happened, consequences, measures, advice: mail and public page
    # Versions of shared blocks, from the request for approval on; null: the newest count.
    blocks = ArrayField(models.BigIntegerField(), null=True, blank=True)
    segment = models.JSONField(default=dict)  # places, languages, elements; an empty list means all
    from_address = models.CharField(max_length=200, blank=True)
    reply_to = models.CharField(max_length=200, blank=True)
    uncertain_policy = models.CharField(max_length=6, choices=UncertainPolicy, default=default_policy)
    # Findings on the text that a named person lets stand, by their key: who, when, why.
    accepted = models.JSONField(default=dict)
    serves = models.ManyToManyField(Obligation, blank=True, related_name="notices")
    status = models.CharField(max_length=10, choices=NoticeStatus, default=NoticeStatus.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    writers = ArrayField(models.BigIntegerField(), default=list)  # everybody who had a hand in the text
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    returned_reason = models.TextField(blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)  # SHA-256 of `compiled`
    compiled = models.JSONField(
        null=True, blank=True
    )  # slots, as approved; what is sent comes from here alone
    secret = models.BinaryField(default=b"")  # sealed; page codes and Message-IDs are derived from it
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    scheduled_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    first_noted_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=160, blank=True, default="")  # why the relay does not take mail now
    # The last party who has a delivery; null before the start, and when everybody has one.
    queued_to = models.BigIntegerField(null=True, blank=True)
    # Changed in the transaction that settles deliveries; what is left of the total is pending.
    total = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    dropped = models.PositiveIntegerField(default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("author")), name="notice_approver_is_another"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "sending", "paused", "finished"])
                | (Q(approved_by__isnull=False) & ~Q(text_hash="") & Q(compiled__isnull=False)),
                name="notice_goes_out_as_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["scheduled_at"], condition=Q(status="sending"), name="notice_sending")
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def pending(self) -> int:
        """Deliveries that something still happens to by itself."""
        return self.total - self.sent - self.refused - self.held - self.dropped

    @property
    def stream(self) -> str:
        return self.incident.stream

    def chosen(self, kind: str) -> list[Any]:
        """The places, languages or elements the segment is narrowed to."""
        return list(self.segment.get(kind, []))


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def pending(self) -> DeliveryQuerySet:
        return self.filter(state__in=PENDING)


class Delivery(models.Model):
    """One notice to one party: the row that is the queue, and the proof."""

    # Few indexes: each mail writes into all of them twice. The fate's begins with the notice.
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    roster_id = models.BigIntegerField()
    party_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=Fate, default=Fate.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    owner = models.CharField(max_length=64, blank=True, default="")  # the journal that knows of this try
    lease_until = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=128, blank=True, default="")
    dated_at = models.DateTimeField(null=True, blank=True)  # Date of the mail; a second try carries the same
    reply_code = models.PositiveSmallIntegerField(null=True, blank=True)
    reply_text = models.CharField(max_length=120, blank=True, default="")  # without addresses
    next_try_at = models.DateTimeField(null=True, blank=True)
    uncertain_at = models.DateTimeField(null=True, blank=True)  # an answer was lost once
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    mail_domain_key = models.UUIDField(null=True, blank=True)
    code_hash = models.BinaryField(null=True, blank=True)  # of the page code, known from the first try on
    first_read_on = models.DateField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["roster_id", "party_id", "notice"], name="one_delivery_a_party"),
            models.UniqueConstraint(
                fields=["code_hash"], condition=Q(code_hash__isnull=False), name="one_delivery_a_code"
            ),
        ]
        indexes = [
            models.Index(fields=["notice", "id"], condition=Q(state="queued"), name="delivery_queued"),
            models.Index(
                fields=["notice", "next_try_at"], condition=Q(state="deferred"), name="delivery_deferred"
            ),
            models.Index(fields=["owner"], condition=Q(state="in_flight"), name="delivery_in_flight"),
            models.Index(fields=["notice", "state", "id"], name="delivery_fate"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.party_id}: {self.state}"


class MailDomain(models.Model):
    """A mail domain (by its keyed hash) that asked us to slow down."""

    key = models.UUIDField(primary_key=True)
    strikes = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.key)


class Pace(models.Model):
    """Until when the mails of one relay or one mail domain are given out; see `notifications.pace`."""

    key = models.UUIDField(primary_key=True)
    free_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.key)


class DrillMail(models.Model):
    """What a drill would have sent: kept here, for a drill's mail opens no socket."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="drill_mails")
    at = models.DateTimeField()
    subject = models.CharField(max_length=998)
    size = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.size}"
