"""Public statements: the substitute notice for people whom nothing else reaches."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import get_random_string

from accounts.references import new_reference
from incidents.models import Incident, Obligation


class StatementStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


def statement_reference() -> str:
    return new_reference("STA")


def new_slug() -> str:
    """Part of a public address: tells nothing of the incident, and cannot be guessed before it is published."""
    return get_random_string(10, "abcdefghjkmnpqrstuvwxyz23456789")


class PublicStatement(models.Model):
    """One statement of an incident at an address of its own."""

    reference = models.CharField(max_length=20, unique=True, default=statement_reference)
    slug = models.CharField(max_length=20, unique=True, default=new_slug)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="statements")
    obligation = models.ForeignKey(
        Obligation, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )
    title = models.CharField(max_length=150)
    words = models.TextField()  # Markdown
    language = models.CharField(max_length=12, default="en")
    status = models.CharField(max_length=9, choices=StatementStatus, default=StatementStatus.DRAFT)
    unreachable = models.PositiveIntegerField(default=0)  # when it was published
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("written_by")),
                name="statement_publisher_is_another",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def url(self) -> str:
        return f"{settings.PUBLIC_URL}/status/{self.slug}"
