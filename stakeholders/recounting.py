"""Counting people anew: one statement sees the people and the kept counts at one moment, and reads no contact detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from stakeholders.importing.rows import MAIL_BIT
from stakeholders.models.roster import MINORS, PARTY_TABLE, Roster, RosterCount

GROUP: Final = "country, subdivision, language, elements, minor"
COUNTED: Final = f"""
    SELECT country, subdivision, language, elements, addressee = ANY(%(minors)s) AS minor, count(*) AS number,
        count(*) FILTER (WHERE present & %(mail)s > 0) AS mailable, count(exempt_at) AS exempt
    FROM {PARTY_TABLE} WHERE roster_id = %(roster)s GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608
RECOUNT: Final = f"""
    WITH counted AS ({COUNTED}),
        kept AS (
            SELECT {GROUP}, number, mailable, exempt FROM stakeholders_rostercount
            WHERE roster_id = %(roster)s AND (number, mailable, exempt) <> (0, 0, 0)
        ),
        sums AS (
            SELECT coalesce(sum(number), 0) AS people, coalesce(sum(mailable), 0) AS mailable,
                coalesce(sum(exempt), 0) AS exempt
            FROM counted
        )
    SELECT
        (
            SELECT count(*) FROM counted FULL JOIN kept USING ({GROUP})
            WHERE (counted.number, counted.mailable, counted.exempt)
                IS DISTINCT FROM (kept.number, kept.mailable, kept.exempt)
        ),
        sums.people, sums.mailable, sums.exempt, roster.people, roster.mailable, roster.exempt
    FROM stakeholders_roster AS roster, sums WHERE roster.id = %(roster)s
"""  # noqa: S608
WRITE: Final = f"""
    INSERT INTO stakeholders_rostercount (roster_id, {GROUP}, number, mailable, exempt)
    SELECT %(roster)s, {GROUP}, number, mailable, exempt FROM ({COUNTED}) AS counted
"""  # noqa: S608

Sums = tuple[int, int, int]  # people, with an e-mail address, exempt


@dataclass(frozen=True)
class Recount:
    """The people of a roster counted anew beside the counts that are kept."""

    groups_off: int  # groups whose kept numbers are not those of the people
    counted: Sums
    kept: Sums

    @property
    def off(self) -> int:
        """How many kept numbers are wrong; the sums of the roster are one more."""
        return self.groups_off + (self.counted != self.kept)


def recount(roster: Roster) -> Recount:
    """Count the people of a roster and compare."""
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, _of(roster))
        groups, *sums = (int(number) for number in cursor.fetchone())
    people, mailable, exempt, *kept = sums
    return Recount(groups, (people, mailable, exempt), (kept[0], kept[1], kept[2]))


def write_counts(roster: Roster) -> None:
    """Put the counts of the people in place of those that were kept; called by commands under the roster's lock."""
    RosterCount.objects.filter(roster=roster).delete()
    with connection.cursor() as cursor:
        cursor.execute(WRITE, _of(roster))


def _of(roster: Roster) -> dict[str, Any]:
    return {"roster": roster.pk, "minors": sorted(MINORS), "mail": MAIL_BIT}
