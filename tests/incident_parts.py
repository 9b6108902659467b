"""What hangs on the incident of `tests.full_incident` beside the way of the breach, by the product's own commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from incidents.commands import sightings
from incidents.models import Incident


def hang_on(incident: Incident, cast: Any, now: datetime) -> None:
    """One of each, so that an address may name it."""
    seen = sightings.Seen("Board", account="@seller", links=["https://board.example/t/1"])
    sightings.record_sighting(incident, seen, by=cast.responder, now=now)
