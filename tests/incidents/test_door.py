"""The one door to an incident."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Q
from django.http import Http404
from django.utils import timezone

from accounts.models import Role, User
from incidents import commands
from incidents.models import Can, Incident, IncidentUserGrant
from incidents.permissions import (
    ROLE_CAN,
    AmongGrants,
    Granted,
    granted_sql,
    held,
    incident_for,
    may,
    visible_to,
)


def test_each_role_holds_what_the_table_says(incident: Incident, make_user) -> None:  # type: ignore[no-untyped-def]
    for role in Role:
        user = make_user(f"{role.value}@x.example", role)
        assert held(user, incident) == ROLE_CAN[role], role
        assert (incident in visible_to(user)) == (Can.VIEW in ROLE_CAN[role])


def test_unknown_to_you_is_404_and_not_allowed_is_403(
    incident: Incident, stranger: User, responder: User
) -> None:
    with pytest.raises(Http404):
        incident_for(stranger, incident.reference, Can.VIEW)
    with pytest.raises(PermissionDenied):
        incident_for(responder, incident.reference, Can.DECIDE)


def test_a_restricted_incident_exists_for_nobody_else(incident: Incident, lead: User, officer: User) -> None:
    commands.restrict_incident(incident, by=lead, reason="Concerns a colleague", now=timezone.now())
    assert incident in visible_to(lead)
    assert may(lead, incident, Can.GRANT)
    assert incident not in visible_to(officer)
    with pytest.raises(Http404):
        incident_for(officer, incident.reference)
    commands.lift_restriction(incident, by=lead, reason="Cleared", now=timezone.now())
    assert incident in visible_to(officer)


def test_a_grant_ends_by_itself(incident: Incident, lead: User, stranger: User) -> None:
    now = timezone.now()
    commands.grant_access(
        incident, to=stranger, cans=[Can.WRITE], by=lead, ends_at=now + timedelta(days=1), now=now
    )
    assert held(stranger, incident) == {Can.VIEW, Can.WRITE}
    IncidentUserGrant.objects.filter(user=stranger).update(ends_at=now - timedelta(seconds=1))
    assert held(stranger, incident) == frozenset()
    assert incident not in visible_to(stranger)


def test_nobody_hands_on_what_he_does_not_hold(incident: Incident, responder: User, stranger: User) -> None:
    with pytest.raises(ValidationError) as refused:
        commands.grant_access(incident, to=stranger, cans=[Can.SEND], by=responder, now=timezone.now())
    assert refused.value.code == "more_than_held"


def test_the_last_one_who_can_grant_cannot_be_shut_out(incident: Incident, lead: User) -> None:
    commands.restrict_incident(incident, by=lead, reason="r", now=timezone.now())
    with pytest.raises(ValidationError) as refused:
        commands.end_access(incident, of=lead, by=lead, now=timezone.now())
    assert refused.value.code == "last_grant"


def test_an_inactive_user_sees_nothing(incident: Incident, lead: User) -> None:
    lead.is_active = False
    assert not visible_to(lead).exists()
    assert held(lead, incident) == frozenset()


def test_no_superuser_sees_a_restricted_incident(incident: Incident, lead: User, stranger: User) -> None:
    commands.restrict_incident(incident, by=lead, reason="r", now=timezone.now())
    stranger.is_superuser = True
    stranger.save()
    assert not visible_to(stranger).exists()


def test_only_our_query_reads_grants() -> None:
    """guardian's readers do not know that a grant ends."""
    import subprocess

    banned = r"guardian\.(shortcuts|backends|core|utils|managers)|ObjectPermissionChecker|get_objects_for|\.has_perm\("
    found = subprocess.run(
        ["git", "grep", "-nE", banned, "--", "*.py", ":!tests"], capture_output=True, text=True, check=False
    )
    assert found.stdout == ""


def test_the_door_finds_what_guardian_finds(lead: User, officer: User, stranger: User) -> None:
    """Whether it asks row by row or reads the grants first."""
    from guardian.shortcuts import get_objects_for_user

    now = timezone.now()
    made = [
        commands.open_incident(by=lead, title=f"Number {number}", restricted=number % 3 == 0, now=now)
        for number in range(9)
    ]
    for incident in made[::2]:
        commands.grant_access(incident, to=stranger, cans=[Can.WRITE], by=lead, now=now)
    for user in (lead, officer, stranger):
        for can in (Can.VIEW, Can.WRITE, Can.PRIVILEGED):
            theirs = get_objects_for_user(
                user, can.value, Incident, with_superuser=False, accept_global_perms=False
            )
            for door in (Granted, AmongGrants):
                ours = Incident.objects.filter(Q(door(F("pk"), user=user, can=can, now=now)))
                assert set(ours) == set(theirs) == set(visible_to(user, can)), (user, can, door)
            for whole in (False, True):
                sql, given = granted_sql(user, can, key="incidents_incident.id", whole=whole, now=now)
                ours = Incident.objects.raw(f"SELECT id FROM incidents_incident WHERE {sql}", given)
                assert set(ours) == set(theirs), (user, can, whole)
    assert 0 < visible_to(stranger, Can.WRITE).count() < visible_to(officer).count() < len(made)
