"""Questions people ask about an incident, and our answers; words and contact are sealed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.references import new_reference
from incidents.models import Incident
from stakeholders.lifecycle import InquiryStatus, SendState
from stakeholders.models.roster import Roster


def inquiry_reference() -> str:
    return new_reference("Q")


class Channel(models.TextChoices):
    WEB = "web", "Page of a notice"
    MAIL = "mail", "E-mail"
    PHONE = "phone", "Telephone"
    SOCIAL = "social", "Social media"
    POST = "post", "Letter"


class Topic(models.TextChoices):
    IS_IT_REAL = "is_it_real", "Is this notice real?"
    WHAT_HAPPENED = "what_happened", "What happened?"
    MY_DATA = "my_data", "Which of my data?"
    WHAT_TO_DO = "what_to_do", "What should I do?"
    RIGHTS = "rights", "Access, correction or erasure"
    COMPLAINT = "complaint", "Complaint or compensation"
    OTHER = "other", "Something else"


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def locked(self, inquiry: Inquiry) -> Inquiry:
        return self.select_for_update(of=("self",)).get(pk=inquiry.pk)

    def waiting(self) -> InquiryQuerySet:
        """Those somebody waits on us for."""
        return self.filter(status=InquiryStatus.OPEN)


class Inquiry(models.Model):
    """One person's question. Sealed under the roster's keys, or the organisation's while there is no roster."""

    reference = models.CharField(max_length=20, unique=True, default=inquiry_reference)
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="inquiries"
    )
    sealed_under = models.ForeignKey(
        Roster, null=True, blank=True, on_delete=models.PROTECT, related_name="inquiries"
    )
    party_id = models.BigIntegerField(null=True, blank=True)  # with `sealed_under`: who asks, when we know
    topic = models.CharField(max_length=16, choices=Topic, default=Topic.OTHER)
    channel = models.CharField(max_length=8, choices=Channel)
    status = models.CharField(max_length=10, choices=InquiryStatus, default=InquiryStatus.OPEN)
    sealed_contact = models.BinaryField(default=b"")  # see sealing.Contact
    by_mail = models.BooleanField(default=False)  # there is an address to answer to
    code_hash = models.BinaryField(default=b"")  # of the code that opens /q/<code>
    received_at = models.DateTimeField()
    waiting_since = models.DateTimeField()  # last word of the asker that has no answer yet
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = InquiryQuerySet.as_manager()

    class Meta:
        ordering = ["waiting_since"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["code_hash"], condition=~Q(code_hash=b""), name="one_inquiry_a_code"
            ),
            models.CheckConstraint(
                condition=Q(party_id=None) | Q(sealed_under__isnull=False), name="a_party_has_its_roster"
            ),
        ]
        indexes = [
            models.Index(fields=["waiting_since"], condition=Q(status="open"), name="inquiry_desk"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def stream(self) -> str:
        """Its incident's stream, else the organisation's."""
        return self.incident.stream if self.incident else "organisation"


class Direction(models.TextChoices):
    IN = "in", "Asked"
    OUT = "out", "Answered"


class InquiryMessage(models.Model):
    """One message of an inquiry. An answer by mail is a queued row; only notifications sends it."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="messages")
    tag = models.UUIDField(unique=True)  # what the body is sealed to
    direction = models.CharField(max_length=3, choices=Direction)
    sealed_body = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    send_state = models.CharField(max_length=10, choices=SendState, default=SendState.NONE, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)  # next try
    lease_until = models.DateTimeField(null=True, blank=True)
    owner = models.CharField(max_length=64, blank=True)
    reply_code = models.CharField(max_length=16, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(direction="out") | Q(send_state=""), name="only_answers_are_sent"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(send_state__in=["queued", "in_flight"]), name="answer_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.at:%Y-%m-%d %H:%M}"
