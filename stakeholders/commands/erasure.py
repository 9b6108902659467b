"""Acts by which the people of an incident become unreadable for good: two people say so, a key is destroyed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.drafts import discard_drafts_about
from accounts.models import User
from audit.commands import Acting, record
from audit.events import SYSTEM
from incidents.rules import check_reason, refuse
from stakeholders.events import RosterEvent
from stakeholders.importing import sealedfile
from stakeholders.models import AffectedParty, Erasure, Roster
from stakeholders.rules import check_not_erased, erasure_blockers, erasure_signing_blockers

AT_ONCE = 20_000  # people whose blobs go in the same transaction; more are cleared in batches afterwards
BATCH = 20_000


@transaction.atomic
def propose_erasure(roster: Roster, *, reason: str, due_on: date | None, by: User, now: datetime) -> Erasure:
    """Propose that the people of an incident are erased, at once or on a day; a second person signs."""
    reason = check_reason(reason)
    roster = Roster.objects.locked(roster)
    check_not_erased(roster)
    if roster.erasures.open().exists():
        raise ValidationError("An erasure is proposed already. Withdraw it first.", code="already_decided")
    if due_on is not None and due_on < now.date():
        raise ValidationError("That day is past. Leave it empty to erase when it is signed.", code="past")
    erasure = Erasure.objects.create(roster=roster, reason=reason, due_on=due_on, by=by, at=now)
    record(
        RosterEvent.ERASURE_PROPOSED, erasure, by=by, stream=roster.incident.stream,
        details={"on": due_on.isoformat() if due_on else None, "people": roster.people}, reason=reason,
    )  # fmt: skip
    return erasure


@transaction.atomic
def sign_erasure(roster: Roster, *, by: User, now: datetime) -> Erasure:
    """Sign as the second person; without a day, or on it, the keys are destroyed now."""
    roster = Roster.objects.locked(roster)
    erasure = _open(roster)
    if blockers := erasure_signing_blockers(erasure, by, now=now):
        refuse(blockers, code="not_yours")
    erasure.second_by, erasure.signed_at = by, now
    erasure.save(update_fields=["second_by", "signed_at"])
    record(RosterEvent.ERASURE_SIGNED, erasure, by=by, stream=roster.incident.stream)
    if erasure.due_on is None or erasure.due_on <= now.date():
        _carry_out(erasure, roster, by=by, now=now)
    return erasure


@transaction.atomic
def withdraw_erasure(roster: Roster, *, reason: str, by: User, now: datetime) -> Erasure:
    """Take a proposed or signed erasure back, as long as it is not done."""
    reason = check_reason(reason)
    erasure = _open(Roster.objects.locked(roster))
    erasure.withdrawn_at = now
    erasure.save(update_fields=["withdrawn_at"])
    record(
        RosterEvent.ERASURE_WITHDRAWN, erasure, by=by, stream=erasure.roster.incident.stream, reason=reason
    )
    return erasure


def _open(roster: Roster) -> Erasure:
    erasure = roster.erasures.open().first()
    if erasure is None:
        raise ValidationError("No erasure is proposed.", code="nothing_to_do")
    erasure.roster = roster
    return erasure


@transaction.atomic
def carry_out_erasure(erasure: Erasure, *, now: datetime) -> bool:
    """Erase on the day that two people said; False when something stands in the way, which is tried again."""
    roster = Roster.objects.locked(erasure.roster)
    erasure = Erasure.objects.select_for_update(of=("self",)).get(pk=erasure.pk)
    signed = erasure.signed_at is not None and erasure.done_at is None and erasure.withdrawn_at is None
    if not signed or erasure_blockers(roster, now=now):
        return False
    _carry_out(erasure, roster, by=SYSTEM, now=now)
    return True


def _carry_out(erasure: Erasure, roster: Roster, *, by: Acting, now: datetime) -> None:
    erasure.done_at = now
    erasure.save(update_fields=["done_at"])
    erase_roster(roster, by=by, reason=erasure.reason, now=now)


@transaction.atomic
def erase_roster(roster: Roster, *, by: Acting, reason: str, now: datetime) -> Roster:
    """Destroy the keys of a roster: people, uploads and their inquiries cannot be read again, counts remain."""
    reason = check_reason(reason)
    roster = Roster.objects.locked(roster)
    check_not_erased(roster)
    if blockers := erasure_blockers(roster, now=now):
        refuse(blockers, code="still_open")
    stored = [job.stored for job in roster.imports.select_for_update()]
    roster.wrapped_key, roster.wrapped_index_key, roster.erased_at = b"", b"", now
    roster.version += 1
    roster.save(update_fields=["wrapped_key", "wrapped_index_key", "erased_at", "version"])
    roster.imports.update(sealed_name=b"")
    if roster.people <= AT_ONCE:
        clear_erased(roster, now=now)
    record(
        RosterEvent.ERASED, roster, by=by, stream=roster.incident.stream, details={"people": roster.people},
        reason=reason,
    )  # fmt: skip
    inquiries = roster.incident.inquiries.values_list("reference", flat=True)
    discard_drafts_about([roster.incident.reference, *inquiries])
    for name in stored:
        transaction.on_commit(partial(sealedfile.discard, name), robust=True)
    transaction.on_commit(partial(_write_down, roster.pk, roster.incident.reference, now), robust=True)
    return roster


@transaction.atomic
def clear_erased(roster: Roster, *, now: datetime, most: int = BATCH) -> bool:
    """Drop blobs and look-up hashes of an erased roster, a batch a call; whether all are gone.

    Under a destroyed key they tell nothing, but equal hashes would still show who was listed twice.
    """
    parties = AffectedParty.objects.of(roster)
    some = parties.exclude(sealed=b"").order_by("id").values_list("id", flat=True)[: max(most, 1)]
    ids = list(some)
    parties.filter(id__in=ids).update(
        email_key=None, phone_key=None, reference_key=None, name_key=None, same_key=None, mail_domain_key=None,
        sealed=b"",
    )  # fmt: skip
    if len(ids) < most:
        Roster.objects.filter(pk=roster.pk).update(cleared_at=now)
        return True
    return False


# --- what a restored backup must not bring back


def _list() -> Path:
    return Path(settings.STATE_DIR) / "erasures.jsonl"


def _write_down(roster: int, incident: str, at: datetime) -> None:
    """Outside the database, so that `repeat_erasures` knows of it when an older backup is restored."""
    line = json.dumps({"roster": roster, "incident": incident, "at": at.astimezone(UTC).isoformat()})
    handle = os.open(_list(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def erasures_written_down() -> Iterator[dict[str, Any]]:
    if _list().exists():
        for line in _list().read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def repeat_erasures(*, now: datetime) -> list[str]:
    """Erase again what was erased before a backup was restored; the references of the incidents."""
    again = []
    for one in erasures_written_down():
        roster = Roster.objects.filter(
            pk=one["roster"], incident__reference=one["incident"], erased_at=None
        ).first()
        if roster is not None:
            erase_roster(
                roster,
                by=SYSTEM,
                reason=f"Erased on {one['at'][:10]}; a restored backup brought it back.",
                now=now,
            )
            again.append(one["incident"])
    return again
