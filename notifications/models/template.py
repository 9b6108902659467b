"""Texts to start a notice from, version by version, in one language each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications.lifecycle import VersionStatus


class Purpose(models.TextChoices):
    HIGH_RISK = "high_risk", "Breach with a high risk to people (GDPR Art. 34 and alike)"
    GENERAL = "general", "Breach, general"
    UPDATE = "update", "Further facts after an earlier notice"


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"


class NoticeTemplate(models.Model):
    """A kind of notice that is written before it is needed."""

    name = models.CharField(max_length=120, unique=True)
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.GENERAL)
    description = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """One text of a template: never changed once written; a later version takes its place."""

    template = models.ForeignKey(NoticeTemplate, on_delete=models.CASCADE, related_name="versions")
    language = models.CharField(max_length=12)  # BCP 47
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    body = models.TextField()  # Markdown with Liquid fields; both parts of the mail are drawn from it
    statement = models.JSONField(default=dict)  # suggested words for the statement, by its keys
    remark = models.CharField(max_length=200, blank=True)  # such as "draft for counsel"
    status = models.CharField(max_length=10, choices=VersionStatus, default=VersionStatus.DRAFT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["template", "language", "-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["template", "language", "channel", "number"], name="one_template_version_a_number"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(by=None) | ~Q(approved_by=models.F("by")),
                name="template_approver_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} · {self.language} · {self.number}"
