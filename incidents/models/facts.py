"""What is known: times, facts and numbers of people. Rows are replaced, never edited: history stays."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from incidents.models.incident import Incident

CURRENT = Q(superseded_at=None)


class Precision(models.TextChoices):
    """How exactly an instant is known; what is not known is not invented."""

    MINUTE = "minute", "to the minute"
    HOUR = "hour", "to the hour"
    DAY = "day", "the day"
    MONTH = "month", "the month"
    YEAR = "year", "the year"


class EventTime(models.Model):
    """An instant that clocks run from, signed by the person who stated it."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="event_times")
    kind = models.CharField(max_length=32)  # key of law.vocabulary.EVENT_KINDS
    at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    precision = models.CharField(max_length=6, choices=Precision, default=Precision.MINUTE)
    source = models.CharField(max_length=200, blank=True)
    reasoning = models.TextField(blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "kind"], condition=CURRENT, name="one_time_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at.isoformat()}"


class FactState(models.TextChoices):
    KNOWN = "known", "Known"
    UNKNOWN = "unknown", "Not known yet"
    NOT_APPLICABLE = "not_applicable", "Does not apply"
    DISPUTED = "disputed", "Disputed"


class Fact(models.Model):
    """One thing that rules look at; unknown is a value of its own."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="facts")
    key = models.CharField(max_length=48)  # key of law.vocabulary.FACT_KEYS
    state = models.CharField(max_length=16, choices=FactState)
    value = models.JSONField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["key", "-at"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "key"], condition=CURRENT, name="one_fact_a_key"),
            models.CheckConstraint(
                condition=Q(state__in=["known", "disputed"]) | Q(value=None),
                name="only_the_known_has_a_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"


class Basis(models.TextChoices):
    ESTIMATE = "estimate", "Estimate"
    CONFIRMED = "confirmed", "Confirmed"


class AffectedCount(models.Model):
    """How many people of one place had one set of data elements exposed."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="counts")
    place = models.CharField(max_length=6)  # ISO 3166-1, or 3166-2 such as US-CA
    elements = ArrayField(
        models.CharField(max_length=48), default=list
    )  # sorted keys of law.vocabulary.DATA_ELEMENTS
    number = models.PositiveBigIntegerField()
    basis = models.CharField(max_length=10, choices=Basis)
    source = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "place", "elements", "basis"],
                condition=CURRENT,
                name="one_count_a_place_and_set",
            )
        ]
        indexes = [models.Index(fields=["place", "incident"], condition=CURRENT, name="count_of_place")]

    def __str__(self) -> str:
        return f"{self.place}: {self.number}"
