"""The deliveries as a queue: claimed in windows, settled once, each step one transaction.

Every write is fenced by owner and attempt: an owner whose claim lapsed changes nothing any more.
The database's clock moves leases and retries, so a worker's wrong clock steals nothing.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from accounts.codes import digest
from notifications import pace
from notifications.bounce_reading import PASSING
from notifications.lifecycle import HELD, REFUSED, TOLD, Fate
from notifications.models import Notice, UncertainPolicy

LEASE: Final = timedelta(minutes=15)  # longer than the wait for an answer
FOREIGN_GRACE: Final = timedelta(hours=1)  # before another machine's lost owner is given up
PACED: Final = "waits for its turn at this mail domain"
STRIKES: Final = 3  # put-offs in a row before a whole domain rests
DOMAIN_REST: Final = (30, 900)  # seconds: the first rest, and the longest
RETRIES: Final = (60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 43_200, 43_200)  # seconds
AGAIN: Final = (
    timedelta(hours=4),
    timedelta(hours=24),
)  # after the first and the second full mailbox, or soft bounce


@dataclass(frozen=True)
class Claim:
    """One delivery that is ours for a while, with what is needed to make its mail."""

    id: int
    roster_id: int
    party_id: int
    attempt: int
    dated_at: datetime
    message_id: str
    sealed: bytes
    elements: tuple[str, ...]
    present: int
    code: str = field(repr=False)  # of the person's page; it is stored nowhere
    place: str = ""

    @property
    def key(self) -> str:
        """What the journal calls it."""
        return f"d{self.id}"


@dataclass(frozen=True)
class Outcome:
    """What became of one claim."""

    id: int
    attempt: int
    state: Fate
    code: int | None = None
    text: str = ""
    retry_seconds: int | None = None
    lost: bool = False


# Two questions, each answered by the first row of its own index, however many wait behind it.
_DUE: Final = """SELECT n.id FROM notifications_notice n
    WHERE n.status = 'sending' AND n.scheduled_at <= clock_timestamp() AND NOT n.id = ANY(%s)
      AND ((SELECT d.id FROM notifications_delivery d WHERE d.notice_id = n.id AND d.state = 'queued'
            AND NOT EXISTS (SELECT 1 FROM notifications_maildomain m
                WHERE m.key = d.mail_domain_key AND m.paused_until > clock_timestamp())
            ORDER BY d.id LIMIT 1) IS NOT NULL
        OR (SELECT d.id FROM notifications_delivery d WHERE d.notice_id = n.id AND d.state = 'deferred'
            AND d.next_try_at <= clock_timestamp()
            AND NOT EXISTS (SELECT 1 FROM notifications_maildomain m
                WHERE m.key = d.mail_domain_key AND m.paused_until > clock_timestamp())
            ORDER BY d.next_try_at LIMIT 1) IS NOT NULL)
    ORDER BY random() LIMIT 1"""


def due_notice(*, except_for: Iterable[int] = ()) -> int | None:
    """A notice with something to send now; any of them, so that one long notice does not hold up others."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [list(except_for)])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def is_sending(notice_id: int) -> bool:
    """Whether the notice still goes out: pausing stops lanes between two mails."""
    return Notice.objects.filter(pk=notice_id, status="sending").exists()


def claim(
    notice: Notice, *, owner: str, size: int, codes: Any, lease: timedelta = LEASE
) -> tuple[list[Claim], list[Outcome]]:
    """Take up to `size` due deliveries; inside the caller's transaction.

    Marked in flight with their Message-ID before anything is sent. People who are exempt, erased or gone
    since the start are not claimed: their outcomes come back second.
    """
    rows = _paced(_due_rows(notice, pace.relay_allows(size)))
    pace.take_from_relay(len(rows))
    claims, withdrawn = [], []
    for row in rows:
        identity, roster_id, party_id, attempt, dated_at, sealed, elements, present, exempt_at, place, *_ = (
            row
        )
        if sealed is None or exempt_at is not None:
            text = "no longer on the roster" if sealed is None else "exempt"
            withdrawn.append(Outcome(identity, attempt + 1, Fate.WITHDRAWN, text=text))
        claims.append(
            Claim(
                identity, roster_id, party_id, attempt + 1, dated_at, codes.message_id(party_id),
                bytes(sealed or b""), tuple(elements or ()), int(present or 0), codes.code(party_id),
                place or "",
            )
        )  # fmt: skip
    if claims:
        _mark_in_flight(claims, owner=owner, lease=lease)
    gone = {outcome.id for outcome in withdrawn}
    return [one for one in claims if one.id not in gone], withdrawn


_ROWS: Final = """SELECT d.id, d.roster_id, d.party_id, d.attempt,
        coalesce(d.dated_at, date_trunc('second', clock_timestamp())), p.sealed, p.elements, p.present, p.exempt_at,
        coalesce(nullif(p.subdivision, ''), p.country), d.state = 'deferred' AND d.attempt = 0, d.mail_domain_key
    FROM notifications_delivery d
        LEFT JOIN stakeholders_affectedparty p ON p.roster_id = d.roster_id AND p.id = d.party_id
    WHERE d.notice_id = %s AND (SELECT n.status FROM notifications_notice n WHERE n.id = %s) = 'sending'
      AND NOT EXISTS (SELECT 1 FROM notifications_maildomain m
          WHERE m.key = d.mail_domain_key AND m.paused_until > clock_timestamp()) """
# Two statements, so that each uses its own partial index.
_QUEUED: Final = _ROWS + "AND d.state = 'queued' ORDER BY d.id LIMIT %s FOR UPDATE OF d SKIP LOCKED"
_PUT_OFF: Final = (
    _ROWS + "AND d.state = 'deferred' AND d.next_try_at <= clock_timestamp() ORDER BY d.next_try_at LIMIT %s"
    " FOR UPDATE OF d SKIP LOCKED"
)


def _paced(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Those whose mail domain may be written to now; the others wait for the slot that is kept for them."""
    if not settings.SMTP_DOMAIN_PER_MINUTE or not rows:
        return rows
    # A row that waits with no try behind it has its slot already.
    wanted = Counter(row[-1] for row in rows if row[-1] is not None and not _has_slot(row))
    slots = {key: iter(times) for key, times in pace.domain_slots(wanted).items()}
    now, later = [], []
    for row in rows:
        seconds = 0.0 if row[-1] is None or _has_slot(row) else next(slots[row[-1]])
        if seconds:
            later.append((row[0], seconds))
        else:
            now.append(row)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE notifications_delivery d SET state = 'deferred', reply_text = %s,
                next_try_at = clock_timestamp() + v.seconds * interval '1 second'
            FROM unnest(%s::bigint[], %s::float8[]) AS v (id, seconds) WHERE d.id = v.id""",
            [PACED, [one for one, _ in later], [seconds for _, seconds in later]],
        )
    return now


def _has_slot(row: tuple[Any, ...]) -> bool:
    return bool(row[-2])


def _due_rows(notice: Notice, size: int) -> list[tuple[Any, ...]]:
    if size <= 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_QUEUED, [notice.pk, notice.pk, size])
        rows = list(cursor.fetchall())
        if len(rows) < size:
            cursor.execute(_PUT_OFF, [notice.pk, notice.pk, size - len(rows)])
            rows += cursor.fetchall()
    return rows


def _mark_in_flight(claims: Sequence[Claim], *, owner: str, lease: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE notifications_delivery d SET state = 'in_flight', owner = %s, attempt = v.attempt,
                lease_until = clock_timestamp() + %s * interval '1 second', message_id = v.message_id, code_hash = v.code_hash,
                dated_at = v.dated_at, next_try_at = NULL
            FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::bytea[], %s::timestamptz[])
                AS v (id, attempt, message_id, code_hash, dated_at)
            WHERE d.id = v.id""",
            [
                owner,
                lease.total_seconds(),
                [one.id for one in claims],
                [one.attempt for one in claims],
                [one.message_id for one in claims],
                [digest(one.code) for one in claims],
                [one.dated_at for one in claims],
            ],
        )


def settle(outcomes: Sequence[Outcome], *, owner: str) -> Counter[str]:
    """Write down what became of claims, and the notices' counters, in the caller's transaction.

    A claim that goes back without a try was none: however often a server hangs up, nobody runs out of tries by it.
    """
    if not outcomes:
        return Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH v AS (
                SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::smallint[], %s::text[], %s::int[],
                    %s::bool[]) AS v (id, attempt, state, code, text, retry, lost)
            ), old AS (
                SELECT o.id, o.state FROM notifications_delivery o WHERE o.id IN (SELECT id FROM v) ORDER BY o.id FOR UPDATE
            ), done AS (UPDATE notifications_delivery d SET state = v.state, reply_code = v.code, reply_text = v.text,
                next_try_at = clock_timestamp() + v.retry * interval '1 second',
                sent_at = CASE WHEN v.state = 'sent' THEN clock_timestamp() ELSE d.sent_at END,
                settled_at = CASE WHEN v.state IN ('queued', 'deferred') THEN NULL ELSE clock_timestamp() END,
                uncertain_at = CASE WHEN v.lost THEN clock_timestamp() ELSE d.uncertain_at END,
                owner = CASE WHEN v.state = 'uncertain' THEN d.owner ELSE '' END, lease_until = NULL,
                attempt = d.attempt - CASE WHEN v.state = 'queued' AND NOT v.lost THEN 1 ELSE 0 END
            FROM v JOIN old ON old.id = v.id
            WHERE d.id = v.id AND d.owner = %s AND d.attempt = v.attempt
              AND (old.state = 'in_flight' OR (old.state = 'uncertain' AND v.code IS NOT NULL))
            RETURNING d.notice_id, d.state, d.mail_domain_key, old.state AS before
            ), eased AS (DELETE FROM notifications_maildomain m USING done WHERE m.key = done.mail_domain_key AND done.state = 'sent')
            SELECT notice_id, state, mail_domain_key, before FROM done""",
            [
                [one.id for one in outcomes],
                [one.attempt for one in outcomes],
                [str(one.state) for one in outcomes],
                [one.code for one in outcomes],
                [one.text[:120] for one in outcomes],
                [one.retry_seconds for one in outcomes],
                [one.lost for one in outcomes],
                owner,
            ],
        )
        rows = cursor.fetchall()
    count_fates(
        Counter((notice_id, state) for notice_id, state, _, _ in rows),
        back=Counter((notice_id, old) for notice_id, _, _, old in rows),
    )
    _rest_domains(rows)
    return Counter(state for _, state, _, _ in rows)


def count_fates(fates: Counter[tuple[int, str]], *, back: Counter[tuple[int, str]] | None = None) -> None:
    """Move the notices' counters by deliveries that came into these fates, and out of those in `back`."""
    moved: dict[int, Counter[str]] = {}
    for sign, counted in ((1, fates), (-1, back or Counter())):
        for (notice_id, state), number in counted.items():
            column = _column(state)
            if column:
                moved.setdefault(notice_id, Counter())[column] += sign * number
    with connection.cursor() as cursor:
        for notice_id, columns in sorted(moved.items()):
            cursor.execute(
                """UPDATE notifications_notice SET sent = sent + %s, refused = refused + %s, held = held + %s,
                    dropped = dropped + %s,
                    first_sent_at = CASE WHEN %s > 0 THEN coalesce(first_sent_at, clock_timestamp()) ELSE first_sent_at END,
                    last_sent_at = CASE WHEN %s > 0 THEN clock_timestamp() ELSE last_sent_at END,
                    trouble = CASE WHEN %s > 0 THEN '' ELSE trouble END
                WHERE id = %s""",
                [
                    columns["sent"], columns["refused"], columns["held"], columns["dropped"],
                    columns["sent"], columns["sent"], columns["sent"], notice_id,
                ],
            )  # fmt: skip


def _column(state: str) -> str:
    if state in TOLD:
        return "sent"
    if state in REFUSED:
        return "refused"
    if state in HELD:
        return "held"
    return "dropped" if state == Fate.WITHDRAWN else ""


def _rest_domains(rows: Iterable[tuple[int, str, Any, str]]) -> None:
    """A domain that puts us off again and again rests; one mail that it takes has ended that already."""
    taken = {key for _, state, key, _ in rows if key is not None and state == Fate.SENT}
    put_off = {key for _, state, key, _ in rows if key is not None and state == Fate.DEFERRED} - taken
    if not put_off:
        return
    with connection.cursor() as cursor:
        for key in sorted(put_off):
            cursor.execute(
                """INSERT INTO notifications_maildomain AS m (key, strikes, paused_until) VALUES (%s, 1, NULL)
                ON CONFLICT (key) DO UPDATE SET strikes = least(m.strikes + 1, 30), paused_until =
                    CASE WHEN m.strikes + 1 >= %s THEN clock_timestamp()
                        + least(%s * power(2, least(m.strikes + 1 - %s, 10)), %s) * interval '1 second' ELSE NULL END""",
                [str(key), STRIKES, DOMAIN_REST[0], STRIKES, DOMAIN_REST[1]],
            )


def retry_after(attempt: int) -> int | None:
    """Seconds to wait after the n-th put-off, with some jitter; None when it has been enough."""
    if attempt > len(RETRIES):
        return None
    pause = RETRIES[attempt - 1]
    return pause + secrets.randbelow(pause // 5 + 1)


def lost(identity: int, attempt: int, policy: str, *, text: str = "the answer was lost") -> Outcome:
    """The outcome of a try whose answer nobody knows: by policy sent again, or left to a person."""
    state = Fate.QUEUED if policy == UncertainPolicy.RESEND else Fate.UNCERTAIN
    return Outcome(identity, attempt, state, text=text, lost=True)


def answered(identity: int, attempt: int, code: int, text: str, *, at_recipient: bool = False) -> Outcome:
    """The outcome that a server's answer means."""
    if 200 <= code < 300:
        return Outcome(identity, attempt, Fate.SENT, code, text)
    if 400 <= code < 500:
        pause = retry_after(attempt)
        if pause is not None:
            return Outcome(identity, attempt, Fate.DEFERRED, code, text, pause)
        return Outcome(identity, attempt, Fate.FAILED, code, f"put off too often: {text}")
    # Called permanent as in a bounce, and as passing.
    if text.startswith(PASSING) and attempt <= len(AGAIN):
        return Outcome(identity, attempt, Fate.DEFERRED, code, text, int(AGAIN[attempt - 1].total_seconds()))
    return Outcome(identity, attempt, Fate.BOUNCED if at_recipient else Fate.FAILED, code, text)


@transaction.atomic
def report_trouble(notice_id: int, text: str) -> None:
    """Show on the notice why the relay takes nothing now; the next mail taken clears it."""
    Notice.objects.filter(pk=notice_id).exclude(trouble=text[:160]).update(trouble=text[:160])
