"""Acts on filings; the filing's row lock orders them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.commands import Acting, record
from audit.events import SYSTEM
from incidents import commands as incidents
from incidents.models import Incident, Obligation
from incidents.rules import check_not_settled, check_reason
from notifications.events import FilingEvent
from notifications.filings import prefill, rules, snapshot
from notifications.filings.lifecycle import FilingStage, FilingStatus, Route
from notifications.models import Filing

MATTER: Final = "filing"
LEASE: Final = timedelta(seconds=120)  # longer than a task may run
TRIES: Final = 3
MOST_ERROR: Final = 500


@dataclass(frozen=True)
class Receipt:
    """What the recipient gave as proof: a number, a file already stored under a random name, or both."""

    number: str = ""
    file: str = ""
    file_name: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Drawn:
    """A PDF that lies in the storage under a random name."""

    file: str
    sha256: str
    size: int
    software: Mapping[str, str]


@transaction.atomic
def start_filing(
    obligation: Obligation, *, by: User, now: datetime, stage: str = FilingStage.INITIAL
) -> Filing:
    """Start a report on one duty, with first answers from what is written already."""
    incident = Incident.objects.locked(obligation.incident)
    check_not_settled(incident)
    obligation = incident.obligations.select_related("incident").get(pk=obligation.pk)
    rules.check_none(rules.start_blockers(obligation), "cannot_start")
    if stage not in FilingStage.values:
        raise ValidationError("A report is a first one, an update or the final one.", code="unknown_stage")
    earlier = prefill.earlier_filing(obligation)
    if stage != FilingStage.INITIAL and earlier is None:
        raise ValidationError(
            "There is no first report yet that this one could follow.", code="no_earlier_report"
        )
    try:
        with transaction.atomic():
            filing = Filing.objects.create(
                incident=incident, obligation=obligation, recipient_kind=obligation.recipient_kind,
                authority_id=obligation.authority_id, recipient_name=obligation.recipient_name,
                stage=stage, follows=earlier, answers=prefill.first_answers(obligation),
                started_by=by, started_at=now, edited_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError("A filing on this duty is on its way already.", code="still_open") from error
    _record(FilingEvent.STARTED, filing, by=by, details={"obligation": obligation.key, "stage": stage})
    incidents.open_matter(
        incident, kind=MATTER, reference=filing.reference,
        label=f"The filing {filing.reference} to {filing.recipient_name} is not submitted", by=by, now=now,
    )  # fmt: skip
    return filing


@transaction.atomic
def edit_answers(filing: Filing, *, answers: dict[str, str], by: User, now: datetime) -> Filing:
    """Change answers of a draft; questions that are not named keep theirs."""
    filing = Filing.objects.locked(filing)
    _check_draft(filing)
    given = rules.check_answers(answers)
    changed = sorted(key for key, words in given.items() if filing.answers.get(key, "") != words)
    if not changed:
        return filing
    merged = {**filing.answers, **given}
    filing.answers = {key: words for key, words in merged.items() if words}
    filing.edited_at = now
    filing.save(update_fields=["answers", "edited_at"])
    _record(FilingEvent.EDITED, filing, by=by, details={"answers": changed})
    return filing


@transaction.atomic
def freeze_filing(filing: Filing, *, by: User, now: datetime) -> Filing:
    """Declare the report: its snapshot is frozen under the name of the person who acts, and the PDF is due."""
    incident = Incident.objects.locked(filing.incident)
    check_not_settled(incident)
    filing = Filing.objects.locked(filing)
    rules.check_filing_move(filing.status, FilingStatus.READY)
    rules.check_none(rules.declare_blockers(filing), "not_ready")
    frozen = snapshot.snapshot_of(filing, by=by, now=now)
    filing.snapshot, filing.snapshot_sha256 = snapshot.sealed(frozen)
    filing.facts_hash = frozen["data"]["facts_hash"]
    filing.status, filing.declared_by, filing.declared_at = FilingStatus.READY, by, now
    filing.next_try_at = now
    filing.save(
        update_fields=[
            "snapshot", "snapshot_sha256", "facts_hash", "status", "declared_by", "declared_at", "next_try_at",
        ]
    )  # fmt: skip
    _record(
        FilingEvent.FROZEN,
        filing,
        by=by,
        details={"snapshot_sha256": filing.snapshot_sha256, "facts_hash": filing.facts_hash},
    )
    return filing


@transaction.atomic
def draw_again(filing: Filing, *, by: User, now: datetime) -> Filing:
    """Ask for the PDF once more after drawing failed."""
    filing = Filing.objects.locked(filing)
    if filing.status != FilingStatus.READY:
        raise ValidationError("Only a declared filing without PDF can be drawn.", code="wrong_status")
    filing.next_try_at, filing.attempt, filing.error = now, 0, ""
    filing.save(update_fields=["next_try_at", "attempt", "error"])
    return filing


@transaction.atomic
def claim_filings(*, owner: str, size: int, now: datetime) -> list[Filing]:
    """Take rows to draw under a lease; what another worker holds is skipped."""
    due = list(Filing.objects.due(now).select_for_update(skip_locked=True, of=("self",))[:size])
    for filing in due:
        filing.owner, filing.lease_until, filing.attempt = owner, now + LEASE, filing.attempt + 1
        filing.save(update_fields=["owner", "lease_until", "attempt"])
    return due


@transaction.atomic
def record_drawn(filing: Filing, *, drawn: Drawn, now: datetime) -> bool:
    """Keep the PDF of a claimed filing; false when the claim was lost meanwhile."""
    held = _held(filing)
    if held is None:
        return False
    held.pdf_file, held.pdf_sha256, held.pdf_bytes = drawn.file, drawn.sha256, drawn.size
    held.software, held.drawn_at, held.status = dict(drawn.software), now, FilingStatus.DRAWN
    held.owner, held.lease_until, held.next_try_at, held.error = "", None, None, ""
    held.save()
    _record(FilingEvent.DRAWN, held, by=SYSTEM, details={"pdf_sha256": drawn.sha256, "bytes": drawn.size})
    return True


@transaction.atomic
def record_drawing_failed(filing: Filing, *, reason: str, wait: timedelta | None, now: datetime) -> bool:
    """Keep why drawing failed; it is tried again after `wait`, or when a person asks."""
    held = _held(filing)
    if held is None:
        return False
    held.error = reason[:MOST_ERROR]
    held.next_try_at = now + wait if wait else None
    held.owner, held.lease_until = "", None
    held.save(update_fields=["error", "next_try_at", "owner", "lease_until"])
    if held.attempt == 1:
        _record(FilingEvent.DRAWING_FAILED, held, by=SYSTEM, details={"again": wait is not None})
    return True


@transaction.atomic
def mark_submitted(
    filing: Filing,
    *,
    at: datetime,
    route: str,
    receipt: Receipt,
    by: User,
    now: datetime,
    late_reason: str = "",
) -> Filing:
    """Keep when and how the report was handed in; the duty is met by it, late or in time."""
    incident = Incident.objects.locked(filing.incident)
    filing = Filing.objects.locked(filing)
    rules.check_filing_move(filing.status, FilingStatus.SUBMITTED)
    if route not in Route.values:
        raise ValidationError("It goes by portal, mail or post.", code="unknown_route")
    rules.check_submission(filing, at=at, now=now, late_reason=late_reason.strip())
    filing.status, filing.submitted_at, filing.submitted_by, filing.route = (
        FilingStatus.SUBMITTED,
        at,
        by,
        route,
    )
    filing.receipt, filing.receipt_file = receipt.number.strip(), receipt.file
    filing.receipt_name, filing.receipt_sha256 = receipt.file_name[:150], receipt.sha256
    filing.save()
    _record(
        FilingEvent.SUBMITTED,
        filing,
        by=by,
        details={"at": at, "route": route, "receipt": filing.receipt, "receipt_sha256": receipt.sha256},
    )
    _meet(filing, late_reason=late_reason.strip(), by=by, now=now)
    incidents.settle_matter(incident, kind=MATTER, reference=filing.reference, by=by, now=now)
    return filing


def _meet(filing: Filing, *, late_reason: str, by: User, now: datetime) -> None:
    """Hand down what the submission means: the duty is met, the first authority was told."""
    at, obligation = filing.submitted_at, filing.obligation
    if at is None:
        raise RuntimeError("a submitted filing has its time")
    if obligation.runs:
        obligation = incidents.meet_obligation(obligation, at=at, proof=_proof(filing), by=by, now=now)
        if obligation.late_by is not None and late_reason:
            incidents.give_late_reason(obligation, reason=late_reason, by=by, now=now)
    told = filing.incident.event_times.filter(kind="authority_notified", superseded_at=None).exists()
    if filing.recipient_kind == "authority" and not told:
        incidents.record_event_time(
            filing.incident, kind="authority_notified", at=at, zone=obligation.due_zone,
            source=f"{filing.reference} to {filing.recipient_name}"[:200], by=by, now=now,
        )  # fmt: skip


def _proof(filing: Filing) -> str:
    receipt = f", receipt {filing.receipt}" if filing.receipt else ""
    return f"Filing {filing.reference}{receipt}"


@transaction.atomic
def withdraw_filing(filing: Filing, *, reason: str, by: User, now: datetime) -> Filing:
    """Take back a filing that was not submitted; its answers help the next one."""
    incident = Incident.objects.locked(filing.incident)
    filing = Filing.objects.locked(filing)
    rules.check_filing_move(filing.status, FilingStatus.WITHDRAWN)
    reason = check_reason(reason)
    filing.status, filing.withdrawn_at, filing.next_try_at = FilingStatus.WITHDRAWN, now, None
    filing.save(update_fields=["status", "withdrawn_at", "next_try_at"])
    _record(FilingEvent.WITHDRAWN, filing, by=by, reason=reason)
    incidents.settle_matter(incident, kind=MATTER, reference=filing.reference, by=by, now=now)
    return filing


@transaction.atomic
def take_file(filing: Filing, *, what: str, by: User) -> Filing:
    """Keep that somebody takes the PDF, the snapshot or the receipt out."""
    _record(FilingEvent.TAKEN, filing, by=by, details={"what": what})
    return filing


def _check_draft(filing: Filing) -> None:
    if filing.status != FilingStatus.DRAFT:
        raise ValidationError(
            "This filing is declared; its answers stay. Withdraw it to start anew.", code="wrong_status"
        )


def _held(filing: Filing) -> Filing | None:
    """The row under its lock, if the claim (owner and attempt) is still ours."""
    row = Filing.objects.locked(filing)
    ours = (row.owner, row.attempt) == (filing.owner, filing.attempt)
    return row if ours and row.status == FilingStatus.READY else None


def _record(
    verb: FilingEvent, filing: Filing, *, by: Acting, details: dict[str, Any] | None = None, reason: str = ""
) -> None:
    record(
        verb, filing, by=by, stream=filing.incident.stream,
        details={"recipient": filing.recipient_name, **(details or {})}, reason=reason,
    )  # fmt: skip
