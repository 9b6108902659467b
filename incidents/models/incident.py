"""The incident, what still hangs open on it, and its review."""

from __future__ import annotations

from typing import Final, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from accounts.references import incident_reference
from incidents.lifecycle import Status
from incidents.models.standing import LEVELS, NEVER
from policies.models import PolicyVersion

SETTLED: Final = (Status.CLOSED, Status.DISMISSED)


class Can(models.TextChoices):
    """What somebody may do on one incident; the values are permission codenames."""

    VIEW = "view_incident", "See"
    TRIAGE = "triage_incident", "Triage"
    ASSESS = "assess_incident", "Assess"
    DECIDE = "decide_incident", "Decide"
    SIGN = "sign_incident", "Sign as second person"
    WRITE = "write_incident", "Write"
    APPROVE = "approve_incident", "Approve notices"
    SEND = "send_incident", "Send notices"
    REVEAL = "reveal_incident", "Reveal contact details"
    EXPORT = "export_incident", "Export"
    FILE = "file_incident", "File with authorities"
    ANSWER = "answer_incident", "Answer inquiries"
    PRIVILEGED = "privileged_incident", "Privileged notes"
    GRANT = "grant_incident", "Grant access"


class OwnRole(models.TextChoices):
    CONTROLLER = "controller", "Controller"
    JOINT_CONTROLLER = "joint_controller", "Joint controller"
    PROCESSOR = "processor", "Processor"
    UNKNOWN = "unknown", "Not known yet"


class Priority(models.TextChoices):
    NORMAL = "normal", "Normal"
    RAISED = "raised", "Raised"
    URGENT = "urgent", "Urgent"


class ViolationType(models.TextChoices):
    UNAUTHORISED_SHARING = "unauthorised_sharing", "Data shared without right"
    ACCOUNT_TAKEOVER = "account_takeover", "Account taken over"
    LEAK = "leak", "List or database leaked"
    DOXXING = "doxxing", "Person doxxed"
    IMPERSONATION = "impersonation", "Impersonation"
    SCRAPING = "scraping", "Scraping"
    MISDIRECTED = "misdirected", "Mis-sent or mis-posted data"
    LOST_DEVICE = "lost_device", "Lost or stolen device or paper"
    INSIDER = "insider", "Misuse by an insider"
    RANSOMWARE = "ransomware", "Data made unavailable"
    OTHER = "other", "Something else"
    UNKNOWN = "unknown", "Not known yet"


class CauseKind(models.TextChoices):
    SLIP = "slip", "A slip of a person"
    PROCEDURE = "procedure", "A procedure that was missing or unclear"
    DESIGN = "design", "A flaw in what we built"
    SETTING = "setting", "A wrong setting"
    SIGN_IN = "sign_in", "A stolen, guessed or reused sign-in"
    ATTACK = "attack", "An attack from outside by another way"
    INSIDER = "insider", "Misuse by somebody inside"
    SUPPLIER = "supplier", "A supplier or partner"
    LOSS = "loss", "Loss or theft of a device or paper"
    FAILURE = "failure", "Failure of equipment, fire or water"
    UNKNOWN = "unknown", "Not found out"


class IncidentQuerySet(models.QuerySet["Incident"]):
    def locked(self, incident: Incident) -> Incident:
        """The same incident read again under its row lock; commands decide on this."""
        return self.select_for_update(of=("self",)).get(pk=incident.pk)

    def clocked(self) -> Self:
        """Incidents that count as current work: no history, no drill."""
        return self.filter(historic=False, drill=False, merged_into=None)

    def assessable(self) -> Self:
        """Incidents of which the law is asked; drills too, for they run on the real screens."""
        return self.filter(historic=False, merged_into=None).exclude(
            status__in=[Status.CLOSED, Status.DISMISSED]
        )

    def stale(self) -> Self:
        """Those whose obligations wait to be assessed again: the empty hash is the queue."""
        return self.assessable().filter(assessed_hash="")

    def asked_other_law(self, law: str) -> Self:
        """Those last assessed under another pack, or before a contract clause was added or ended."""
        return self.assessable().exclude(assessed_law=law)


class Incident(models.Model):
    """What we took up; confirmed as a personal data breach, or not."""

    reference = models.CharField(max_length=20, unique=True, default=incident_reference)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    violation = models.CharField("kind", max_length=24, choices=ViolationType, default=ViolationType.UNKNOWN)
    own_role = models.CharField("our role", max_length=20, choices=OwnRole, default=OwnRole.UNKNOWN)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.NORMAL)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_incidents",
    )
    restricted = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    historic = models.BooleanField(default=False)
    source = models.CharField(max_length=40, blank=True)  # where a historic incident was imported from
    source_id = models.CharField(max_length=80, blank=True)
    source_hash = models.CharField(max_length=64, blank=True)
    policy_version = models.ForeignKey(
        PolicyVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    opened_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Of the facts that obligations were last assessed on; empty: they wait to be assessed.
    assessed_hash = models.CharField(max_length=64, blank=True)
    assessed_law = models.CharField(max_length=64, blank=True)  # the pack and clauses that were asked
    version = models.PositiveIntegerField(default=1)  # raised by every command; cheap to poll
    # Kept by triggers on obligations and assessments, see `standing`.
    nearest_clock_at = models.DateTimeField(default=NEVER, editable=False)
    unclear_at = models.DateTimeField(null=True, editable=False)  # none: what the law asks is clear
    severity = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        default_permissions = ()
        permissions = [(can.value, str(can.label)) for can in Can]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source=""), name="imported_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(status=Status.CLOSED), name="closed_has_its_status"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-opened_at"], name="incident_status"),
            models.Index(fields=["-opened_at", "-id"], name="incident_newest"),
            models.Index(fields=["id"], condition=Q(assessed_hash="", historic=False), name="incident_stale"),
            models.Index(fields=["nearest_clock_at", "id"], name="incident_nearest_clock"),
            models.Index(
                fields=["nearest_clock_at", "id"],
                condition=~Q(status__in=SETTLED),
                name="incident_open_by_clock",
            ),
            models.Index(fields=["unclear_at", "id"], condition=~Q(unclear_at=None), name="incident_unclear"),
            models.Index(fields=["-severity", "-id"], name="incident_gravest"),
            models.Index(fields=["-priority", "-id"], name="incident_most_urgent"),
            models.Index(
                fields=["-opened_at", "-id"], condition=Q(restricted=True), name="incident_restricted_newest"
            ),
            models.Index(fields=["-opened_at", "-id"], condition=Q(drill=True), name="incident_drill_newest"),
            models.Index(
                fields=["-opened_at", "-id"], condition=Q(historic=True), name="incident_historic_newest"
            ),
            GinIndex(OpClass(Upper("title"), "gin_trgm_ops"), name="incident_title_parts"),
            GinIndex(OpClass(Upper("reference"), "gin_trgm_ops"), name="incident_reference_parts"),
        ]

    def __str__(self) -> str:
        return self.reference

    # Django's own looks through all choices each time, and lists tell hundreds.
    def get_status_display(self) -> str:  # type: ignore[no-redef]
        return str(Status(self.status).label)

    def get_priority_display(self) -> str:  # type: ignore[no-redef]
        return str(Priority(self.priority).label)

    @property
    def stream(self) -> str:
        """Name of its stream in the record."""
        return f"incident:{self.pk}"

    @property
    def is_settled(self) -> bool:
        return self.status in SETTLED

    @property
    def level(self) -> str:
        """Of the newest assessment; empty before the first."""
        return LEVELS[self.severity - 1] if self.severity else ""


class OpenMatter(models.Model):
    """Something an upper app still has open on an incident; closing reads only these."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="matters")
    kind = models.CharField(max_length=32)
    reference = models.CharField(max_length=64)
    label = models.CharField(max_length=200)
    opened_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "kind", "reference"], name="one_matter_each")
        ]
        indexes = [
            models.Index(fields=["incident"], condition=Q(settled_at=None), name="matter_open"),
        ]

    def __str__(self) -> str:
        return self.label


class PostIncidentReview(models.Model):
    """What was learnt; closing asks for it."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="review")
    cause_kind = models.CharField("kind of cause", max_length=10, choices=CauseKind, blank=True)
    cause = models.TextField()
    went_well = models.TextField(blank=True)
    went_badly = models.TextField(blank=True)
    improvements = models.TextField()
    check_on = models.DateField("did it hold? Look again on", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["check_on"], condition=~Q(check_on=None), name="review_check")]

    def __str__(self) -> str:
        return f"Review of {self.incident}"
