"""The chained record. The database hashes; see the triggers in the first migration."""

from __future__ import annotations

import hashlib
import secrets

import pgtrigger
from django.db import models

# The canonical bytes of `audit.chain`, in SQL: every field behind its length in bytes.
FORGE = """
    INSERT INTO audit_streamhead (stream, sequence, hash) VALUES (NEW.stream, 0, ''::bytea)
        ON CONFLICT (stream) DO NOTHING;
    SELECT sequence, hash INTO head FROM audit_streamhead WHERE stream = NEW.stream FOR UPDATE;
    NEW.sequence := head.sequence + 1;
    NEW.previous_hash := head.hash;
    NEW.at := clock_timestamp();
    bytes := head.hash;
    FOREACH field IN ARRAY ARRAY[
        NEW.stream, NEW.sequence::text,
        to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        NEW.verb, coalesce(NEW.actor_id::text, ''), NEW.actor_label,
        NEW.subject_type, NEW.subject_id, NEW.subject_label, NEW.details, encode(NEW.reason_hash, 'hex')
    ] LOOP
        bytes := bytes || convert_to(octet_length(convert_to(field, 'UTF8'))::text || ':', 'UTF8')
            || convert_to(field, 'UTF8');
    END LOOP;
    NEW.hash := sha256(bytes);
    UPDATE audit_streamhead SET sequence = NEW.sequence, hash = NEW.hash WHERE stream = NEW.stream;
    RETURN NEW;
"""

ERASE_ONLY = """
    IF NEW.text <> '' OR NEW.erased_at IS NULL OR NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'a reason is kept or erased, never changed';
    END IF;
    RETURN NEW;
"""

FORGED_ONLY = """
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the head of a stream moves by writing an event';
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
            pgtrigger.Trigger(
                name="forged_only", when=pgtrigger.Before, operation=pgtrigger.Update, func=FORGED_ONLY
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]


class Reason(models.Model):
    """A free-text reason. Erasable: the chain holds its salted hash, not its words."""

    salt = models.BinaryField(default=new_salt)
    text = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="erase_only", when=pgtrigger.Before, operation=pgtrigger.Update, func=ERASE_ONLY
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
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
            pgtrigger.Trigger(
                name="forge",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("head", "RECORD"), ("bytes", "BYTEA"), ("field", "TEXT")],
                func=FORGE,
            ),
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.sequence} {self.verb}"
