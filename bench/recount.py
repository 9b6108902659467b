"""The nightly recount of a roster against a bare GROUP BY of the same rows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from bench.ground import Ground, rounds, tell

if TYPE_CHECKING:
    from stakeholders.models import Roster

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "500000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
SEALED_BYTES = 300  # of one person's sealed details
FILL: Final = """
    INSERT INTO stakeholders_affectedparty (
        roster_id, id, country, subdivision, language, elements, addressee, present, email_key, sealed, exempt_reason,
        imported_by
    )
    SELECT %(roster)s, number, place[1], place[2], place[3], kinds.of, 'self', (number %% 16)::int, gen_random_uuid(),
        decode(repeat('5a', %(bytes)s), 'hex'), '', 1
    FROM generate_series(1, %(people)s) AS number
    CROSS JOIN LATERAL (
        SELECT (ARRAY[['US', 'US-CA', 'en'], ['US', 'US-NY', 'en'], ['US', 'US-TX', 'es'], ['DE', '', 'de'],
            ['FR', '', 'fr'], ['IE', '', 'en'], ['BR', '', 'pt'], ['JP', '', 'ja']])[number %% 8 + 1 : number %% 8 + 1]
    ) AS row (cells)
    CROSS JOIN LATERAL (SELECT ARRAY(SELECT unnest(row.cells))) AS flat (place)
    CROSS JOIN LATERAL (
        SELECT CASE number %% 3 WHEN 0 THEN ARRAY['email', 'name'] WHEN 1 THEN ARRAY['email', 'name', 'ssn']
            ELSE ARRAY['medical', 'name'] END::varchar[]
    ) AS kinds (of)
"""
BARE: Final = """
    SELECT country, subdivision, language, elements, addressee, count(*) FROM stakeholders_affectedparty
    WHERE roster_id = %s GROUP BY 1, 2, 3, 4, 5
"""


def run(ground: Ground) -> None:
    """Measure the recount in a database of its own."""
    from django.db import connection

    from stakeholders import recounting

    roster = _fill()

    def bare() -> int:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [roster.pk])
            return sum(row[-1] for row in cursor.fetchall())

    def recount() -> int:
        found = recounting.recount(roster)
        assert found.off == 0, found
        return found.counted[0]

    assert bare() == recount() == PEOPLE
    rates = rounds({"bare": bare, "recount": recount}, number=ROUNDS)
    times = {name: [PEOPLE / rate * 1000 for rate in told] for name, told in rates.items()}
    tell(f"recount_vs_group_by: bare GROUP BY of {PEOPLE:,} people", times["bare"], "ms")
    tell(
        f"recount_vs_group_by: recount of {PEOPLE:,} people",
        times["recount"], "ms", against="bare GROUP BY", base=times["bare"],
    )  # fmt: skip


def _fill() -> Roster:
    """An incident whose roster has so many people, and the counts that an import would keep."""
    from django.db import connection
    from django.utils import timezone

    from accounts import commands as accounts
    from accounts.models import Role
    from audit.events import SYSTEM
    from incidents import commands as incidents
    from stakeholders import commands, recounting
    from stakeholders.models import Roster
    from stakeholders.models.roster import own_partition

    lead = accounts.add_user(by=SYSTEM, email="recount@lantern.example", name="Lead", roles=[Role.LEAD])
    incident = incidents.open_incident(by=lead, title="Bench of counts", now=timezone.now())
    roster = commands.open_roster(incident, by=lead, now=timezone.now())
    own_partition(roster)
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"roster": roster.pk, "people": PEOPLE, "bytes": SEALED_BYTES})
        recounting.write_counts(roster)
        people, mailable, exempt = recounting.recount(roster).counted
        Roster.objects.filter(pk=roster.pk).update(people=people, mailable=mailable, exempt=exempt)
        cursor.execute("VACUUM (ANALYZE) stakeholders_affectedparty")
    return Roster.objects.get(pk=roster.pk)
