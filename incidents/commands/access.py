"""Who may see an incident."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import commands as accounts
from accounts.models import Role, Team, User
from audit.commands import record
from incidents.commands import teams
from incidents.commands.opening import grant_roles, touch
from incidents.events import IncidentEvent
from incidents.models import Can, Incident, IncidentGroupGrant, IncidentUserGrant
from incidents.permissions import access_mark, grant, held
from incidents.rules import check_reason

LONGEST: Final = timedelta(days=366)


@transaction.atomic
def grant_access(
    incident: Incident,
    *,
    to: User | Team,
    cans: Iterable[Can],
    by: User,
    now: datetime,
    ends_at: datetime | None = None,
) -> None:
    """Let one person or a team in, with an end if they are from outside; seeing is always part of it."""
    if isinstance(to, Team):
        to = teams.locked(to)  # before the incident, as changes of a team lock
    incident = Incident.objects.locked(incident)
    wanted = sorted({*cans, Can.VIEW})
    if beyond := set(wanted) - held(by, incident):
        words = ", ".join(sorted(str(can.label).lower() for can in beyond))
        raise ValidationError(f"You cannot hand on what you do not hold: {words}.", code="more_than_held")
    if ends_at is not None and ends_at <= now:
        raise ValidationError("The end of access lies in the past.", code="past_end")
    grant(incident, wanted, to=to, by=by, ends_at=ends_at)
    record(
        IncidentEvent.GRANTED,
        incident,
        by=by,
        stream=incident.stream,
        details=_who(to) | {"can": wanted, "ends_at": ends_at},
    )
    touch(incident)


@transaction.atomic
def end_access(incident: Incident, *, of: User | Team, by: User, now: datetime) -> None:
    """Take away what one person or a team was granted; what roles hold is another matter."""
    incident = Incident.objects.locked(incident)
    if isinstance(of, Team):
        gone, _ = IncidentGroupGrant.objects.filter(content_object=incident, group=of).delete()
    else:
        gone, _ = IncidentUserGrant.objects.filter(content_object=incident, user=of).delete()
    if not gone:
        raise ValidationError("Nothing was granted to them here by name.", code="already_settled")
    teams.check_somebody_grants(incident)
    record(IncidentEvent.GRANT_ENDED, incident, by=by, stream=incident.stream, details=_who(of))
    touch(incident)


def _who(to: User | Team) -> dict[str, Any]:
    return {"team": to.pk} if isinstance(to, Team) else {"user": to.pk}


@transaction.atomic
def restrict_incident(incident: Incident, *, by: User, reason: str, now: datetime) -> Incident:
    """Shut the role groups out: only people and teams who were let in by name know that it exists."""
    incident = Incident.objects.locked(incident)
    if incident.restricted:
        raise ValidationError("This incident is restricted already.", code="already_settled")
    reason = check_reason(reason)
    of_roles = IncidentGroupGrant.objects.filter(content_object=incident, group__name__in=Role.values)
    mine = {
        Can(name) for name in of_roles.filter(group__user=by).values_list("permission__codename", flat=True)
    }
    grant(incident, mine | {Can.VIEW, Can.GRANT}, to=by, by=by)
    of_roles.delete()
    incident.restricted = True
    incident.save(update_fields=["restricted"])
    record(IncidentEvent.RESTRICTED, incident, by=by, stream=incident.stream, reason=reason)
    touch(incident)
    return incident


@transaction.atomic
def lift_restriction(incident: Incident, *, by: User, reason: str, now: datetime) -> Incident:
    """Open the incident to the role groups again."""
    incident = Incident.objects.locked(incident)
    if not incident.restricted:
        raise ValidationError("This incident is not restricted.", code="already_settled")
    reason = check_reason(reason)
    incident.restricted = False
    incident.save(update_fields=["restricted"])
    grant_roles(incident, by=by)
    record(IncidentEvent.UNRESTRICTED, incident, by=by, stream=incident.stream, reason=reason)
    touch(incident)
    return incident


@transaction.atomic
def invite_expert(
    incident: Incident,
    *,
    email: str,
    name: str,
    cans: Iterable[Can],
    ends_at: datetime,
    by: User,
    now: datetime,
) -> User:
    """Let somebody from outside into this one incident until an end; whoever calls sends the link afterwards.

    They get an account without a role, so nothing else exists for them. Refused for people with a role here,
    and for an end beyond a year.
    """
    incident = Incident.objects.locked(incident)
    wanted = {*cans}
    if Can.GRANT in wanted:
        raise ValidationError("Somebody from outside does not let others in.", code="grant_outside")
    if ends_at > now + LONGEST:
        raise ValidationError("Give an end within a year; it can be moved later.", code="far_end")
    expert = User.objects.filter(email__iexact=email.strip()).first()
    if expert is None:
        expert = accounts.add_user(by=by, email=email, name=name, roles=[], zone=by.zone)
    elif expert.roles or expert.is_superuser or not expert.is_active:
        raise ValidationError(
            "This address belongs to somebody who works here: let them in.", code="works_here"
        )
    grant_access(incident, to=expert, cans=wanted, by=by, now=now, ends_at=ends_at)
    record(IncidentEvent.INVITED, incident, by=by, stream=incident.stream, details={"user": expert.pk})
    return expert


@transaction.atomic
def review_access(incident: Incident, *, by: User, seen: int, now: datetime) -> None:
    """Keep that somebody looked through who has access; refused when the list has changed under their eyes."""
    incident = Incident.objects.locked(incident)
    if seen != access_mark(incident, now=now):
        raise ValidationError("The list has changed since you opened it. Look again.", code="stale")
    record(IncidentEvent.ACCESS_REVIEWED, incident, by=by, stream=incident.stream, details={"mark": seen})


@transaction.atomic
def take_record(incident: Incident, *, by: User) -> None:
    """Keep that somebody takes the record out; the copy holds this entry too."""
    record(IncidentEvent.RECORD_EXPORTED, incident, by=by, stream=incident.stream)
