"""Guided assessments of risk, version by version: the answers, and the finding that a person signed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from incidents.models.incident import Incident


class RiskState(models.TextChoices):
    DRAFT = "draft", "Being answered"
    WAITING = "waiting", "Waits for a second signature"
    IN_EFFECT = "in_effect", "In effect"
    REPLACED = "replaced", "Replaced by a later one"
    WITHDRAWN = "withdrawn", "Withdrawn"


ONE_OF_EACH = (RiskState.DRAFT, RiskState.WAITING, RiskState.IN_EFFECT)


class RiskAssessment(models.Model):
    """One version of one law's own test (`law.risk.Method`); signed ones are never edited."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="risk_assessments")
    method = models.CharField(max_length=24)  # id in law.risk.methods()
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RiskState, default=RiskState.DRAFT)
    answers = models.JSONField(default=dict)  # question to {"answer", "why"}
    told = models.JSONField(default=list)  # when signed: every question and answer in the words of that day
    finding = models.CharField(max_length=24, blank=True)
    finding_text = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    override_reason = models.TextField(blank=True)  # why the finding goes against where most answers lean
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    second_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["method", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "method", "version"], name="one_risk_assessment_a_version"
            ),
            models.UniqueConstraint(
                fields=["incident", "method", "state"],
                condition=Q(state__in=ONE_OF_EACH),
                name="one_risk_assessment_a_state",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("by")), name="second_signer_of_risk_is_another"
            ),
            models.CheckConstraint(
                condition=Q(state=RiskState.DRAFT) | Q(by__isnull=False), name="signed_risk_has_a_signer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.version}: {self.get_state_display()}"

    @property
    def given(self) -> dict[str, str]:
        """Question to answer, without the words beside it."""
        return {question: one["answer"] for question, one in self.answers.items()}
