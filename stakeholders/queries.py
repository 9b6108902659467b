"""What pages, notices and upper apps ask about people and inquiries. Nothing here writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet, Sum

from accounts.models import User
from audit.models import AuditEvent
from incidents.models import AffectedCount, Can, Incident
from incidents.models.facts import Basis
from incidents.permissions import visible_to
from stakeholders.events import RosterEvent
from stakeholders.importing import columns, values
from stakeholders.importing.rows import family_name
from stakeholders.lifecycle import InquiryStatus
from stakeholders.models import AffectedParty, Inquiry, Roster, RosterCount, RosterImport, SavedMapping
from stakeholders.models.roster import AffectedPartyQuerySet
from stakeholders.permissions import inquiries_visible_to
from stakeholders.sealing import BIT, Details, RosterKeys, mask, open_file_name

REACHABLE = BIT["email"] | BIT["phone"] | BIT["address1"]
SURGE_WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class CoverageBase:
    """The roster's part of coverage: notifications adds who was told."""

    people: int
    mailable: int
    exempt: int

    @property
    def without_mail(self) -> int:
        return self.people - self.mailable

    @property
    def to_tell(self) -> int:
        return self.people - self.exempt


def roster_of(incident: Incident) -> Roster | None:
    return Roster.objects.filter(incident=incident).first()


def coverage_base(incident: Incident) -> CoverageBase:
    """How many people are on the roster, from the maintained totals."""
    roster = roster_of(incident)
    return CoverageBase(roster.people, roster.mailable, roster.exempt) if roster else CoverageBase(0, 0, 0)


def _in_places(places: Iterable[str]) -> Q:
    """Countries take in their parts; a part stands for itself."""
    return reduce(
        or_, (Q(subdivision=place) if "-" in place else Q(country=place) for place in places), Q(pk__in=[])
    )


def _narrowed(
    rows: QuerySet[RosterCount], places: Iterable[str], languages: Iterable[str], elements: Iterable[str]
) -> QuerySet[RosterCount]:
    if places := tuple(places):
        rows = rows.filter(_in_places(places))
    if languages := tuple(languages):
        rows = rows.filter(language__in=languages)
    if elements := tuple(elements):
        rows = rows.filter(elements__overlap=list(elements))
    return rows


def segment(
    roster: Roster,
    *,
    places: Iterable[str] = (),
    languages: Iterable[str] = (),
    elements: Iterable[str] = (),
    has_email: bool | None = True,
    with_exempt: bool = False,
) -> AffectedPartyQuerySet:
    """Parties of a roster in any of the places, languages and kinds of data named; empty means all."""
    parties = AffectedParty.objects.of(roster)
    if not with_exempt:
        parties = parties.countable()
    if places := tuple(places):
        countries = Q(country__in=[place for place in places if "-" not in place])
        parties = parties.filter(countries | Q(subdivision__in=[place for place in places if "-" in place]))
    if languages := tuple(languages):
        parties = parties.filter(language__in=languages)
    if elements := tuple(elements):
        parties = parties.filter(elements__overlap=list(elements))
    if has_email is not None:
        parties = parties.filter(email_key__isnull=not has_email)
    return parties


def segment_size(
    roster: Roster, *, places: Iterable[str] = (), languages: Iterable[str] = (), elements: Iterable[str] = ()
) -> CoverageBase:
    """The size of a segment from the group counts: no scan of the people."""
    rows = _narrowed(RosterCount.objects.filter(roster=roster), places, languages, elements)
    total = rows.aggregate(people=Sum("number"), mailable=Sum("mailable"), exempt=Sum("exempt"))
    return CoverageBase(total["people"] or 0, total["mailable"] or 0, total["exempt"] or 0)


def unreachable_parties(roster: Roster) -> QuerySet[AffectedParty]:
    """Those without e-mail, telephone and postal address."""
    return (
        AffectedParty.objects.of(roster).countable().alias(ways=F("present").bitand(REACHABLE)).filter(ways=0)
    )


def counts_of_list(roster: Roster) -> dict[tuple[str, tuple[str, ...]], int]:
    """The numbers of the list as the incident holds them: by place and kinds of data."""
    groups = roster.groups.filter(number__gt=0).values("country", "subdivision", "elements")
    return {
        (row["subdivision"] or row["country"], tuple(row["elements"])): row["people"]
        for row in groups.annotate(people=Sum("number")).order_by("country", "subdivision")
    }


def confirmed_counts(roster: Roster) -> QuerySet[AffectedCount]:
    return roster.incident.counts.filter(superseded_at=None, basis=Basis.CONFIRMED)


def typed_counts(roster: Roster) -> QuerySet[AffectedCount]:
    """Confirmed numbers of the incident that do not stem from the list."""
    rows = confirmed_counts(roster)
    return rows.exclude(at=roster.handed_down_at) if roster.handed_down_at else rows


def typed_people(roster: Roster) -> int:
    return confirmed_counts(roster).aggregate(people=Sum("number"))["people"] or 0


def counts_agree(roster: Roster) -> bool:
    """Whether the incident's confirmed numbers are those of the list."""
    held = {(one.place, tuple(one.elements)): one.number for one in confirmed_counts(roster)}
    return held == counts_of_list(roster)


@dataclass(frozen=True)
class Group:
    """People of one place with the same data exposed."""

    place: str
    elements: tuple[str, ...]
    people: int
    mailable: int
    minors: int
    exempt: int


@dataclass(frozen=True)
class PeopleSummary:
    """What the People page shows on top."""

    base: CoverageBase
    groups: list[Group]
    places: list[str]
    languages: list[str]
    minors: int

    @property
    def by_place(self) -> list[PlaceGroup]:
        """One entry a place, the largest first."""
        found: dict[str, list[Group]] = {}
        for group in self.groups:
            found.setdefault(group.place, []).append(group)
        places = [PlaceGroup(place, groups) for place, groups in found.items()]
        return sorted(places, key=lambda one: (-one.people, one.place))


def people_summary(roster: Roster) -> PeopleSummary:
    """Counts by place and data set, largest first, from the maintained counts."""
    rows = RosterCount.objects.filter(roster=roster, number__gt=0)
    found = (
        rows.values("country", "subdivision", "elements")
        .annotate(
            people=Sum("number"),
            mail=Sum("mailable"),
            spared=Sum("exempt"),
            young=Sum("number", filter=Q(minor=True)),
        )
        .order_by("-people", "country", "subdivision", "elements")
    )
    groups = [
        Group(
            row["subdivision"] or row["country"], tuple(row["elements"]), row["people"], row["mail"], row["young"] or 0,
            row["spared"],
        )
        for row in found
    ]  # fmt: skip
    return PeopleSummary(
        base=CoverageBase(roster.people, roster.mailable, roster.exempt),
        groups=groups,
        places=sorted({group.place for group in groups}),
        languages=sorted(rows.exclude(language="").values_list("language", flat=True).distinct()),
        minors=sum(group.minors for group in groups),
    )


@dataclass(frozen=True)
class PlaceGroup:
    """The people of one place, and the data sets they are made of, the largest first."""

    place: str
    groups: list[Group]

    @property
    def people(self) -> int:
        return sum(one.people for one in self.groups)

    @property
    def mailable(self) -> int:
        return sum(one.mailable for one in self.groups)

    @property
    def minors(self) -> int:
        return sum(one.minors for one in self.groups)

    @property
    def elements(self) -> list[str]:
        return sorted({element for one in self.groups for element in one.elements})


@dataclass(frozen=True)
class Listed:
    """One party as a list shows it."""

    party: AffectedParty
    masked: Details


PAGE = 50
MOST_IMPORTS = 200
MOST_REVEALS = 20


def listed(parties: Iterable[AffectedParty], keys: RosterKeys) -> list[Listed]:
    """Parties with their details masked."""
    return [Listed(party, mask(keys.details(party))) for party in parties]


def page_of_parties(
    parties: AffectedPartyQuerySet, *, after: int = 0, size: int = PAGE
) -> tuple[list[AffectedParty], int | None]:
    """One page in order of id, and the id to go on after; keyset, so that the last page costs no more than the first."""
    rows = list(parties.filter(id__gt=after).order_by("id")[: size + 1])
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def find_parties(roster: Roster, keys: RosterKeys, text: str, *, region: str = "") -> AffectedPartyQuerySet:
    """Exact look-up by e-mail, telephone, reference or family name, through the keyed hashes alone."""
    text = " ".join(text.split())[:200]
    parties = AffectedParty.objects.of(roster)
    if not text:
        return parties.none()
    if "@" in text:
        return parties.filter(email_key=keys.email_key(text))
    wanted = Q(reference_key=keys.reference_key(text)) | Q(
        name_key=keys.name_key(family_name(("", "", text)))
    )
    wanted |= Q(name_key=keys.name_key(text.rpartition(" ")[2]))
    if re.search(r"\d{4}", text):
        for number in _numbers(text, region):
            wanted |= Q(phone_key=keys.phone_key(number))
    return parties.filter(wanted)


def _numbers(text: str, region: str) -> list[str]:
    try:
        return [values.phone(text, region)]
    except values.BadValue:
        return []


def reveals_of(party: AffectedParty) -> QuerySet[AuditEvent]:
    """Who has read this person's details in clear, and why; the last first."""
    found = AuditEvent.objects.filter(
        subject_type=AffectedParty._meta.label_lower,
        subject_id=str(party.pk),
        verb=RosterEvent.PARTY_REVEALED,
    )
    return found.select_related("reason").order_by("-sequence")[:MOST_REVEALS]


def imports_of(roster: Roster) -> list[RosterImport]:
    return with_names(roster, roster.imports.select_related("by")[:MOST_IMPORTS])


def with_names(roster: Roster, jobs: Iterable[RosterImport]) -> list[RosterImport]:
    """Imports with the names of their files in clear; without, once the people were erased."""
    found = list(jobs)
    if found and roster.erased_at is None:
        keys = RosterKeys.open(roster)
        for job in found:
            job.file_name = open_file_name(job, keys)
    return found


def mapping_for(headings: Sequence[str]) -> SavedMapping | None:
    """The kept matching whose columns are all in this file; the one with most columns."""
    present = {columns.slug(heading) for heading in headings}
    fitting = [one for one in SavedMapping.objects.all() if one.targets.keys() <= present]
    return max(fitting, key=lambda one: (len(one.targets), one.saved_at), default=None)


@dataclass(frozen=True)
class Pace:
    """How fast an import reads, and how long the rest of the file takes."""

    a_second: int
    left: timedelta | None  # None: nothing read yet


def pace(job: RosterImport, *, now: datetime) -> Pace:
    """Measured since the import was started or resumed."""
    seconds = (now - job.started_at).total_seconds() if job.started_at else 0.0
    done = job.bytes_read - job.bytes_before
    if seconds <= 0 or done <= 0:
        return Pace(0, None)
    rest = max(job.size - job.bytes_read, 0) * seconds / done
    return Pace(round((job.read - job.read_before) / seconds), timedelta(seconds=round(rest)))


def waiting_imports(user: User) -> int:
    """Imports at work on incidents this person sees; for the header's "running"."""
    return RosterImport.objects.filter(
        state__in=["queued", "running"], roster__incident__in=visible_to(user).values("pk")
    ).count()


# --- inquiries


def inquiry_desk(
    user: User, *, status: str = "open", topic: str = "", channel: str = ""
) -> QuerySet[Inquiry]:
    """Inquiries this person may answer, oldest first."""
    found = inquiries_visible_to(user, Can.ANSWER).select_related("incident")
    for name, value in (("status", status), ("topic", topic), ("channel", channel)):
        if value:
            found = found.filter(**{name: value})
    return found.order_by("waiting_since", "pk")


def open_inquiries(user: User) -> int:
    """How many wait for an answer from this person's desk."""
    return inquiries_visible_to(user, Can.ANSWER).filter(status=InquiryStatus.OPEN).count()


def inquiries_of(incident: Incident) -> QuerySet[Inquiry]:
    return incident.inquiries.order_by("-received_at")


@dataclass(frozen=True)
class Pulse:
    """How many questions came in, and whether that is a surge."""

    last_day: int
    day_before: int

    @property
    def surges(self) -> bool:
        return self.last_day >= 10 and self.last_day >= 2 * max(self.day_before, 1)


def pulse(inquiries: QuerySet[Inquiry], *, now: datetime) -> Pulse:
    """Inquiries of the last day beside those of the day before."""
    recent = inquiries.filter(received_at__gt=now - SURGE_WINDOW, received_at__lte=now).count()
    before = inquiries.filter(
        received_at__gt=now - 2 * SURGE_WINDOW, received_at__lte=now - SURGE_WINDOW
    ).count()
    return Pulse(recent, before)


def places_with_people(roster: Roster) -> Sequence[str]:
    """Every place on the roster, as segments name it."""
    rows = (
        RosterCount.objects.filter(roster=roster, number__gt=0)
        .values_list("country", "subdivision")
        .distinct()
    )
    return sorted({part or country for country, part in rows} | {country for country, _ in rows})
