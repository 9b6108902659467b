"""Policies as living documents: one policy, many versions, one of them in force."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.references import new_reference
from policies.lifecycle import VersionStatus


def policy_reference() -> str:
    return new_reference("POL")


class PolicyQuerySet(models.QuerySet["Policy"]):
    def locked(self, policy: Policy) -> Policy:
        """The same policy read again under its row lock; acts on its versions take their turns by it."""
        return self.select_for_update(of=("self",)).get(pk=policy.pk)


class Policy(models.Model):
    """A policy under one title, whatever its version."""

    reference = models.CharField(max_length=20, unique=True, default=policy_reference)
    title = models.CharField(max_length=200, unique=True)
    purpose = models.CharField("what it is for, in a sentence", max_length=300, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="policies")
    created_at = models.DateTimeField()

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        """Name of its stream in the record."""
        return f"policy:{self.pk}"


class PolicyVersion(models.Model):
    """One text of a policy; the author cannot approve it."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=VersionStatus, default=VersionStatus.DRAFT)
    text = models.TextField()  # Markdown; rendered, then sanitised
    change = models.CharField("what changed and why", max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")  # all whose words are in it
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    in_force_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField("due for review on", null=True, blank=True)

    class Meta:
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(status=VersionStatus.IN_FORCE), name="one_version_in_force"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("author")),
                name="policy_author_cannot_approve",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy.title}, version {self.number}"
