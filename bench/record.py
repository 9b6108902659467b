"""What the chained record costs when it is written, and how fast the whole of it is checked."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench.ground import Ground, rounds, tell

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
WRITERS = 4
EACH = 400
EVENTS = int(os.environ.get("BENCH_EVENTS", "300000"))
STREAMS = 1_000
COLUMNS = (
    "stream, sequence, at, verb, actor_id, actor_label, subject_type, subject_id, subject_label, details, "
    "reason_hash, previous_hash, hash"
)
VALUES = (
    "%s, 0, now(), 'fact_set', 1, 'Ana Ruiz', 'incidents.incident', '1', 'INC-7K3M-Q2XA', "
    """'{"key":"risk_tier","new":"high","old":null}', ''::bytea, ''::bytea, ''::bytea"""
)
PLAIN = (
    "CREATE TABLE plain_event (LIKE audit_auditevent INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES)"
)
FILL = f"""
    INSERT INTO audit_auditevent ({COLUMNS})
    SELECT 'bench-' || number %% %s, 0, now(), 'fact_set', 1, 'Ana Ruiz', 'incidents.incident', number::text,
        'INC-7K3M-Q2XA', '{{"key":"risk_tier","new":"high","old":null}}', ''::bytea, ''::bytea, ''::bytea
    FROM generate_series(1, %s) number
"""


def run(ground: Ground) -> None:
    """Four writers, each on a stream of its own and one event a transaction; then a check of all events."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        # The same table without hashing: unique places come from a sequence instead of the trigger.
        cursor.execute("CREATE SEQUENCE plain_place")
        cursor.execute("ALTER TABLE plain_event ALTER sequence SET DEFAULT nextval('plain_place')")
    chained = f"INSERT INTO audit_auditevent ({COLUMNS}) VALUES ({VALUES})"
    plain = chained.replace("audit_auditevent", "plain_event").replace(
        "%s, 0,", "%s, nextval('plain_place'),"
    )
    rates = rounds({"plain": writing(plain), "chained": writing(chained)}, number=ROUNDS)
    tell(
        "record_vs_insert",
        rates["chained"],
        "events/s",
        against="plain inserts, 4 writers",
        base=rates["plain"],
    )
    with connection.cursor() as cursor:
        cursor.execute(FILL, [STREAMS, EVENTS])
        cursor.execute("ANALYZE audit_auditevent")
    tell("verify_rows_per_second", rounds({"verify": verify}, number=ROUNDS)["verify"], "events/s")


def writing(statement: str) -> Callable[[], int]:
    from django.db import connections

    def write(number: int) -> None:
        connection = connections.create_connection("default")
        with connection.cursor() as cursor:
            for _ in range(EACH):
                cursor.execute(statement, [f"writer-{number}"])  # autocommit: a transaction each
        connection.close()

    def all_at_once() -> int:
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(write, range(WRITERS)))  # a writer that failed is heard
        return WRITERS * EACH

    return all_at_once


def verify() -> int:
    from audit.queries import verify_all

    survey = verify_all()
    assert survey.holds, survey.broken[:1]
    return survey.events
