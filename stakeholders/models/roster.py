"""The affected parties of an incident: sealed, partitioned by roster, counted by group."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.utils import OperationalError

from incidents.models import Incident

PARTY_TABLE = "stakeholders_affectedparty"
LOCK_WAIT = "2s"  # attaching waits for whoever reads the default partition; past this the roster stays in it


class RosterQuerySet(models.QuerySet["Roster"]):
    def locked(self, roster: Roster) -> Roster:
        """The same roster read again under its row lock. Lock it before any of its parties."""
        return self.select_for_update(of=("self",)).get(pk=roster.pk)

    def to_recount(self, *, before: datetime) -> RosterQuerySet:
        """Those whose people can be counted and were not since then, the longest waiting first."""
        waiting = self.filter(Q(recounted_at=None) | Q(recounted_at__lt=before), erased_at=None)
        return waiting.order_by(F("recounted_at").asc(nulls_first=True), "pk")


class Roster(models.Model):
    """The affected parties of one incident, with keys of its own: destroying the keys erases the people."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="roster")
    wrapped_key = models.BinaryField(default=b"")  # data key, sealed by accounts.keyring
    wrapped_index_key = models.BinaryField(default=b"")  # key of the look-up hashes, likewise
    erased_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)  # nothing sealed is left in the rows either
    version = models.PositiveIntegerField(default=1)  # raised by every change; cheap to poll
    people = models.PositiveIntegerField(default=0)
    mailable = models.PositiveIntegerField(default=0)  # have an e-mail address
    exempt = models.PositiveIntegerField(default=0)
    handed_down_at = models.DateTimeField(
        null=True, blank=True
    )  # instant of the counts that stem from the list
    counts_differ_since = models.DateTimeField(
        null=True, blank=True
    )  # the incident holds others, typed by hand
    recounted_at = models.DateTimeField(null=True, blank=True)
    miscounted = models.PositiveIntegerField(default=0)  # kept numbers that the last recount found wrong

    objects = RosterQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(wrapped_key=b"", wrapped_index_key=b""),
                name="erased_has_no_keys",
            )
        ]

    def __str__(self) -> str:
        return f"Roster of {self.incident_id}"

    @property
    def reference(self) -> str:
        """What the record calls it."""
        return f"roster {self.pk}"


class Addressee(models.TextChoices):
    """Who is written to about the person's data."""

    SELF = "self", "The person"
    GUARDIAN = "guardian", "A guardian, for a minor"
    NEXT_OF_KIN = "next_of_kin", "Next of kin"
    MINOR = "minor", "The person, a minor"


MINORS = frozenset({Addressee.GUARDIAN, Addressee.MINOR})
REPRESENTED = frozenset({Addressee.GUARDIAN, Addressee.NEXT_OF_KIN})  # somebody else is written to


class ExemptReason(models.TextChoices):
    DECEASED = "deceased", "Died, and nobody is to be told in their place"
    TOLD_OTHERWISE = "told_otherwise", "Was told in another way"
    NOT_AFFECTED = "not_affected", "Is not affected after all"
    TEST_ACCOUNT = "test_account", "Not a person: test or system account"
    AT_RISK = "at_risk", "A notice would put the person in danger"
    AUTHORITY_ASKED = "authority_asked", "An authority asked not to tell"


class AffectedPartyQuerySet(models.QuerySet["AffectedParty"]):
    def of(self, roster: Roster) -> AffectedPartyQuerySet:
        """Those of one roster: the planner then opens its partition alone."""
        return self.filter(roster_id=roster.pk)

    def countable(self) -> AffectedPartyQuerySet:
        """Those who are to be told."""
        return self.filter(exempt_at=None)


class AffectedParty(models.Model):
    """One entry of a roster. In clear stands only what law and segments need.

    Rows are written by COPY in `stakeholders.importing`; upper apps point here by (roster, party) without a key.
    """

    pk = models.CompositePrimaryKey("roster_id", "id")
    roster = models.ForeignKey(
        Roster, on_delete=models.PROTECT, related_name="parties", db_constraint=False, db_index=False
    )
    id = models.BigIntegerField(editable=False)  # from the table's sequence, see new_party_ids
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1, '' = unknown
    subdivision = models.CharField(max_length=6, blank=True)  # ISO 3166-2 such as US-CA, or ''
    language = models.CharField(max_length=16, blank=True)  # BCP 47, '' = unknown
    elements = ArrayField(
        models.CharField(max_length=48), default=list
    )  # sorted keys of law.vocabulary.DATA_ELEMENTS
    addressee = models.CharField(max_length=12, choices=Addressee, default=Addressee.SELF)
    present = models.PositiveIntegerField(default=0)  # bits of sealing.FIELDS that are filled
    email_key = models.UUIDField(null=True)
    phone_key = models.UUIDField(null=True)
    reference_key = models.UUIDField(null=True)
    name_key = models.UUIDField(null=True)  # family name
    same_key = models.UUIDField(
        null=True
    )  # all details, for who has neither e-mail nor reference to be told apart by
    mail_domain_key = models.UUIDField(null=True)  # for back-off by receiving domain
    sealed = models.BinaryField()
    exempt_at = models.DateTimeField(null=True, blank=True)
    exempt_reason = models.CharField(max_length=16, choices=ExemptReason, blank=True)
    imported_by = models.BigIntegerField()  # pk of the RosterImport that added it

    objects = AffectedPartyQuerySet.as_manager()

    class Meta:
        db_table = PARTY_TABLE
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["roster", "email_key"], condition=Q(email_key__isnull=False), name="party_email"
            ),
            models.Index(
                fields=["roster", "phone_key"], condition=Q(phone_key__isnull=False), name="party_phone"
            ),
            models.Index(
                fields=["roster", "name_key"], condition=Q(name_key__isnull=False), name="party_name"
            ),
            models.Index(
                fields=["roster", "same_key"], condition=Q(same_key__isnull=False), name="party_same"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "reference_key"],
                condition=Q(reference_key__isnull=False),
                name="one_party_a_reference",
            )
        ]

    def __str__(self) -> str:
        return f"Party {self.id}"

    @property
    def reference(self) -> str:
        """What the record calls it: a number, nothing of the person."""
        return f"party {self.roster_id}/{self.id}"

    @property
    def place(self) -> str:
        """The finest place known: subdivision, else country."""
        return self.subdivision or self.country

    @property
    def is_minor(self) -> bool:
        return self.addressee in MINORS


class RosterCount(models.Model):
    """How many parties share place, language, exposed data and age group; kept in the transaction of each change."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="groups")
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=6, blank=True)
    language = models.CharField(max_length=16, blank=True)
    elements = ArrayField(models.CharField(max_length=48), default=list)
    minor = models.BooleanField(default=False)
    number = models.PositiveIntegerField(default=0)
    mailable = models.PositiveIntegerField(default=0)
    exempt = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "country", "subdivision", "language", "elements", "minor"],
                name="one_count_a_group",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subdivision or self.country}: {self.number}"

    @property
    def place(self) -> str:
        return self.subdivision or self.country


def new_party_ids(number: int) -> list[int]:
    """Ids for parties about to be written: a row is sealed to its own id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('stakeholders_affectedparty_id_seq') FROM generate_series(1, %s)", [number]
        )
        return [row[0] for row in cursor.fetchall()]


def own_partition(roster: Roster) -> bool:
    """Give a roster that has no parties yet a partition of its own; False when it cannot have one now."""
    table = f"{PARTY_TABLE}_{int(roster.pk)}"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
            cursor.execute("SELECT to_regclass(%s)", [table])
            if cursor.fetchone()[0] is not None:
                return True
            if AffectedParty.objects.of(roster).exists():
                return False
            cursor.execute(f"CREATE TABLE {table} (LIKE {PARTY_TABLE} INCLUDING ALL)")
            cursor.execute(
                f"ALTER TABLE {PARTY_TABLE} ATTACH PARTITION {table} FOR VALUES IN ({int(roster.pk)})"
            )
    except OperationalError:  # lock_timeout
        return False
    return True
