"""A million deliveries: approving and starting them, queueing, and claiming while all of them wait."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any, Final

from bench.ground import Ground, tell
from bench.mails import House

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
FEW: Final = 1_000
CLAIMS: Final = 60
# Sealed details that nobody opens here.
FILL: Final = """
    INSERT INTO stakeholders_affectedparty (
        roster_id, id, country, subdivision, language, elements, addressee, present, email_key, mail_domain_key, sealed,
        exempt_reason, imported_by
    )
    SELECT %(roster)s, nextval('stakeholders_affectedparty_id_seq'), 'IE', '', 'en',
        (CASE number %% 3 WHEN 0 THEN ARRAY['email', 'name'] WHEN 1 THEN ARRAY['email', 'name', 'phone']
            ELSE ARRAY['date_of_birth', 'name'] END)::varchar[],
        'self', %(present)s, gen_random_uuid(), md5((number %% 977)::text)::uuid, decode(repeat('5a', 120), 'hex'), '', 1
    FROM generate_series(1, %(people)s) AS number
"""
PLAIN: Final = """
    INSERT INTO plain_delivery (notice_id, roster_id, party_id, mail_domain_key, state, attempt, owner, message_id, reply_text)
    SELECT %s, roster_id, id, mail_domain_key, 'queued', 0, '', '', '' FROM stakeholders_affectedparty WHERE roster_id = %s
"""


def run(ground: Ground) -> None:
    """Everything on one incident, first with a thousand people, then with all of them."""
    from django.db import connection

    house = House(1)
    times: dict[str, list[float]] = {}
    for name, number in (("few", FEW), ("all", PEOPLE - FEW)):
        _fill(house, number)
        approving, starting, queueing = _start(house)
        times[name] = [approving, starting]
    tell("approve_ms", [times["all"][0]], "ms", against=f"{FEW:,} people: {times['few'][0]:.0f} ms")
    tell("start_ms", [times["all"][1]], "ms", against=f"{FEW:,} people: {times['few'][1]:.0f} ms")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain_delivery (LIKE notifications_delivery INCLUDING ALL)")
        started = time.perf_counter()
        cursor.execute(PLAIN, [1, house.roster.pk])
        plain = time.perf_counter() - started
        cursor.execute("DROP TABLE plain_delivery")
    tell(
        "queue_vs_insert_select",
        [queueing / plain],
        "x",
        against=f"INSERT … SELECT of {PEOPLE:,} rows: {plain:.1f} s",
    )
    _claims(house)


def _fill(house: House, number: int) -> None:
    from django.db import connection

    from stakeholders.sealing import BIT

    present = BIT["name"] | BIT["given_name"] | BIT["family_name"] | BIT["email"]
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"roster": house.roster.pk, "people": number, "present": present})
        cursor.execute("VACUUM (ANALYZE) stakeholders_affectedparty")


def _start(house: House) -> tuple[float, float, float]:
    """Milliseconds to approve and to start another notice; seconds until everybody has a delivery."""
    from django.utils import timezone

    from notifications import commands, queueing

    notice, approving = _timed(house.approved)
    _, starting = _timed(lambda: commands.start_sending(notice, by=house.lead, now=timezone.now()))
    _, queued = _timed(lambda: queueing.queue_due(seconds=3_600))
    notice.refresh_from_db()
    assert notice.queued_to is None
    assert notice.total == notice.deliveries.count()
    return approving, starting, (starting + queued) / 1000


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    found = act()
    return found, (time.perf_counter() - started) * 1000


def _claims(house: House) -> None:
    """Windows of the first size and of the largest, with everything else waiting."""
    from django.db import connection, transaction

    from notifications import lane, ledger
    from notifications.models import Notice
    from notifications.page_codes import Codes

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) notifications_delivery")
    notice = Notice.objects.latest("pk")
    codes = Codes(notice)
    for size in (lane.WINDOW, lane.WINDOWS[1]):
        times = []
        for _ in range(CLAIMS):
            started = time.perf_counter()
            with transaction.atomic():
                claims, _ = ledger.claim(notice, owner="bench", size=size, codes=codes)
            times.append((time.perf_counter() - started) * 1000)
            assert len(claims) == size
        against = (
            f"{size} of {PEOPLE:,} pending; 95th percentile {statistics.quantiles(times, n=20)[-1]:.1f} ms"
        )
        tell("claim_ms", times, "ms", against=against)
    looks = [_timed(ledger.due_notice)[1] for _ in range(20)]
    tell("due_notice_ms", looks, "ms", against=f"{PEOPLE:,} pending")
