"""What hangs on the incident of `tests.full_incident` beside the way of the breach, by the product's own commands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from incidents.commands import lessons, sightings
from incidents.models import Incident


def hang_on(incident: Incident, cast: Any, now: datetime) -> None:
    """One of each, so that an address may name it."""
    seen = sightings.Seen("Board", account="@seller", links=["https://board.example/t/1"])
    sightings.record_sighting(incident, seen, by=cast.responder, now=now)
    lessons.add_improvement(
        incident, text="A limit", owner=cast.responder, due_on=(now + timedelta(days=30)).date(), by=cast.lead, now=now
    )  # fmt: skip
