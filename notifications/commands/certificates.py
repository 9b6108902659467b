"""Certificates of notices: asked for, taken down in parts, closed by a root in the record, drawn."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit import chain
from audit.commands import Acting, record
from audit.events import SYSTEM
from incidents.rules import check_reason
from notifications.events import NoticeEvent
from notifications.lifecycle import NoticeStatus
from notifications.models import Certificate, CertificateChunk, Delivery, Notice
from notifications.proof import leaves, ledger
from notifications.proof.snapshot import snapshot_of

AFTER_FAILURE: Final = timedelta(minutes=2)
CERTIFIED: Final = (NoticeStatus.SENDING, NoticeStatus.PAUSED, NoticeStatus.FINISHED, NoticeStatus.WITHDRAWN)


@transaction.atomic
def ask_certificate(notice: Notice, *, by: Acting, now: datetime) -> Certificate:
    """Ask for a certificate of what became of the notice so far; one that is being made is given instead."""
    notice = Notice.objects.locked(notice)
    waiting = notice.certificates.filter(done_at=None).first()
    if waiting is not None:
        return waiting
    if notice.status not in CERTIFIED or not notice.deliveries.exists():
        raise ValidationError("Nothing of this notice has gone out.", code="wrong_status")
    person = by if isinstance(by, User) else None
    return Certificate.objects.create(notice=notice, asked_at=now, asked_by=person)


@transaction.atomic
def claim_certificate(*, now: datetime) -> Certificate | None:
    """The next certificate with work to do, locked until the caller's transaction ends."""
    waiting = Certificate.objects.filter(done_at=None).exclude(next_try_at__gt=now).order_by("pk")
    return (
        waiting.select_for_update(of=("self",), skip_locked=True).select_related("notice__incident").first()
    )


@transaction.atomic
def take_down_more(certificate: Certificate) -> bool:
    """Take down the next thousand deliveries; whether more may follow."""
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("notice__incident")
        .get(pk=certificate.pk)
    )
    number = certificate.chunks.count()
    entries = ledger.next_entries(certificate, ledger.words_before(certificate, number))
    if entries:
        hashed = [leaves.leaf(entry) for entry in entries]
        CertificateChunk.objects.create(
            certificate=certificate, number=number, first_id=int(entries[0][0]), last_id=int(entries[-1][0]),
            root=chain.tree_root(hashed), entries=ledger.packed(entries),
        )  # fmt: skip
        counts = Counter(certificate.counts) + Counter(entry[2] for entry in entries)
        certificate.counts, certificate.covered_to = dict(counts), int(entries[-1][0])
        certificate.leaves += len(entries)
        certificate.save(update_fields=["counts", "covered_to", "leaves"])
    return len(entries) == ledger.CHUNK


@transaction.atomic
def close_tree(certificate: Certificate, *, now: datetime) -> Certificate:
    """All deliveries are taken down: one root over them goes into the record."""
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("notice__incident")
        .get(pk=certificate.pk)
    )
    if certificate.root:
        return certificate
    notice = certificate.notice
    tree = ledger.tree_of(certificate)
    certificate.root = leaves.root(notice.reference, notice.text_hash, certificate.leaves, tree)
    certificate.snapshot = snapshot_of(certificate, now=now)
    certificate.save(update_fields=["root", "snapshot"])
    details: dict[str, Any] = {
        "certificate": certificate.reference,
        "root": certificate.root,
        "people": certificate.leaves,
        "counts": certificate.counts,
        "text_hash": notice.text_hash,
    }
    record(
        NoticeEvent.CERTIFIED,
        notice,
        by=certificate.asked_by or SYSTEM,
        stream=notice.stream,
        details=details,
    )
    return certificate


def record_certificate_drawn(certificate: Certificate, *, stored: str, sha256: str, now: datetime) -> bool:
    """Keep the PDF; False when another worker was quicker."""
    return bool(
        Certificate.objects.filter(pk=certificate.pk, done_at=None).update(
            stored=stored, sha256=sha256, done_at=now, problem=""
        )
    )


def record_certificate_not_drawn(certificate: Certificate, *, problem: str, now: datetime) -> None:
    Certificate.objects.filter(pk=certificate.pk, done_at=None).update(
        problem=problem[:200], next_try_at=now + AFTER_FAILURE
    )


@transaction.atomic
def take_proof(delivery: Delivery, *, reason: str, by: User, now: datetime) -> Certificate:
    """Record that somebody takes one person's proof out; it wants a certificate that covers the person."""
    reason = check_reason(reason)
    notice = delivery.notice
    certificate = notice.certificates.exclude(root="").filter(covered_to__gte=delivery.pk).first()
    if certificate is None:
        raise ValidationError(
            "There is no certificate of this notice yet. Ask for one on the notice's page; it takes a minute.",
            code="no_certificate",
        )
    record(
        NoticeEvent.PROOF_TAKEN, notice, by=by, stream=notice.stream, reason=reason,
        details={"delivery": delivery.pk, "certificate": certificate.reference},
    )  # fmt: skip
    return certificate
