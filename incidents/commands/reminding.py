"""Who owns an obligation, who says that they have it, and who is reminded of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from audit.events import SYSTEM
from incidents import queries
from incidents.commands.opening import touch
from incidents.events import ObligationEvent
from incidents.models import Alert, Can, Incident, Obligation
from incidents.models.alert import Why
from incidents.queries import reminders
from incidents.rules import check_runs


@transaction.atomic
def raise_alerts(pk: int, *, now: datetime) -> int:
    """Tell what is to be told of one incident's deadlines; returns how many people hear of how many steps.

    Under the incident's lock, so two workers take turns; one that somebody holds is left for the next look.
    """
    incident = (
        Incident.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("lead")
        .filter(pk=pk)
        .first()
    )
    if incident is None:
        return 0
    rows = Alert.objects.bulk_create(_alerts(incident, now))
    if rows:
        record(
            ObligationEvent.REMINDED,
            incident,
            by=SYSTEM,
            stream=incident.stream,
            details={
                "obligations": sorted({row.obligation_id for row in rows}),
                "people": sorted({row.recipient_id for row in rows}),
            },
        )
    return len(rows)


def _alerts(incident: Incident, now: datetime) -> Iterator[Alert]:
    found = list(reminders.reminding().filter(incident=incident))
    told, set_so = reminders.told_of(found), reminders.plan()
    able, orphaned = reminders.workers(incident, now=now), reminders.without_anybody(found)
    for one in found:
        step = reminders.step_wanted(one, told[one.pk], set_so, now=now)
        if step is None or one.clock_at is None:
            continue
        links = reminders.chain(one, able, now=now)
        if not links and (one.pk, step.round) not in orphaned:
            links = [(Why.NOBODY, reminders.officers(able))]
        for why, people in links:
            if left := [person for person in people if person.pk not in step.told]:
                yield from (
                    Alert(
                        obligation=one,
                        round=step.round,
                        step=step.step,
                        recipient=person,
                        why=why,
                        clock_at=one.clock_at,
                        at=now,
                    )
                    for person in left
                )
                break


@transaction.atomic
def have_obligation(obligation: Obligation, *, by: User, now: datetime) -> Obligation:
    """Say "I have this": nobody else is told of this step, and later ones come to this person first."""
    incident = Incident.objects.locked(Incident(pk=obligation.incident_id))
    return _have(incident, [obligation.pk], by=by, now=now)[0]


@transaction.atomic
def have_reminded(incident: Incident, *, by: User, now: datetime) -> list[Obligation]:
    """Say "I have these" to all deadlines of an incident that this person was reminded of."""
    incident = Incident.objects.locked(incident)
    asked = [one for one in queries.unanswered(by) if one.incident.pk == incident.pk]
    if not asked:
        raise ValidationError("Nothing waits for your answer here.", code="already_settled")
    return _have(incident, [alert.obligation_id for alert in asked[0].alerts], by=by, now=now)


def _have(incident: Incident, pks: Iterable[int], *, by: User, now: datetime) -> list[Obligation]:
    rows = list(incident.obligations.select_for_update(of=("self",)).filter(pk__in=list(pks)))
    for row in rows:
        check_runs(row)
        row.held_by, row.held_at = by, now
    Obligation.objects.bulk_update(rows, ["held_by", "held_at"])
    Alert.objects.filter(obligation__in=rows, recipient=by, acknowledged_at=None).update(acknowledged_at=now)
    details = {"obligations": sorted(row.pk for row in rows)}
    record(ObligationEvent.HAD, incident, by=by, stream=incident.stream, details=details)
    touch(incident)
    return rows


@transaction.atomic
def hand_over_obligation(obligation: Obligation, *, to: User, by: User, now: datetime) -> Obligation:
    """Make somebody the owner of an obligation; what anybody said of having it before no longer counts."""
    incident = Incident.objects.locked(Incident(pk=obligation.incident_id))
    row = incident.obligations.select_for_update(of=("self",)).get(pk=obligation.pk)
    check_runs(row)
    if not queries.people_who_can(incident, Can.WRITE, now=now).filter(pk=to.pk).exists():
        raise ValidationError("This person may not work on this incident.", code="owner_without_access")
    if row.owner_id == to.pk:
        raise ValidationError("This person owns it already.", code="already_settled")
    details = {"recipient": row.recipient_name, "from": row.owner_id, "to": to.pk}
    row.owner, row.owner_since = to, now
    row.held_by = row.held_at = None
    row.save(update_fields=["owner", "owner_since", "held_by", "held_at"])
    record(ObligationEvent.HANDED_OVER, row, by=by, stream=incident.stream, details=details)
    touch(incident)
    return row
