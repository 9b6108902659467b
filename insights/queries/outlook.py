"""What a scenario would ask of us: every duty of the engine by time, and the totals at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from accounts.models import Organisation
from incidents.queries.law import Law, law_now
from insights.models import ExposureProfile
from insights.queries.exposure import Exposed, Given, exposed
from insights.queries.law_places import name_of
from insights.queries.tongues import languages_of
from law.duties import Duty
from law.facts import BreachFacts
from law.missing import ToFindOut, still_to_find_out
from law.vocabulary import EVENT_KINDS

HOUR: Final = timedelta(hours=1)
VOLUNTARY: Final = "voluntary"
NO_TIME: Final = 10**6  # hours; sorts what has no time of the law behind all that has one
SPANS: Final = (
    ("day", "Within 24 hours", 24.0),
    ("three", "Within 72 hours", 72.0),
    ("week", "Within 7 days", 7 * 24.0),
    ("month", "Within 31 days", 31 * 24.0),
    ("later", "Later", float(NO_TIME - 1)),
)


@dataclass(frozen=True)
class Item:
    """One duty as it would stand; `hours` run from awareness, None where the law gives no time yet."""

    key: str
    rule_id: str
    rule_version: str
    contract: bool
    title: str
    regime: str
    citation: str
    kind: str  # of RECIPIENT_KINDS
    to: str
    authority_id: str
    place: str
    place_name: str
    answer: str
    binding: bool  # False: a voluntary scheme
    confidence: str
    due_at: str  # ISO 8601 in UTC, empty where there is none
    due_zone: str
    hours: float | None
    due_text: str
    aim: str  # our own target in words, where the law gives no time
    open_words: str  # why no time is told, in words
    languages: tuple[str, ...]
    undecided_by: tuple[str, ...]

    @property
    def due(self) -> datetime | None:
        return datetime.fromisoformat(self.due_at) if self.due_at else None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Item:
        return cls(**{**data, "languages": tuple(data["languages"]), "undecided_by": tuple(data["undecided_by"])})  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """Duties that fall due in one stretch of time after awareness."""

    key: str
    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Outlook:
    """All that a scenario would ask of us."""

    given: Given
    exposed: Exposed
    law: Law
    owed: tuple[Item, ...]  # required and binding, in order of time
    open: tuple[Item, ...]  # undecided and binding
    voluntary: tuple[Item, ...]  # asked, but binding nobody
    deciding: tuple[ToFindOut, ...]
    totals: Mapping[str, Any]

    @property
    def items(self) -> tuple[Item, ...]:
        return (*self.owed, *self.open, *self.voluntary)

    @property
    def stretches(self) -> list[Stretch]:
        return stretches(self.owed)


def outlook(given: Given, profile: ExposureProfile, organisation: Organisation) -> Outlook:
    """Ask the law of today about a scenario; nothing is kept."""
    found = exposed(given, profile, organisation)
    return outlook_of(given, found, law_now())


def outlook_of(given: Given, found: Exposed, law: Law) -> Outlook:
    duties = _duties(found.facts, law)
    items = sorted((item_of(duty, given.aware_at) for duty in duties), key=in_time)
    owed = tuple(one for one in items if one.answer == "required" and one.binding)
    undecided = [duty for duty in duties if duty.answer == "undecided" and duty.status != VOLUNTARY]
    return Outlook(
        given,
        found,
        law,
        owed,
        tuple(one for one in items if one.answer == "undecided" and one.binding),
        tuple(one for one in items if not one.binding),
        tuple(still_to_find_out(undecided)),
        _totals(
            owed, [duty for duty in duties if duty.answer == "required" and duty.status != VOLUNTARY], found
        ),
    )


def _duties(facts: BreachFacts, law: Law) -> tuple[Duty, ...]:
    """The engine's answer, without what is not asked."""
    kept = _kept(facts.digest(), law.state)
    if not kept:
        found = law.duties(facts, possible=())
        kept.append(tuple(duty for duty in found if duty.answer != "not_required"))
    return kept[0]


@lru_cache(maxsize=32)
def _kept(digest: str, state: str) -> list[tuple[Duty, ...]]:
    """Where the answer to equal facts under equal law is kept: the page of all scenarios asks for it time and again."""
    return []


def in_time(item: Item) -> tuple[float, str, str]:
    return (NO_TIME if item.hours is None else item.hours), item.place_name, item.title


def stretches(items: Iterable[Item]) -> list[Stretch]:
    """Duties in their stretches of time; those without a time of the law stand last, by their reason."""
    rows = list(items)
    found, after = [], -float(NO_TIME)
    for key, label, until in SPANS:
        inside = tuple(one for one in rows if one.hours is not None and after < one.hours <= until)
        found.append(Stretch(key, label, inside))
        after = until
    undated = [one for one in rows if one.hours is None]
    at_once = tuple(one for one in undated if not one.open_words)
    found.insert(0, Stretch("at-once", "Without delay; the law puts no number", at_once))
    found.append(Stretch("waiting", "Once something else has happened", tuple(one for one in undated if one.open_words)))  # fmt: skip
    return [one for one in found if one.items]


def item_of(duty: Duty, aware_at: datetime) -> Item:
    """A duty as it is shown and kept."""
    return Item(
        duty.key,
        duty.rule_id,
        duty.rule_version,
        duty.rule.get("level") == "contract",
        duty.title,
        duty.regime,
        duty.citation,
        duty.recipient.kind,
        duty.recipient.name,
        "" if duty.recipient.authority.startswith("group:") else duty.recipient.authority,
        duty.place,
        name_of(duty.place) if duty.place else "",
        duty.answer,
        duty.status != VOLUNTARY,
        duty.confidence,
        duty.due_at.isoformat() if duty.due_at else "",
        duty.due_zone,
        round((duty.due_at - aware_at) / HOUR, 2) if duty.due_at else None,
        duty.due_text,
        "" if duty.due_at else duty.target_text,
        _waits(duty),
        duty.languages,
        duty.undecided_by,
    )


def _waits(duty: Duty) -> str:
    """Why a clock has no end yet; nothing where the law simply names no number."""
    if duty.due_at:
        return ""
    if duty.blocked_by:
        return "After the report before it"
    if duty.waits_for:
        return "Once it is known: " + "; ".join(EVENT_KINDS[kind] for kind in duty.waits_for)
    return ""


def _totals(owed: Sequence[Item], duties: Sequence[Duty], found: Exposed) -> dict[str, Any]:
    """The figures at a glance, as they are shown, compared and kept."""
    told = _people_told(duties, found)
    times = [one.hours for one in owed if one.hours is not None]
    authorities = {one.authority_id or one.to for one in owed if one.kind == "authority"}
    return {
        "authorities": len(authorities),
        "duties": len(owed),
        "rules": len({one.rule_id for one in owed}),
        "people": sum(found.people[place] for place in told),
        "places": len(told),
        "first_hours": min(times) if times else None,
        "affected": found.total,
        "languages": sorted({code for place in told for code in languages_of(place)}),
    }


def _people_told(duties: Iterable[Duty], found: Exposed) -> list[str]:
    """Places of the scenario whose people a law asks us to tell."""
    reached: set[str] = set()
    for duty in duties:
        if duty.recipient.kind == "individuals":
            reached |= set(duty.rule.get("places", ())) | {duty.place}
    return [place for place in sorted(found.people) if place in reached or place[:2] in reached]
