"""Who a notice is for: the roster's parties narrowed by place, language and exposed data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from incidents.models import Incident
from notifications.compile import Variant
from notifications.merge_fields import PERSONAL, present_fields
from notifications.models import Notice
from stakeholders.models import AffectedParty, Roster
from stakeholders.sealing import BIT

EMAIL = BIT["email"]
REACHED_BY = EMAIL | BIT["address1"]


@dataclass(frozen=True)
class Group:
    """People with the same exposed data, the same contact mask and, as far as asked, the same place."""

    elements: tuple[str, ...]
    present: int
    number: int
    place: str = ""

    @property
    def mailable(self) -> bool:
        return bool(self.present & EMAIL)


@dataclass(frozen=True)
class Profile:
    """A segment in figures; exempt people are in none of them but `exempt`."""

    groups: tuple[Group, ...] = ()
    exempt: int = 0

    @property
    def people(self) -> int:
        return sum(group.number for group in self.groups)

    @property
    def mailable(self) -> int:
        return sum(group.number for group in self.groups if group.mailable)

    @property
    def without_email(self) -> int:
        return self.people - self.mailable

    def lacking(self, path: str) -> int:
        """How many of those we can write to have nothing in this personal field."""
        needs = PERSONAL[path].needs
        return sum(group.number for group in self.groups if group.mailable and not group.present & needs)

    def variants(self) -> set[Variant]:
        """The variants that the text must be compiled for: of those who get a mail, or could get a letter."""
        return {
            Variant(group.elements, present_fields(group.present), group.place)
            for group in self.groups
            if group.present & REACHED_BY
        }


def roster_of(incident: Incident) -> Roster | None:
    return Roster.objects.filter(incident=incident, erased_at=None).first()


def parties(roster_id: int, segment: Mapping[str, Iterable[Any]]) -> QuerySet[AffectedParty]:
    """The parties of a segment; an empty list narrows nothing."""
    people: QuerySet[AffectedParty] = AffectedParty.objects.filter(roster_id=roster_id)
    if places := list(segment.get("places", [])):
        people = people.filter(Q(country__in=places) | Q(subdivision__in=places))
    if languages := list(segment.get("languages", [])):
        spoken = Q(language__in=languages)
        for language in languages:
            if language:
                spoken |= Q(language__startswith=f"{language}-")
        people = people.filter(spoken)
    if elements := list(segment.get("elements", [])):
        people = people.filter(elements__overlap=elements)
    return people


def mailable(roster_id: int, segment: Mapping[str, Iterable[Any]]) -> QuerySet[AffectedParty]:
    """Those of a segment that get the mail: an address, and not exempt."""
    return (
        parties(roster_id, segment).filter(exempt_at=None).extra(where=["present & %s <> 0"], params=[EMAIL])
    )


def profile(notice: Notice, places: Collection[str] = ()) -> Profile:
    """The notice's segment in figures, by one pass over it; people of `places` are told apart."""
    roster = roster_of(notice.incident)
    if roster is None:
        return Profile()
    rows = (
        parties(roster.pk, notice.segment)
        .order_by()
        .annotate(stays=Q(exempt_at=None), told_apart=_told_apart(sorted(places)))
        .values_list("elements", "present", "told_apart", "stays")
        .annotate(number=Count("*"))
    )
    counted: Counter[tuple[tuple[str, ...], int, str]] = Counter()
    exempt = 0
    for elements, present, place, stays, number in rows:
        if stays:
            counted[tuple(sorted(elements)), present, place] += number
        else:
            exempt += number
    groups = tuple(
        Group(elements, present, number, place)
        for (elements, present, place), number in sorted(counted.items())
    )
    return Profile(groups, exempt)


def _told_apart(places: list[str]) -> Case | Value:
    """`blocks.narrowed` in SQL: a subdivision among the places, else a country among them, else nothing."""
    if not places:
        return Value("")
    return Case(
        When(subdivision__in=places, then=F("subdivision")),
        When(country__in=places, then=F("country")),
        default=Value(""),
        output_field=CharField(),
    )


def languages(notice: Notice) -> dict[str, int]:
    """People of the notice's segment by the language they read; "" where it is not known."""
    roster = roster_of(notice.incident)
    if roster is None:
        return {}
    rows = parties(roster.pk, notice.segment).filter(exempt_at=None).order_by().values_list("language")
    return dict(rows.annotate(number=Count("*")))


def choices(incident: Incident) -> dict[str, list[tuple[str, int]]]:
    """Places, languages and data elements found on the roster, with how many people each has."""
    roster = roster_of(incident)
    found: dict[str, Counter[str]] = {"places": Counter(), "languages": Counter(), "elements": Counter()}
    for group in roster.groups.all() if roster else []:
        found["places"][group.place] += group.number
        found["languages"][group.language] += group.number
        for element in group.elements:
            found["elements"][element] += group.number
    return {kind: sorted(counted.items()) for kind, counted in found.items()}
