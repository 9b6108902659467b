"""Texts to start a notice from, version by version, in one language each."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from law.vocabulary import DATA_ELEMENTS
from notifications.blocks import NAME
from notifications.lifecycle import VersionStatus

PLACE: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


class Purpose(models.TextChoices):
    HIGH_RISK = "high_risk", "Breach with a high risk to people (GDPR Art. 34 and alike)"
    GENERAL = "general", "Breach, general"
    UPDATE = "update", "Further facts after an earlier notice"
    US_STATE = "us_state", "Breach, under the law of a US state"
    HEALTH = "health", "Breach of health information (HIPAA)"
    BLOCK = "block", "Shared block"


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    LETTER = "letter", "Letter"
    SMS = "sms", "Text message"
    PUBLIC = "public", "Public statement"
    ANY = "any", "In every text"  # of shared blocks


class NoticeTemplate(models.Model):
    """A kind of notice that is written before it is needed, or a shared block that such texts insert.

    Blocks of one name take turns: a person gets those for the data that were exposed and for where they live.
    """

    name = models.CharField(max_length=120, unique=True)
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.GENERAL)
    description = models.CharField(max_length=300, blank=True)
    block = models.SlugField(max_length=40, blank=True, default="")  # texts insert it as {{ block.<this> }}
    elements = ArrayField(models.CharField(max_length=48), default=list, blank=True)  # none: any data
    places = ArrayField(models.CharField(max_length=6), default=list, blank=True)  # none: wherever they live
    order = models.PositiveSmallIntegerField(default=50)  # among blocks of one name; the most urgent first
    citation = models.CharField(max_length=200, blank=True, default="")  # of the law that asks for it
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    # No text starts from it any more, and none inserts it; what was approved with it stays as it is.
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(purpose="block") ^ Q(block=""), name="a_block_has_its_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def described(self) -> str:
        """What it is, and the law it follows where the words do not name it."""
        cited = self.citation if self.citation not in self.description else ""
        return " · ".join(part for part in (self.description, cited) if part)

    def clean(self) -> None:
        """Refuse a block without a name that texts can write, and data and places nobody has."""
        if self.block and not NAME.fullmatch(self.block):
            raise ValidationError(
                {"block": "A block’s name is written in small letters, digits and _, such as what_to_do."},
                code="bad_name",
            )
        if unknown := sorted({*self.elements} - DATA_ELEMENTS.keys()):
            raise ValidationError(
                {"elements": f"No such kind of data: {', '.join(unknown)}."}, code="unknown"
            )
        if wrong := [one for one in self.places if not PLACE.fullmatch(one)]:
            raise ValidationError(
                {"places": f"Not a place: {', '.join(wrong)}. Write US or US-MA, by ISO 3166."},
                code="unknown",
            )


class TemplateVersion(models.Model):
    """One text of a template: never changed once written; a later version takes its place."""

    template = models.ForeignKey(NoticeTemplate, on_delete=models.CASCADE, related_name="versions")
    language = models.CharField(max_length=12)  # BCP 47
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=200, blank=True)  # of mails and public statements
    body = models.TextField()  # Markdown with Liquid fields; of a text message plain words
    statement = models.JSONField(default=dict)  # suggested words for the statement, by its keys
    remark = models.CharField(max_length=200, blank=True)
    # Nobody with a knowledge of law and language has read it yet; a named person says so, with a reason.
    for_counsel = models.BooleanField(default=False)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_reason = models.TextField(blank=True, default="")
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
            models.CheckConstraint(
                condition=Q(for_counsel=False) | Q(approved_by=None), name="draft_for_counsel_is_not_approved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} · {self.language} · {self.channel} · {self.number}"
