"""Past incidents from elsewhere: closed, without clocks or alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import transaction

from accounts.models import User
from audit.commands import Acting, record
from incidents.commands.opening import grant_roles
from incidents.events import IncidentEvent
from incidents.historic import HistoricIncident
from incidents.lifecycle import Status
from incidents.models import EventTime, Fact, Incident
from incidents.models.facts import FactState

Outcome = Literal["added", "updated", "unchanged"]


@transaction.atomic
def import_historic_incident(historic: HistoricIncident, *, by: Acting, now: datetime) -> Outcome:
    """Take in a past incident, or what its source has changed since.

    Repeating it is harmless. An older edition never replaces a newer one, and an incident that was reopened
    here is ours from then on.
    """
    digest = historic.digest()
    person = by if isinstance(by, User) else None
    incident, added = Incident.objects.select_for_update(of=("self",)).get_or_create(
        source=historic.source,
        source_id=historic.source_id,
        defaults={"historic": True, "opened_at": now, "status": _status(historic), "title": historic.title},
    )
    if not added and (incident.source_hash == digest or _is_ours(incident) or _is_older(historic, incident)):
        return "unchanged"
    incident.title, incident.summary = historic.title, historic.summary
    incident.violation, incident.status = historic.violation, _status(historic)
    incident.source_hash = digest
    incident.version += 0 if added else 1
    incident.save(
        update_fields=["title", "summary", "violation", "status", "source_hash", "version"],
    )
    _put_times(incident, historic, person, now)
    _put_facts(incident, historic, person, now)
    if added:
        grant_roles(incident, by=person)
    record(
        IncidentEvent.IMPORTED,
        incident,
        by=by,
        stream=incident.stream,
        details={
            "source": historic.source,
            "source_id": historic.source_id,
            "sha256": digest,
            "added": added,
        },
    )
    return "added" if added else "updated"


def _status(historic: HistoricIncident) -> Status:
    return Status.CLOSED if historic.breach else Status.DISMISSED


def _is_ours(incident: Incident) -> bool:
    return not incident.historic or not incident.is_settled


def _is_older(historic: HistoricIncident, incident: Incident) -> bool:
    known = (
        incident.facts.filter(key="source_edition", superseded_at=None)
        .values_list("value", flat=True)
        .first()
    )
    return bool(known) and _parts(historic.edition) < _parts(str(known))


def _parts(edition: str) -> tuple[int, ...]:
    return tuple(int(part) for part in edition.split(".") if part.isdecimal())


def _put_times(incident: Incident, historic: HistoricIncident, person: User | None, now: datetime) -> None:
    standing = {row.kind: row for row in incident.event_times.filter(superseded_at=None)}
    told = {time.kind: time for time in historic.times}
    fresh = [
        time
        for kind, time in told.items()
        if kind not in standing or (standing[kind].at, standing[kind].precision) != (time.at, time.precision)
    ]
    gone = [row.pk for kind, row in standing.items() if kind not in told or told[kind] in fresh]
    EventTime.objects.filter(pk__in=gone).update(superseded_at=now)
    EventTime.objects.bulk_create(
        EventTime(
            incident=incident, kind=time.kind, at=time.at, zone="UTC", precision=time.precision,
            source=time.source, signed_by=person, signed_at=now,
        )
        for time in fresh
    )  # fmt: skip


def _put_facts(incident: Incident, historic: HistoricIncident, person: User | None, now: datetime) -> None:
    standing = {row.key: row for row in incident.facts.filter(superseded_at=None)}
    fresh = {
        key: value
        for key, value in historic.facts.items()
        if key not in standing or standing[key].value != value
    }
    gone = [row.pk for key, row in standing.items() if key in fresh or key not in historic.facts]
    Fact.objects.filter(pk__in=gone).update(superseded_at=now)
    Fact.objects.bulk_create(
        Fact(
            incident=incident, key=key, state=FactState.KNOWN, value=value, source="VERIS", by=person, at=now
        )
        for key, value in fresh.items()
    )
