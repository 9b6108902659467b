"""Who has been told and who has not: four numbers that always add up to everybody affected."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Sum

from incidents.models import Incident
from notifications.segments import roster_of
from stakeholders.sealing import BIT

# One pass over the roster. Told before exempt: what was sent stays sent.
_FATES = """
    SELECT coalesce(nullif(p.subdivision, ''), p.country) AS place,
        count(*) FILTER (WHERE coalesce(d.told, false)) AS notified,
        count(*) FILTER (WHERE NOT coalesce(d.told, false) AND p.exempt_at IS NOT NULL) AS exempt,
        count(*) FILTER (WHERE NOT coalesce(d.told, false) AND p.exempt_at IS NULL AND NOT coalesce(d.open, false)
            AND (coalesce(d.ended, false)
                OR ((coalesce(d.refused, false) OR p.present & %s = 0) AND p.present & %s = 0))) AS unreachable,
        count(*) AS people
    FROM stakeholders_affectedparty p
    LEFT JOIN (
        SELECT party_id, bool_or(state IN ('sent', 'posted')) AS told, bool_or(state IN ('bounced', 'failed')) AS refused,
            bool_or(state IN ('returned', 'given_up')) AS ended,
            bool_or(state IN ('queued', 'in_flight', 'deferred', 'uncertain', 'parked', 'letter')) AS open
        FROM notifications_delivery WHERE roster_id = %s GROUP BY party_id
    ) d ON d.party_id = p.id
    WHERE p.roster_id = %s GROUP BY 1 ORDER BY count(*) DESC, 1"""


@dataclass(frozen=True)
class Part:
    """Coverage of one place; `place` is empty where it is not known, None for people not on the roster yet."""

    place: str | None
    affected: int
    notified: int = 0
    unreachable: int = 0
    exempt: int = 0

    @property
    def waiting(self) -> int:
        return self.affected - self.notified - self.unreachable - self.exempt


@dataclass(frozen=True)
class Coverage:
    """Coverage of an incident: affected = notified + unreachable + exempt + waiting."""

    parts: tuple[Part, ...] = ()

    @property
    def affected(self) -> int:
        return sum(part.affected for part in self.parts)

    @property
    def notified(self) -> int:
        return sum(part.notified for part in self.parts)

    @property
    def unreachable(self) -> int:
        return sum(part.unreachable for part in self.parts)

    @property
    def exempt(self) -> int:
        return sum(part.exempt for part in self.parts)

    @property
    def waiting(self) -> int:
        return sum(part.waiting for part in self.parts)

    @property
    def not_on_roster(self) -> int:
        """Confirmed as affected, but nobody has told us who they are."""
        return sum(part.affected for part in self.parts if part.place is None)


def coverage(incident: Incident) -> Coverage:
    """Everybody affected, by place: the roster, and what confirmed counts know beyond it."""
    roster = roster_of(incident)
    rows: list[tuple[str, int, int, int, int]] = []
    if roster is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                _FATES, [BIT["email"], BIT["address1"] | BIT["postcode"] | BIT["town"], roster.pk, roster.pk]
            )
            rows = cursor.fetchall()
    parts = [
        Part(place, people, notified, unreachable, exempt)
        for place, notified, exempt, unreachable, people in rows
    ]
    confirmed = incident.counts.filter(superseded_at=None, basis="confirmed").aggregate(n=Sum("number"))["n"]
    missing = (confirmed or 0) - sum(part.affected for part in parts)
    if missing > 0:
        parts.append(Part(None, missing))
    return Coverage(tuple(parts))
