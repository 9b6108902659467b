"""The one door to an incident, and the table of who may what.

Grants are guardian's permission rows on Incident with an end; only the queries here read them, for
guardian's own readers know nothing of the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import Role, User
from audit.queries import Position
from incidents.models import Can, Incident, IncidentGroupGrant, IncidentUserGrant, Report

# docs/access.md prints this table; a test keeps both the same.
ROLE_CAN: Final[Mapping[Role, frozenset[Can]]] = {
    Role.RESPONDER: frozenset({Can.VIEW, Can.TRIAGE, Can.ASSESS, Can.WRITE}),
    Role.LEAD: frozenset(set(Can) - {Can.PRIVILEGED}),
    Role.LEGAL: frozenset(set(Can) - {Can.TRIAGE, Can.SEND, Can.REVEAL, Can.GRANT}),
    Role.SUPPORT: frozenset({Can.VIEW, Can.ANSWER, Can.REVEAL}),
    Role.PRIVACY_OFFICER: frozenset(Can),
    Role.AUDITOR: frozenset({Can.VIEW}),
    Role.EMPLOYEE: frozenset(),
}
TRIAGE_ROLES: Final = frozenset({Role.RESPONDER, Role.LEAD, Role.PRIVACY_OFFICER})
ORGANISATION_ROLES: Final = frozenset({Role.LEAD, Role.PRIVACY_OFFICER})
REGISTER_ROLES: Final = frozenset({Role.PRIVACY_OFFICER, Role.AUDITOR})
# What a stolen password must not be enough for.
STRONG: Final = frozenset({Can.SEND, Can.REVEAL, Can.EXPORT, Can.FILE, Can.GRANT})


def roles_that_can(can: Can) -> frozenset[Role]:
    return frozenset(role for role, held in ROLE_CAN.items() if can in held)


def needs_second_step(user: User) -> bool:
    """Whether this person must sign in with two steps: by role, by administering, or by a grant on one incident."""
    if user.is_superuser or user.is_staff or any(ROLE_CAN[role] & STRONG for role in user.roles):
        return True
    strong = Q(permission__codename__in=STRONG) & (Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
    return (
        IncidentUserGrant.objects.filter(strong, user=user).exists()
        or IncidentGroupGrant.objects.filter(strong, group__user=user).exists()
    )


def may_triage(user: User) -> bool:
    """Whether the inbox of reports is open to this person."""
    return bool(user.roles & TRIAGE_ROLES)


def check_triage(user: User) -> None:
    if not may_triage(user):
        raise PermissionDenied("Triage is for responders, leads and privacy officers.")


def check_read_organisation(user: User) -> None:
    """Who we are is no secret among those who work here; guests of one incident are not told."""
    if not user.roles and not user.is_superuser:
        raise PermissionDenied("The settings are for people with a role here.")


def may_describe_organisation(user: User) -> bool:
    """Whether this person says who we are and what holds in every incident."""
    return user.is_superuser or bool(user.roles & ORGANISATION_ROLES)


def check_describe_organisation(user: User) -> None:
    if not may_describe_organisation(user):
        raise PermissionDenied("The organisation is described by leads and privacy officers.")


def may_see_register(user: User) -> bool:
    """`register_all`: every breach, restricted ones too, in the register of breaches."""
    return bool(user.roles & REGISTER_ROLES)


class Granted(Func):
    """Condition on an incident's key that a person holds `can` by a grant that has not ended.

    Written as SQL: it stands in nearly every query of every page, and composing it anew from querysets took
    longer than running it.
    """

    output_field = BooleanField()
    template = """(EXISTS (
        SELECT 1 FROM incidents_incidentusergrant AS held
        JOIN auth_permission AS p ON p.id = held.permission_id
        JOIN django_content_type AS t ON t.id = p.content_type_id
        WHERE held.content_object_id = %(expressions)s AND held.user_id = %%s
          AND t.app_label = 'incidents' AND t.model = 'incident' AND p.codename = %%s
          AND (held.ends_at IS NULL OR held.ends_at > %%s)
    ) OR EXISTS (
        SELECT 1 FROM incidents_incidentgroupgrant AS held
        JOIN accounts_user_groups AS member ON member.group_id = held.group_id
        JOIN auth_permission AS p ON p.id = held.permission_id
        JOIN django_content_type AS t ON t.id = p.content_type_id
        WHERE held.content_object_id = %(expressions)s AND member.user_id = %%s
          AND t.app_label = 'incidents' AND t.model = 'incident' AND p.codename = %%s
          AND (held.ends_at IS NULL OR held.ends_at > %%s)
    ))"""

    def __init__(self, key: Any, *, user: User, can: Can, now: datetime) -> None:
        super().__init__(key)
        self.params = (user.pk, can.value, now, user.pk, can.value, now)

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, key_params = super().as_sql(*args, **kwargs)
        assert not key_params, "the key is a column"
        return sql, self.params


def granted(user: User, can: Can, *, now: datetime | None = None) -> Q:
    """The condition on Incident that `user` holds `can`."""
    return Q(Granted(F("pk"), user=user, can=can, now=now or timezone.now()))


def visible_to(user: User, can: Can = Can.VIEW) -> QuerySet[Incident]:
    """Incidents on which `user` holds `can`; lists, counts, search, exports and figures start here."""
    if not user.is_authenticated or not user.is_active:
        return Incident.objects.none()
    return Incident.objects.filter(granted(user, can))


def held(user: User, incident: Incident) -> frozenset[Can]:
    """All that `user` may do on one incident, in one query a source."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    now = timezone.now()
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    mine = IncidentUserGrant.objects.filter(lasting, content_object=incident, user=user)
    ours = IncidentGroupGrant.objects.filter(lasting, content_object=incident, group__user=user)
    names = mine.values_list("permission__codename").union(ours.values_list("permission__codename"))
    return frozenset(Can(name) for (name,) in names)


def may(user: User, incident: Incident, can: Can) -> bool:
    return can in held(user, incident)


def incident_for(user: User, reference: str, can: Can = Can.VIEW) -> Incident:
    """The incident, or 404 when it is not known to `user`, or 403 when it is but `can` is not held.

    What the person holds is kept on the instance as `held`, for templates and further checks; as `position`
    how far its record had come, so that the page can ask later what came since.
    """
    incident = (
        visible_to(user)
        .select_related("lead", "policy_version__policy", "merged_into")
        .annotate(position=Position("pk", kind="incident"))
        .filter(reference=reference)
        .first()
    )
    if incident is None:
        raise Http404("No such incident.")
    incident.held = held(user, incident)  # type: ignore[attr-defined]
    if can not in incident.held:  # type: ignore[attr-defined]
        raise PermissionDenied(f"You may see this incident, but not: {can.label.lower()}.")
    return incident


def reports_visible_to(user: User) -> QuerySet[Report]:
    """Reports this person may triage; those of an incident that is hidden from him are hidden too."""
    if not may_triage(user):
        return Report.objects.none()
    return Report.objects.filter(Q(incident=None) | Q(incident__in=visible_to(user).values("pk")))


def grant_role_groups(incident: Incident, *, by: User | None) -> None:
    """Write the grants of all role groups as the table says, in three queries; repeating it makes them lasting."""
    permissions = {
        one.codename: one
        for one in Permission.objects.filter(
            content_type__app_label="incidents", content_type__model="incident"
        )
    }
    IncidentGroupGrant.objects.bulk_create(
        [
            IncidentGroupGrant(
                content_object=incident, group=group, permission=permissions[can], granted_by=by
            )
            for group in Group.objects.filter(name__in=Role.values)
            for can in ROLE_CAN[Role(group.name)]
        ],
        update_conflicts=True,
        unique_fields=["group", "permission", "content_object"],
        update_fields=["ends_at", "granted_by"],
    )


def grant(
    incident: Incident,
    cans: Iterable[Can],
    *,
    to: User | Role,
    by: User | None,
    ends_at: datetime | None = None,
) -> None:
    """Write grant rows; repeating it moves their end. Called by commands only."""
    permissions = Permission.objects.filter(
        content_type__app_label="incidents",
        content_type__model="incident",
        codename__in=[can.value for can in cans],
    )
    fields = ["ends_at", "granted_by"]
    if isinstance(to, Role):
        group = Group.objects.get(name=to.value)
        IncidentGroupGrant.objects.bulk_create(
            [
                IncidentGroupGrant(
                    content_object=incident, group=group, permission=one, ends_at=ends_at, granted_by=by
                )
                for one in permissions
            ],
            update_conflicts=True,
            unique_fields=["group", "permission", "content_object"],
            update_fields=fields,
        )
        return
    IncidentUserGrant.objects.bulk_create(
        [
            IncidentUserGrant(
                content_object=incident, user=to, permission=one, ends_at=ends_at, granted_by=by
            )
            for one in permissions
        ],
        update_conflicts=True,
        unique_fields=["user", "permission", "content_object"],
        update_fields=fields,
    )
