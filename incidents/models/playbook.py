"""What is to be done in an incident of a kind: written beforehand, in versions, and started on one."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from incidents.models.incident import Incident
from incidents.playbooks import Content


class VersionStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_FORCE = "in_force", "In force"
    SUPERSEDED = "superseded", "Superseded"


class Playbook(models.Model):
    """One playbook; name and kinds are those of its version in force, or of the draft before there is one."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    violations = ArrayField(models.CharField(max_length=24), default=list)  # keys of ViolationType
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PlaybookVersion(models.Model):
    """Its steps as data; see `incidents.playbooks`. Only a draft is ever changed."""

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=VersionStatus, default=VersionStatus.DRAFT)
    data = models.JSONField()
    revision = models.PositiveIntegerField(default=1)  # of a draft; whoever writes names the one they read
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["playbook", "number"], name="one_playbook_version_a_number"),
            models.UniqueConstraint(
                fields=["playbook"], condition=Q(status="draft"), name="one_draft_a_playbook"
            ),
            models.UniqueConstraint(
                fields=["playbook"], condition=Q(status="in_force"), name="one_version_in_force_a_playbook"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content.name}, version {self.number}"

    @property
    def content(self) -> Content:
        return Content.read(self.data)


class PlaybookRun(models.Model):
    """The playbook that an incident is worked on by."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="playbook_run")
    version = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, related_name="runs")
    # The latest one that somebody looked at and did not take over; it is not offered again.
    kept = models.ForeignKey(PlaybookVersion, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.version} on {self.incident}"
