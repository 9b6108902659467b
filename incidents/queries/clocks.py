"""Of many incidents at once: how many people, and the clock that ends first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Coalesce

from incidents.models import AffectedCount, Incident, Obligation
from incidents.queries.facts import total_affected


def people_affected(incidents: Iterable[Incident]) -> dict[int, tuple[int | None, bool]]:
    """Number of people of each incident that has counts, and whether it is confirmed."""
    counts: dict[int, list[AffectedCount]] = defaultdict(list)
    for count in AffectedCount.objects.filter(incident__in=list(incidents), superseded_at=None):
        counts[count.incident_id].append(count)
    return {pk: total_affected(rows) for pk, rows in counts.items()}


def next_obligations(incidents: Iterable[Incident]) -> dict[int, Obligation]:
    """Of each incident the running obligation whose clock ends first."""
    running = (
        Obligation.objects.running()
        .filter(incident__in=list(incidents))
        .exclude(due_at=None, target_at=None)
        .order_by("incident_id", Coalesce(F("due_at"), F("target_at")), "key")
        .distinct("incident_id")
        .defer("rule", "duty", "trace")
    )
    return {obligation.incident_id: obligation for obligation in running}
