"""Systems of the register on an incident: picked, and what they propose accepted or not."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents.commands.facts import CountInput, FactInput, record_counts, set_facts
from incidents.commands.opening import touch
from incidents.events import IncidentEvent
from incidents.models import Incident, PickedSystem
from incidents.models.picked import Answer
from incidents.queries.facts import current_facts
from incidents.queries.systems import ELEMENTS, PEOPLE, Proposal, picked_systems
from incidents.rules import check_not_settled
from policies.models import System


@transaction.atomic
def pick_system(incident: Incident, *, system: System, by: User, now: datetime) -> PickedSystem:
    """Say that a system is concerned; what the register knows of it is proposed, not stated."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    if system.retired_at is not None:
        raise ValidationError("This system is out of use.", code="retired")
    picked, created = PickedSystem.objects.get_or_create(
        incident=incident, system=system, defaults={"by": by, "at": now}
    )
    if created:
        details = {"system": system.reference}
        record(IncidentEvent.SYSTEM_PICKED, picked, by=by, stream=incident.stream, details=details)
        touch(incident)
    return picked


@transaction.atomic
def drop_system(picked: PickedSystem, *, by: User, now: datetime) -> None:
    """Say that it is not concerned after all; facts that were accepted stay until somebody states them anew."""
    incident = Incident.objects.locked(picked.incident)
    check_not_settled(incident)
    deleted, _ = PickedSystem.objects.filter(pk=picked.pk).delete()
    if deleted:
        details = {"system": picked.system.reference}
        record(IncidentEvent.SYSTEM_DROPPED, incident, by=by, stream=incident.stream, details=details)
        touch(incident)


@transaction.atomic
def answer_proposal(
    picked: PickedSystem, *, what: str, accept: bool, by: User, now: datetime
) -> PickedSystem:
    """Take what the register proposes into the facts, or say that it is not so here."""
    incident = Incident.objects.locked(picked.incident)
    check_not_settled(incident)
    found = next((one for one in picked_systems(incident) if one.row.pk == picked.pk), None)
    proposal = next((one for one in found.proposals if one.what == what), None) if found else None
    if found is None or proposal is None:
        raise ValidationError("This is no longer proposed.", code="not_proposed")
    picked = found.row
    if accept:
        _state(incident, picked.system, proposal, by=by, now=now)
    setattr(picked, what, Answer.ACCEPTED if accept else Answer.DECLINED)
    picked.save(update_fields=[what])
    details = {"system": picked.system.reference, "what": what, "accepted": accept}
    record(IncidentEvent.SYSTEM_ANSWERED, picked, by=by, stream=incident.stream, details=details)
    touch(incident)
    return picked


def _state(incident: Incident, system: System, proposal: Proposal, *, by: User, now: datetime) -> None:
    source = f"Register of systems: {system.name}"
    if proposal.what == ELEMENTS:
        known = current_facts(incident).get("elements")
        named = set(known.value or ()) if known is not None and known.state == "known" else set()
        fact = FactInput("elements", "known", sorted(named | set(proposal.value)), source)
        set_facts(incident, facts=[fact], by=by, now=now)
    elif proposal.what == PEOPLE:
        counts = [
            CountInput(place, tuple(system.elements), number) for place, number in proposal.value.items()
        ]
        record_counts(
            incident, counts=counts, basis="estimate", source=source, by=by, now=now, replace_basis=False
        )
