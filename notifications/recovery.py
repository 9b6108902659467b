"""What dead senders left in flight, settled by their journals; what no journal knows is uncertain."""

from __future__ import annotations

import structlog
from django.db import connection, transaction

from notifications import answers, journal, ledger
from notifications.journal import Account
from notifications.ledger import Outcome
from notifications.lifecycle import Fate

log = structlog.get_logger(__name__)


def recover() -> int:
    """Settle every delivery in flight whose owner is dead or lapsed; returns how many."""
    settled = 0
    for account, path in journal.left_behind():
        with transaction.atomic():
            settled += settle_owner(account.owner, account)
        path.unlink(missing_ok=True)
    for owner in _lapsed_owners():
        with transaction.atomic():
            settled += settle_owner(owner, journal.known(owner), lapsed=True)
    if settled:
        log.info("deliveries_recovered", number=settled)
    return settled


def _lapsed_owners() -> list[str]:
    """Owners whose lease is over: stopped ones of this machine, and lost ones of others after a grace."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT owner FROM (
                    SELECT owner, lease_until FROM notifications_delivery WHERE state = 'in_flight'
                    UNION ALL
                    SELECT owner, lease_until FROM stakeholders_inquirymessage WHERE send_state = 'in_flight') claimed
                WHERE lease_until + CASE WHEN starts_with(owner, %s) THEN 0 ELSE %s END * interval '1 second'
                    < clock_timestamp()""",
            [f"{journal.home()}-", ledger.FOREIGN_GRACE.total_seconds()],
        )
        return [row[0] for row in cursor.fetchall()]


def settle_owner(owner: str, account: Account | None, *, lapsed: bool = False) -> int:
    """Settle one owner's deliveries by what its journal says; None: the journal is lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT d.id, d.attempt, n.uncertain_policy FROM notifications_delivery d JOIN notifications_notice n ON n.id = d.notice_id
                WHERE d.owner = %s AND d.state = 'in_flight'
                    AND (NOT %s OR d.lease_until < clock_timestamp()) ORDER BY d.id FOR UPDATE OF d SKIP LOCKED""",
            [owner, lapsed],
        )
        rows = cursor.fetchall()
    outcomes = [read_fate(account, identity, attempt, policy) for identity, attempt, policy in rows]
    ledger.settle(outcomes, owner=owner)
    return len(outcomes) + answers.settle_owner(owner, account)


def read_fate(account: Account | None, identity: int, attempt: int, policy: str) -> Outcome:
    """What a journal says of one try."""
    if account is None:
        return ledger.lost(identity, attempt, policy, text="the sender's journal is lost")
    entry = account.entries.get(f"d{identity}")
    if entry is None or entry.attempt != attempt:
        if not account.complete:
            return ledger.lost(identity, attempt, policy, text="the machine restarted while sending")
        return Outcome(identity, attempt, Fate.QUEUED)
    if entry.code:
        return ledger.answered(identity, attempt, entry.code, entry.text)
    if entry.tried:
        return ledger.lost(identity, attempt, policy, text="the sender ended before the answer")
    return Outcome(identity, attempt, Fate.QUEUED)
