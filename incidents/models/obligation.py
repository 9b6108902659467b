"""A duty stored with its due time, its rule as it stood, and the decisions on it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from incidents.lifecycle import RUNNING, ObligationStatus
from incidents.models.incident import Incident
from incidents.models.standing import keeps_clock
from law.timing import NO_NUMBER

# Nobody knows yet whether it applies, and no clock of the law has started.
UNCLEAR: Final = Q(status=ObligationStatus.UNDECIDED, started_at=None)


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def running(self) -> ObligationQuerySet:
        """Those whose clock still runs."""
        return self.filter(status__in=RUNNING)

    def locked(self, obligation: Obligation) -> Obligation:
        return self.select_for_update(of=("self",)).get(pk=obligation.pk)


class Obligation(models.Model):
    """What one rule asks of this incident, of one recipient, at one stage."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="obligations")
    key = models.CharField(max_length=200)  # identity of the duty, stable between assessments
    title = models.CharField(max_length=200)
    rule_id = models.CharField(max_length=64)
    regime = models.CharField(max_length=200)
    place = models.CharField(max_length=12, blank=True)
    recipient_kind = models.CharField(max_length=32)
    authority_id = models.CharField(max_length=64, blank=True)
    recipient_name = models.CharField(max_length=200)
    stage = models.CharField(max_length=24)
    status = models.CharField(max_length=14, choices=ObligationStatus)
    answer = models.CharField(max_length=14)  # what the engine says: required, not_required, undecided
    started_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    target_at = models.DateTimeField(null=True, blank=True)  # our own aim where the law puts no number
    due_zone = models.CharField(max_length=64, default="UTC")
    due_text = models.TextField(blank=True)
    citation = models.TextField()
    confidence = models.CharField(max_length=16)
    binding = models.BooleanField(default=True)
    trace = models.JSONField(default=list)
    undecided_by = models.JSONField(default=list)
    duty = models.JSONField(default=dict)  # the whole duty as assessed: content, channel, order, languages
    rule = models.JSONField(default=dict)  # frozen copy of the rule: a later pack never alters it
    rule_version = models.CharField(max_length=64)  # of that copy; what a later pack says is a `Difference`
    pack_version = models.CharField(max_length=64)
    last_change = models.JSONField(null=True, blank=True)  # what facts altered last: before, after, why
    first_assessed_at = models.DateTimeField()
    assessed_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    late_by = models.DurationField(null=True, blank=True)  # frozen at the first filing
    late_reason = models.TextField(blank=True)
    # Whose it is; none: the lead's. Who said "I have this" last, and is reminded first.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner_since = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    held_at = models.DateTimeField(null=True, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_at").asc(nulls_last=True), "key"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "key"], name="one_obligation_a_duty"),
            models.CheckConstraint(
                condition=~Q(status__in=[ObligationStatus.MET, ObligationStatus.MET_LATE])
                | Q(met_at__isnull=False),
                name="met_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status__in=sorted(RUNNING)), name="obligation_due"),
            models.Index(
                Coalesce("due_at", "target_at"),
                "id",
                condition=Q(status__in=sorted(RUNNING)) & ~UNCLEAR,
                name="obligation_clear_clock",
            ),
        ]
        triggers = [keeps_clock()]

    def __str__(self) -> str:
        return self.title

    @property
    def clock_at(self) -> datetime | None:
        """What the clock counts to: the law's instant, else our own target."""
        return self.due_at or self.target_at

    @property
    def of_contract(self) -> bool:
        """Whether a contract asks it, beside the law."""
        return self.rule_id.startswith("contract-")

    @property
    def law_has_number(self) -> bool:
        """Whether the law names a time, though its clock may not have started."""
        return NO_NUMBER not in self.due_text.lower()

    @property
    def own_target_words(self) -> str:
        """Why the clock is our own; empty while it is the law's. For mail and calendars, which have no room for more."""
        if self.due_at is not None or self.target_at is None:
            return ""
        why = "the law's clock has not started" if self.law_has_number else "the law puts no number"
        return f"This is our own target: {why}."

    @property
    def waits_for(self) -> list[str]:
        """Kinds of time that must be known before the law's clock can start."""
        found: list[str] = self.duty.get("waits_for") or []
        return found

    @property
    def runs(self) -> bool:
        return self.status in RUNNING


class DifferenceKind(models.TextChoices):
    NEW = "new", "New"
    MOVED = "moved", "Moved"
    GONE = "gone", "No longer asked"


class Settled(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    KEPT = "kept", "Kept as it was"


class Difference(models.Model):
    """What a later text of a rule would change for this incident; a person accepts it or keeps what stood."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="differences")
    obligation = models.ForeignKey(
        Obligation, null=True, on_delete=models.CASCADE, related_name="differences"
    )  # none while it would be a new one
    key = models.CharField(max_length=200)  # of the duty
    title = models.CharField(max_length=200)
    rule_id = models.CharField(max_length=64)
    rule_version = models.CharField(max_length=64)  # the later text
    kind = models.CharField(max_length=5, choices=DifferenceKind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    seen_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Settled, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["settled_at", "title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "key", "rule_version"], name="one_difference_a_duty_and_text"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None) | (~Q(outcome="") & Q(settled_at__isnull=False)),
                name="a_settled_difference_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"


class Outcome(models.TextChoices):
    REQUIRED = "required", "Required"
    NOT_REQUIRED = "not_required", "Not required"


class Decision(models.Model):
    """Who decided on a duty, why, on which facts; "not required" counts from the second signature on."""

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=14, choices=Outcome)
    reason = models.TextField()
    facts = models.JSONField()  # as they stood, canonical
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    second_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=models.F("by")), name="second_person_is_another"
            ),
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(withdrawn_at=None), name="one_decision_stands"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} by {self.by}"

    @property
    def stands(self) -> bool:
        """Whether it has effect: "not required" needs both signatures."""
        return self.withdrawn_at is None and (
            self.outcome == Outcome.REQUIRED or self.second_by_id is not None
        )
