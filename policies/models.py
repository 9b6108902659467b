"""Policies as living documents, one version of each in force; and what contracts ask after a breach."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.references import new_reference
from law.vocabulary import DATA_ELEMENTS, in_a_row
from policies.lifecycle import VersionStatus


def policy_reference() -> str:
    return new_reference("POL")


def clause_reference() -> str:
    return new_reference("CLA")


def system_reference() -> str:
    return new_reference("SYS")


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


class ClauseUnit(models.TextChoices):
    HOURS = "hours", "hours"
    CALENDAR_DAYS = "calendar_days", "calendar days"
    BUSINESS_DAYS = "business_days", "working days"


class ClauseScope(models.TextChoices):
    AFFECTED = "affected", "when data of this partner are affected; a person says so in the incident"
    EVERY = "every", "in every incident"


class ClauseRole(models.TextChoices):
    ANY = "any", "whatever our role is"
    CONTROLLER = "controller", "when we decide about the data, alone or with others"
    PROCESSOR = "processor", "when we hold the data for somebody else"


class ContractClause(models.Model):
    """What a contract with a client or partner asks after a breach; asked beside the law, never altered, only ended."""

    reference = models.CharField(max_length=20, unique=True, default=clause_reference)
    partner = models.CharField(max_length=120)
    document = models.CharField(max_length=160)  # document and clause, as a lawyer cites it
    scope = models.CharField(max_length=8, choices=ClauseScope)
    role = models.CharField(max_length=10, choices=ClauseRole, default=ClauseRole.ANY)
    number = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=13, choices=ClauseUnit)
    event = models.CharField(max_length=32)  # key of law.vocabulary.EVENT_KINDS
    zone = models.CharField(max_length=64)
    calendar = models.CharField(max_length=6, blank=True)  # place whose public holidays are no working days
    to_send = models.TextField()
    in_force_from = models.DateField()
    in_force_until = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["partner", "in_force_from", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="clause_gives_some_time"),
            models.CheckConstraint(
                condition=~Q(unit="business_days") | ~Q(calendar=""), name="clause_in_working_days_says_where"
            ),
            models.CheckConstraint(
                condition=Q(in_force_until=None) | Q(in_force_until__gte=F("in_force_from")),
                name="clause_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.document}"

    @property
    def rule_id(self) -> str:
        """Its name among rules."""
        return f"contract-{self.reference.lower()}"


class System(models.Model):
    """What we run or have run, and which data of how many people it holds; an incident picks from here."""

    reference = models.CharField(max_length=20, unique=True, default=system_reference)
    name = models.CharField(max_length=120, unique=True)
    purpose = models.CharField("what it is for, in a sentence", max_length=300, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="systems")
    vendor = models.CharField("who runs it for us", max_length=120, blank=True)
    elements = ArrayField(models.CharField(max_length=48), default=list)  # sorted keys of DATA_ELEMENTS
    people = models.JSONField(default=dict)  # ISO 3166 code to a rough number of people there
    records = models.PositiveBigIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def total(self) -> int:
        return sum(self.people.values())

    @property
    def element_words(self) -> str:
        """Kinds of data in words."""
        return ", ".join(in_a_row(DATA_ELEMENTS[key].label for key in self.elements if key in DATA_ELEMENTS))
