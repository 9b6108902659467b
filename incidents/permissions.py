"""The one door to an incident, and the table of who may what.

Grants are guardian's permission rows on Incident with an end; only the queries here read them, for
guardian's own readers know nothing of the end.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import Role, Team, User
from audit.queries import Position
from incidents.models import Can, Incident, IncidentGroupGrant, IncidentUserGrant, ListName, Report

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
FEW_GRANTS: Final = 1_000
MANY_GRANTS: Final = 20_000


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


def may_share_views(user: User) -> bool:
    """Views are shared among those who work on incidents; guests of single ones are not told who works here."""
    return any(ROLE_CAN[role] for role in user.roles)


def check_list(user: User, which: str) -> None:
    """Whether a list is there for this person at all; what stands in it is a matter of each row."""
    if which == ListName.INTAKE:
        check_triage(user)


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


def check_read_teams(user: User) -> None:
    """Leads choose among teams; who is in them is said by whoever says who works here."""
    if not may_describe_organisation(user):
        raise PermissionDenied("Teams are for leads and privacy officers.")


def may_see_register(user: User) -> bool:
    """`register_all`: every breach, restricted ones too, in the register of breaches."""
    return bool(user.roles & REGISTER_ROLES)


# SQL, for it stands in nearly every query of every page, and composing it anew from querysets took longer than
# running it. What the person is in and what the permission's key is are looked up once a query.
GROUPS = "ARRAY(SELECT group_id FROM accounts_user_groups WHERE user_id = %%s)"
HELD = """held.permission_id = (
        SELECT p.id FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
        WHERE t.app_label = 'incidents' AND t.model = 'incident' AND p.codename = %%s
    ) AND (held.ends_at IS NULL OR held.ends_at > %%s)"""


# What one person may do on one incident: each page asks it. An incident that nobody knows answers as one that is hidden.
HELD_ON_ONE = """SELECT codename FROM auth_permission WHERE id IN (
    SELECT permission_id FROM incidents_incidentusergrant
    WHERE content_object_id = (SELECT id FROM incidents_incident WHERE reference = %(reference)s)
      AND user_id = %(user)s AND (ends_at IS NULL OR ends_at > %(now)s)
    UNION ALL
    SELECT permission_id FROM incidents_incidentgroupgrant
    WHERE content_object_id = (SELECT id FROM incidents_incident WHERE reference = %(reference)s)
      AND group_id IN (SELECT group_id FROM accounts_user_groups WHERE user_id = %(user)s)
      AND (ends_at IS NULL OR ends_at > %(now)s))"""


class Granted(Func):
    """Condition on an incident's key that a person holds `can` by a grant that has not ended: asked row by row."""

    output_field = BooleanField()
    # One EXISTS over both, so that the database never reads all grants first to look up a few.
    template = f"""(EXISTS (
        SELECT 1 FROM incidents_incidentgroupgrant held
        WHERE held.content_object_id = %(expressions)s AND held.group_id = ANY({GROUPS}) AND {HELD}
        UNION ALL
        SELECT 1 FROM incidents_incidentusergrant held
        WHERE held.content_object_id = %(expressions)s AND held.user_id = %%s AND {HELD}
    ))"""  # noqa: S608 - made of constants

    def __init__(self, key: Any, *, user: User, can: Can, now: datetime) -> None:
        super().__init__(key)
        self.params = self.given(user, can, now)

    @staticmethod
    def given(user: User, can: Can, now: datetime) -> tuple[Any, ...]:
        """What stands for the places in the template."""
        return (user.pk, can.value, now, user.pk, can.value, now)

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, key_params = super().as_sql(*args, **kwargs)
        assert not key_params, "the key is a column"
        return sql, self.params


class AmongGrants(Granted):
    """The same condition for who holds few grants: their incidents are read first, and only those."""

    template = f"""(%(expressions)s = ANY(ARRAY(
        SELECT held.content_object_id FROM incidents_incidentgroupgrant held
        WHERE held.group_id = ANY({GROUPS}) AND {HELD}
        UNION ALL
        SELECT held.content_object_id FROM incidents_incidentusergrant held
        WHERE held.user_id = %%s AND {HELD}
    )))"""  # noqa: S608 - made of constants


def holds_few(user: User, can: Can, *, most: int = FEW_GRANTS) -> bool:
    """Whether this person's grants of `can` are so few that lists begin with them; asked once a request.

    It decides how the database looks, never what it finds.
    """
    if user.roles & roles_that_can(can):
        return False
    known: dict[Can, int] = user.__dict__.setdefault("_grants", {})
    if can not in known:
        own = IncidentUserGrant.objects.filter(user=user, permission__codename=can.value)
        ours = IncidentGroupGrant.objects.filter(group__user=user, permission__codename=can.value)
        known[can] = sum(grants.order_by().values("pk")[: MANY_GRANTS + 1].count() for grants in (own, ours))
    return known[can] <= most


def granted(user: User, can: Can, *, key: str = "pk", whole: bool = False, now: datetime | None = None) -> Q:
    """The condition that `user` holds `can` on the incident that the field `key` names.

    `whole`: all that fits is read, as in a count, rather than a page of it.
    """
    return Q(_asking(user, can, whole)(F(key), user=user, can=can, now=now or timezone.now()))


def granted_sql(
    user: User, can: Can, *, key: str, whole: bool = False, now: datetime
) -> tuple[str, tuple[Any, ...]]:
    """The same condition in SQL of our own, with what belongs into it; `key` is a column."""
    asking = _asking(user, can, whole)
    return asking.template % {"expressions": key}, asking.given(user, can, now)


def _asking(user: User, can: Can, whole: bool) -> type[Granted]:
    few = holds_few(user, can, most=MANY_GRANTS if whole else FEW_GRANTS)
    return AmongGrants if few else Granted


def visible_to(user: User, can: Can = Can.VIEW, *, whole: bool = False) -> QuerySet[Incident]:
    """Incidents on which `user` holds `can`; lists, counts, search, exports and figures start here."""
    if not user.is_authenticated or not user.is_active:
        return Incident.objects.none()
    return Incident.objects.filter(granted(user, can, whole=whole))


def visible_of(rows: QuerySet[Any], user: User, can: Can = Can.VIEW) -> QuerySet[Any]:
    """Of rows that each hang on an `incident`, those whose incident `user` holds `can` on; the same door."""
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    return rows.filter(granted(user, can, key="incident_id"))


def held(user: User, incident: Incident) -> frozenset[Can]:
    """All that `user` may do on one incident."""
    return _held(user, incident.reference)


def _held(user: User, reference: str) -> frozenset[Can]:
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(HELD_ON_ONE, {"reference": reference, "user": user.pk, "now": timezone.now()})
        return frozenset(Can(name) for (name,) in cursor)


def access_mark(incident: Incident, *, now: datetime) -> int:
    """A number that changes with the grants that hold on an incident now, and with who is in its role groups."""
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    people = IncidentUserGrant.objects.filter(lasting, content_object=incident)
    groups = IncidentGroupGrant.objects.filter(lasting, content_object=incident)
    rows = [
        *people.values_list("user", "permission", "ends_at"),
        *groups.values_list("group", "permission", "ends_at"),
        *groups.order_by().values_list("group__user", "group").distinct(),
    ]
    return zlib.crc32(repr(sorted(map(repr, rows))).encode())


def may(user: User, incident: Incident, can: Can) -> bool:
    return can in held(user, incident)


def incident_for(user: User, reference: str, can: Can = Can.VIEW) -> Incident:
    """The incident, or 404 when it is not known to `user`, or 403 when it is but `can` is not held.

    What the person holds is kept on the instance as `held`, for templates and further checks; as `position`
    how far its record had come, so that the page can ask later what came since.
    """
    cans = _held(user, reference)
    if Can.VIEW not in cans:
        raise Http404("No such incident.")
    found = Incident.objects.select_related("lead").annotate(position=Position("pk", kind="incident"))
    incident = found.get(reference=reference)
    incident.held = cans  # type: ignore[attr-defined]
    # Only whoever sees the other incident too is told which one it was merged into.
    joined = incident.merged_into_id and visible_to(user).filter(pk=incident.merged_into_id).exists()
    incident.merged_into_seen = incident.merged_into if joined else None  # type: ignore[attr-defined]
    if can not in incident.held:  # type: ignore[attr-defined]
        raise PermissionDenied(f"You may see this incident, but not: {can.label.lower()}.")
    return incident


def reports_visible_to(user: User) -> QuerySet[Report]:
    """Reports this person may triage; those of an incident that is hidden from him are hidden too."""
    if not may_triage(user):
        return Report.objects.none()
    return Report.objects.filter(Q(incident=None) | granted(user, Can.VIEW, key="incident_id"))


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
    to: User | Team,
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
    if isinstance(to, Team):
        IncidentGroupGrant.objects.bulk_create(
            [
                IncidentGroupGrant(
                    content_object=incident, group=to, permission=one, ends_at=ends_at, granted_by=by
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
