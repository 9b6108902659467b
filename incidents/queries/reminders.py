"""Who owns a deadline, who is reminded of it, and who was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Organisation, Role, User
from incidents.lifecycle import ObligationStatus
from incidents.models import Alert, Can, Incident, IncidentGroupGrant, IncidentUserGrant, Obligation
from incidents.models.alert import MailState, Why
from incidents.permissions import visible_to
from incidents.reminding import Clock, Plan, Told, Wanted, next_step, wanted

# Nobody knows yet whether it applies, and no clock of the law has started; or law enforcement asked to wait.
SILENT: Final = Q(status=ObligationStatus.UNDECIDED, started_at=None) | Q(status=ObligationStatus.DELAYED)
LOST: Final = frozenset({MailState.FAILED})
HEAVY: Final = ("rule", "duty", "trace", "undecided_by", "last_change")
Links = list[tuple[Why, list[User]]]


def plan() -> Plan:
    organisation = Organisation.current()
    return Plan(organisation.reminder_steps, organisation.reminder_wait)


def clock_of(obligation: Obligation) -> Clock | None:
    """The clock that reminders follow: the law's, else our own target; from when we knew of it where it has no start."""
    end = obligation.clock_at
    return Clock(obligation.started_at or obligation.first_assessed_at, end) if end else None


def reminding() -> QuerySet[Obligation]:
    """Obligations that somebody may have to be reminded of."""
    return (
        Obligation.objects.running()
        .exclude(SILENT)
        .filter(incident__historic=False, incident__drill=False, incident__merged_into=None)
        .annotate(ends=Coalesce("due_at", "target_at"))
        .filter(ends__isnull=False)
        .select_related("incident__lead", "owner", "held_by")
        .defer(*HEAVY, "incident__summary")
        .order_by("incident_id", "pk")
    )


def told_of(obligations: Iterable[Obligation]) -> dict[int, list[Told]]:
    """All that was told of each obligation."""
    found: dict[int, list[Told]] = defaultdict(list)
    rows = Alert.objects.filter(obligation__in=[one.pk for one in obligations])
    for row in rows.only("obligation_id", "round", "step", "recipient_id", "at", "clock_at", "mail_state"):
        lost = row.mail_state in LOST
        found[row.obligation_id].append(
            Told(row.round, row.step, row.recipient_id, row.at, row.clock_at, lost)
        )
    return found


def incidents_to_remind(*, now: datetime) -> list[int]:
    """Incidents on which a step has come that nobody was told of, or that nobody answered in time."""
    found = list(reminding())
    told, set_so = told_of(found), plan()
    return sorted({one.incident_id for one in found if step_wanted(one, told[one.pk], set_so, now=now)})


def step_wanted(obligation: Obligation, told: list[Told], set_so: Plan, *, now: datetime) -> Wanted | None:
    """What is to be told of an obligation now; see `incidents.reminding.wanted`."""
    clock = clock_of(obligation)
    if clock is None:
        return None
    held_at, since = obligation.held_at, obligation.owner_since
    return wanted(told, clock, set_so, now=now, held_at=held_at, owned_since=since)


def people_who_can(incident: Incident, can: Can, *, now: datetime) -> QuerySet[User]:
    """Everybody who may sign in and holds `can` on an incident, by name."""
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    of = {"content_object": incident, "permission__codename": can.value}
    mine = IncidentUserGrant.objects.filter(lasting, **of).values("user")
    ours = IncidentGroupGrant.objects.filter(lasting, **of).values("group__user")
    found = User.objects.filter(Q(pk__in=mine) | Q(pk__in=ours), is_active=True)
    return found.order_by("name", "pk")


def workers(incident: Incident, *, now: datetime) -> dict[int, User]:
    """Whoever can own an obligation of an incident: they can say that they have it, and do it."""
    found = people_who_can(incident, Can.WRITE, now=now).prefetch_related("groups")
    return {one.pk: one for one in found}


def chain(obligation: Obligation, able: Mapping[int, User], *, now: datetime) -> Links:
    """Who is told, one after the other: whoever has it, its owner, the stand-in, the lead, all with the lead role.

    Only people among `able` who are not away; nobody is named for another incident than they may work on.
    """
    lead = obligation.incident.lead
    owner = obligation.owner or lead
    links = [(Why.HAS_IT, _there(obligation.held_by, able, now)), *owner_links(owner, able, now=now)]
    return [link for link in [*links, *lead_links(lead, able, now=now, beside=owner)] if link[1]]


def owner_links(owner: User | None, able: Mapping[int, User], *, now: datetime) -> Links:
    """An owner and then the stand-in, without whoever is not there."""
    links = [(Why.OWNER, _there(owner, able, now)), (Why.STAND_IN, _stand_in(owner, able, now))]
    return [link for link in links if link[1]]


def lead_links(
    lead: User | None, able: Mapping[int, User], *, now: datetime, beside: User | None = None
) -> Links:
    """The lead of an incident, unless that is who was told before; then everybody with the lead role."""
    leads = [one for one in able.values() if Role.LEAD in one.roles and not one.is_away(now)]
    first = [] if lead == beside else [(Why.LEAD, _there(lead, able, now) or _stand_in(lead, able, now))]
    return [*first, (Why.LEADS, leads)]


def officers(able: Mapping[int, User]) -> list[User]:
    """Whom to tell that nobody can be reminded: privacy officers who may work on the incident, away or not."""
    return [one for one in able.values() if Role.PRIVACY_OFFICER in one.roles]


def without_anybody(obligations: Iterable[Obligation]) -> set[tuple[int, int]]:
    """Obligations, with the round, of which privacy officers were told that nobody can be reached."""
    rows = Alert.objects.filter(obligation__in=[one.pk for one in obligations], why=Why.NOBODY)
    return set(rows.values_list("obligation_id", "round"))


def _there(person: User | None, able: Mapping[int, User], now: datetime) -> list[User]:
    known = able.get(person.pk) if person else None
    return [known] if known and not known.is_away(now) else []


def _stand_in(person: User | None, able: Mapping[int, User], now: datetime) -> list[User]:
    """The stand-in, or theirs while they are away too."""
    seen = {person.pk} if person else set()
    while person is not None and person.stand_in_id and person.stand_in_id not in seen:
        seen.add(person.stand_in_id)
        person = able.get(person.stand_in_id)
        if person is not None and not person.is_away(now):
            return [person]
    return []


@dataclass
class Reminders:
    """What the page of an obligation says of its owner and of reminders."""

    owner: User | None
    by_lead: bool  # nobody was named, so it is the lead's
    held_by: User | None
    alerts: list[Alert] = field(default_factory=list)
    next_at: datetime | None = None
    reaches: bool = True  # somebody can be reminded at all
    open: bool = False  # somebody was told and nobody said "I have this" since


def reminders_of(obligation: Obligation, *, now: datetime) -> Reminders:
    """Who has an obligation, who was told, and when somebody is told next."""
    lead = obligation.incident.lead
    alerts = list(obligation.alerts.select_related("recipient"))
    found = Reminders(obligation.owner or lead, obligation.owner is None, obligation.held_by, alerts)
    silent = obligation.status == ObligationStatus.DELAYED or (
        obligation.status == ObligationStatus.UNDECIDED and obligation.started_at is None
    )
    clock = clock_of(obligation)
    if not obligation.runs or silent or clock is None or obligation.incident.drill:
        return found
    found.next_at = next_step(clock, plan(), now)[1]
    found.reaches = bool(chain(obligation, workers(obligation.incident, now=now), now=now))
    latest = max((one.at for one in alerts), default=None)
    found.open = latest is not None and (obligation.held_at is None or obligation.held_at < latest)
    return found


@dataclass
class Reminded:
    """One incident of whose deadlines somebody was reminded and did not answer."""

    incident: Incident
    alerts: list[Alert]

    @property
    def nearest(self) -> Alert:
        return self.alerts[0]


def unanswered(user: User) -> list[Reminded]:
    """Reminders that wait for this person's answer, by incident, the nearest end first; one an obligation."""
    seen = visible_to(user, Can.WRITE).filter(historic=False, drill=False, merged_into=None)
    rows = (
        Alert.objects.filter(recipient=user, acknowledged_at=None)
        .filter(
            obligation__in=reminding().order_by().values("pk"), obligation__incident__in=seen.values("pk")
        )
        .filter(Q(obligation__held_at=None) | Q(obligation__held_at__lt=F("at")))
        .select_related("obligation__incident")
        .defer(*(f"obligation__{name}" for name in HEAVY), "obligation__incident__summary")
        .order_by("obligation_id", "-round", "-step")
        .distinct("obligation_id")
    )
    found: dict[int, Reminded] = {}
    for row in sorted(rows, key=lambda row: (row.clock_at, row.pk)):
        incident = row.obligation.incident
        found.setdefault(incident.pk, Reminded(incident, [])).alerts.append(row)
    return list(found.values())
