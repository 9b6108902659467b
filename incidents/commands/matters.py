"""What upper apps have open on an incident."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.commands import Acting, record
from incidents.events import MatterEvent
from incidents.models import Incident, OpenMatter


@transaction.atomic
def open_matter(
    incident: Incident, *, kind: str, reference: str, label: str, by: Acting, now: datetime
) -> OpenMatter:
    """Say that something is open; opening it again only renews its label."""
    incident = Incident.objects.locked(incident)
    matter, created = OpenMatter.objects.get_or_create(
        incident=incident, kind=kind, reference=reference, defaults={"label": label[:200]}
    )
    if created or matter.settled_at is not None:
        record(
            MatterEvent.OPENED,
            incident,
            by=by,
            stream=incident.stream,
            details={"kind": kind, "reference": reference},
        )
    if matter.settled_at is not None or matter.label != label[:200]:
        matter.settled_at = None
        matter.label = label[:200]
        matter.save(update_fields=["settled_at", "label"])
    return matter


@transaction.atomic
def settle_matter(incident: Incident, *, kind: str, reference: str, by: Acting, now: datetime) -> None:
    """Say that it is no longer open; settling it twice changes nothing."""
    incident = Incident.objects.locked(incident)
    settled = incident.matters.filter(kind=kind, reference=reference, settled_at=None).update(settled_at=now)
    if settled:
        record(
            MatterEvent.SETTLED,
            incident,
            by=by,
            stream=incident.stream,
            details={"kind": kind, "reference": reference},
        )
