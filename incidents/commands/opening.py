"""Open an incident and say what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts.editing import NOTHING_SEEN, Seen
from accounts.models import User
from audit.commands import record
from incidents.commands.assessing import assess_obligations
from incidents.events import IncidentEvent
from incidents.models import Can, Incident
from incidents.permissions import ROLE_CAN, grant, grant_role_groups, may
from incidents.rules import DESCRIBED, check_not_settled, described
from policies.models import PolicyVersion


@transaction.atomic
def open_incident(
    *,
    by: User,
    title: str,
    summary: str = "",
    restricted: bool = False,
    opened_at: datetime | None = None,
    now: datetime,
) -> Incident:
    """Take up a case: whoever opens it holds all his roles can, and the role groups too unless restricted."""
    if not title.strip():
        raise ValidationError("Give the incident a title.", code="title_missing")
    incident = Incident.objects.create(
        title=title.strip(), summary=summary, restricted=restricted, opened_at=opened_at or now
    )
    own = frozenset[Can]().union(*(ROLE_CAN[role] for role in by.roles)) | {Can.VIEW}
    grant(incident, own, to=by, by=by)
    if not restricted:
        grant_roles(incident, by=by)
    record(IncidentEvent.OPENED, incident, by=by, stream=incident.stream, details={"restricted": restricted})
    assess_obligations(incident, by=by, now=now)
    return incident


def grant_roles(incident: Incident, *, by: User | None) -> None:
    """Open the door to the role groups, each as the table says."""
    grant_role_groups(incident, by=by)


@transaction.atomic
def describe_incident(
    incident: Incident, *, by: User, now: datetime, seen: Seen = NOTHING_SEEN, **changes: Any
) -> Incident:
    """Change title, summary, violation, own_role, lead or priority; old and new go into the record.

    Refused as stale where somebody changed the same since it was `seen`.
    """
    if unknown := changes.keys() - set(DESCRIBED):
        raise TypeError(f"not described so: {', '.join(sorted(unknown))}")
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    old = described(incident)
    changes = seen.merged(changes, standing=old, subject=incident, verbs=[IncidentEvent.DESCRIBED])
    changed = sorted(field for field in changes if old[field] != changes[field])
    if not changed:
        return incident
    lead = changes.get("lead")
    if "lead" in changed and lead is not None and not may(lead, incident, Can.VIEW):
        raise ValidationError("The lead must have access to this incident first.", code="lead_without_access")
    for field in changed:
        setattr(incident, field, changes[field])
    incident.full_clean(exclude={"reference", "policy_version", "merged_into"}, validate_constraints=False)
    incident.version = F("version") + 1
    incident.save(update_fields=[*changed, "version"])
    incident.refresh_from_db(fields=["version"])
    record(
        IncidentEvent.DESCRIBED,
        incident,
        by=by,
        stream=incident.stream,
        details={field: {"old": _plain(old[field]), "new": _plain(changes[field])} for field in changed},
    )
    if "own_role" in changed:
        assess_obligations(incident, by=by, now=now)
    return incident


def _plain(value: Any) -> Any:
    return f"user {value.pk}" if isinstance(value, User) else value


@transaction.atomic
def cite_policy(incident: Incident, *, version: PolicyVersion, by: User, now: datetime) -> Incident:
    """Say under which policy, as it stands in force, this incident is handled."""
    incident = Incident.objects.locked(incident)
    if version.status != "in_force":
        raise ValidationError("Only a version in force can be cited.", code="not_in_force")
    incident.policy_version = version
    incident.save(update_fields=["policy_version"])
    record(
        IncidentEvent.POLICY_CITED,
        incident,
        by=by,
        stream=incident.stream,
        details={"policy": version.policy.reference, "version": version.number},
    )
    touch(incident)
    return incident


def touch(incident: Incident) -> None:
    """Raise the version that open pages poll."""
    Incident.objects.filter(pk=incident.pk).update(version=F("version") + 1)
