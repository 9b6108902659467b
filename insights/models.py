"""What is kept to be prepared: whom a breach could reach, how authorities are reached, and saved outlooks."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from accounts.references import new_reference
from incidents.models import Incident


def outlook_reference() -> str:
    return new_reference("PRE")


class ExposureProfile(models.Model):
    """Roughly how many people are where, and which kinds of data are held of them; one row."""

    people = models.JSONField(default=dict)  # ISO 3166 code to a rough number of people there
    elements = ArrayField(
        models.CharField(max_length=64), default=list
    )  # keys of law.vocabulary.DATA_ELEMENTS
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_exposure_profile")]

    def __str__(self) -> str:
        return "Exposure profile"

    @classmethod
    def current(cls) -> ExposureProfile:
        """The profile; empty and unsaved until somebody tells it."""
        return cls.objects.select_related("changed_by").filter(pk=1).first() or cls(pk=1)

    @property
    def total(self) -> int:
        return sum(self.people.values())


class AuthorityContact(models.Model):
    """How we reach one authority, beside or instead of what the pack says."""

    authority_id = models.CharField(max_length=64, unique=True)
    portal = models.URLField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.authority_id


class SavedOutlook(models.Model):
    """What a scenario would have asked of us on one day, under the law of that day; never changed."""

    reference = models.CharField(max_length=20, unique=True, default=outlook_reference)
    title = models.CharField(max_length=200)
    scenario = models.CharField(max_length=40)
    scenario_version = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    facts = models.JSONField()
    aware_at = models.DateTimeField()
    pack_version = models.CharField(max_length=20)
    pack_hash = models.CharField(max_length=64)
    items = models.JSONField()  # what each duty asked; see `Item.to_dict`
    totals = models.JSONField()
    gaps = models.JSONField()  # key and words of each
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        triggers = [pgtrigger.Protect(name="outlook_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.title


class EntryKind(models.TextChoices):
    INCIDENT = "incident", "Incident"
    REPORT = "report", "Report"
    NOTE = "note", "Note"
    OBLIGATION = "obligation", "Obligation"
    FILING = "filing", "Filing"
    INQUIRY = "inquiry", "Inquiry"
    EVIDENCE = "evidence", "Evidence"
    POLICY = "policy", "Policy"


class SearchEntry(models.Model):
    """What can be found, in one place; written by triggers on the tables it tells of, see the migration.

    Nothing sealed is in it. Who may find an entry is asked of its incident, each time.
    """

    kind = models.CharField(max_length=12, choices=EntryKind)
    subject = models.BigIntegerField()  # key of the row it tells of
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    privileged = models.BooleanField(default=False)
    reference = models.CharField(max_length=20, blank=True)
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField()
    document = SearchVectorField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="one_entry_a_subject")]
        indexes = [
            GinIndex(fields=["document"], name="search_words"),
            GinIndex(OpClass(Upper("title"), "gin_trgm_ops"), name="search_title_parts"),
            models.Index(fields=["-at", "-id"], name="search_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
