"""The chained record. The database hashes; see the triggers in the first migration."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

import pgtrigger
from django.db import models

from audit.guards import Guard, kept_whole, refused

# The fields of `audit.chain` as text, in SQL, and the length of each; a prefix names the row.
AT: Final = """to_char({0}at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
FIELDS: Final = (
    ("{0}stream", "octet_length({0}stream)"),
    ("({0}sequence)::text", "octet_length(({0}sequence)::text)"),
    (AT, "27"),  # its length never differs, and it is the dearest
    ("{0}verb", "octet_length({0}verb)"),
    ("coalesce({0}actor_id::text, '')", "octet_length(coalesce({0}actor_id::text, ''))"),
    ("{0}actor_label", "octet_length({0}actor_label)"),
    ("{0}subject_type", "octet_length({0}subject_type)"),
    ("{0}subject_id", "octet_length({0}subject_id)"),
    ("{0}subject_label", "octet_length({0}subject_label)"),
    ("{0}details", "octet_length({0}details)"),
    ("encode({0}reason_hash, 'hex')", "(2 * octet_length({0}reason_hash))"),
)


def digest_sql(previous: str, prefix: str = "") -> str:
    """The hash of an event in SQL: over the previous hash and every field behind its length in bytes."""
    # `concat` looks up how to write each of its arguments anew in every transaction; `||` knows.
    framed = " || ".join(f"{length}::text || ':' || {text}" for text, length in FIELDS).format(prefix)
    return f"sha256({previous} || convert_to({framed}, 'UTF8'))"


def _forged(sequence: str, previous: str) -> str:
    return digest_sql(previous, "NEW.").replace("NEW.sequence", sequence)


# This runs within every act: the head moves in one statement. The lock comes first, so that instants of a stream never
# run backwards; it costs less than one of the row, which the database would write down. It is asked for in an IF, which
# needs no statement of its own as PERFORM does.
FORGE = f"""
    IF pg_advisory_xact_lock(hashtextextended(NEW.stream, 0)) IS NULL THEN END IF;
    NEW.at := clock_timestamp();
    UPDATE audit_streamhead AS head
        SET sequence = head.sequence + 1, hash = {_forged("head.sequence + 1", "head.hash")}
        WHERE head.stream = NEW.stream
        RETURNING WITH (OLD AS before, NEW AS after) after.sequence, before.hash, after.hash
        INTO NEW.sequence, NEW.previous_hash, NEW.hash;
    IF NOT FOUND THEN
        NEW.sequence := 1;
        NEW.previous_hash := ''::bytea;
        NEW.hash := {_forged("1", "NEW.previous_hash")};
        INSERT INTO audit_streamhead (stream, sequence, hash) VALUES (NEW.stream, 1, NEW.hash);
    END IF;
    RETURN NEW;
"""  # noqa: S608 - made of constants

ERASE_ONLY = """
    IF NEW.text <> '' OR NEW.erased_at IS NULL OR NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'a reason is kept or erased, never changed';
    END IF;
    RETURN NEW;
"""

MARKED_ONLY = """
    IF (to_jsonb(NEW) - 'mailed_at' - 'filed_at' - 'stamped_at' - 'stamp')
        <> (to_jsonb(OLD) - 'mailed_at' - 'filed_at' - 'stamped_at' - 'stamp')
        OR (OLD.stamped_at IS NOT NULL AND NEW.stamp IS DISTINCT FROM OLD.stamp) THEN
        RAISE EXCEPTION 'an anchor is never changed';
    END IF;
    RETURN NEW;
"""


def new_salt() -> bytes:
    return secrets.token_bytes(16)


class StreamHead(models.Model):
    """Last link of a stream; locked while the next one is forged."""

    stream = models.CharField(primary_key=True, max_length=64)
    sequence = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        triggers = [
            Guard(
                name="forged_only",
                level=pgtrigger.Statement,  # of a row it would have the row locked, and that written down
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),  # not from within `forge`
                func="RAISE EXCEPTION 'the head of a stream moves by writing an event';",
            ),
            refused("kept", pgtrigger.Delete, "the head of a stream stays"),
            kept_whole(),
        ]


class Reason(models.Model):
    """A free-text reason. Erasable: the chain holds its salted hash, not its words."""

    salt = models.BinaryField(default=new_salt)
    text = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = [
            Guard(name="erase_only", when=pgtrigger.Before, operation=pgtrigger.Update, func=ERASE_ONLY),
            refused("kept", pgtrigger.Delete, "the record is only added to"),
            kept_whole(),
        ]

    def digest(self) -> bytes:
        """Salted SHA-256 of the words."""
        return hashlib.sha256(bytes(self.salt) + self.text.encode()).digest()


class AuditEvent(models.Model):
    """One act. Append-only by trigger; no foreign key to what it speaks of, for that may go."""

    stream = models.CharField(max_length=64)
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=64)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=200)
    details = models.TextField(
        default="{}"
    )  # canonical JSON, kept as text so that any tool can hash it again
    reason = models.ForeignKey(
        Reason, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    reason_hash = models.BinaryField(default=b"")
    previous_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        ordering = ["stream", "sequence"]
        constraints = [models.UniqueConstraint(fields=["stream", "sequence"], name="audit_event_place")]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_event_subject")]
        triggers = [
            Guard(
                name="forge",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=FORGE,
            ),
            refused("append_only", pgtrigger.Update | pgtrigger.Delete, "the record is only added to"),
            kept_whole(),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.sequence} {self.verb}"


class Anchor(models.Model):
    """The heads of all streams that moved since the one before, in one root that leaves the database.

    A chain alone does not stop an owner of the database from writing it anew as a whole; a root in somebody else's
    mailbox does.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    heads = models.IntegerField()
    previous_root = models.BinaryField()
    root = models.BinaryField()
    filed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    stamped_at = models.DateTimeField(null=True, blank=True)
    stamp = models.BinaryField(null=True, blank=True)  # a time-stamping authority's answer, RFC 3161 in DER

    class Meta:
        ordering = ["number"]
        triggers = [
            Guard(name="marked_only", when=pgtrigger.Before, operation=pgtrigger.Update, func=MARKED_ONLY),
            refused("kept", pgtrigger.Delete, "the record is only added to"),
            kept_whole(),
        ]

    def __str__(self) -> str:
        return f"Anchor {self.number}"


class AnchoredHead(models.Model):
    """One leaf of an anchor: where a stream stood."""

    anchor = models.ForeignKey(Anchor, on_delete=models.PROTECT, related_name="leaves")
    stream = models.CharField(max_length=64)
    sequence = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "sequence"], name="audit_anchored_once")]
        triggers = [
            refused("append_only", pgtrigger.Update | pgtrigger.Delete, "the record is only added to"),
            kept_whole(),
        ]


class RecordCheck(models.Model):
    """One check of the whole record and what it found; `problems` names the first broken place of each stream."""

    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)
    streams = models.IntegerField()
    events = models.BigIntegerField()
    seconds = models.FloatField()
    problems = models.JSONField(default=list)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]

    @property
    def holds(self) -> bool:
        return not self.problems


GUARDED: tuple[type[models.Model], ...] = (StreamHead, Reason, AuditEvent, Anchor, AnchoredHead)
