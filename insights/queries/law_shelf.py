"""The pack as pages and API read it: rows made once for each pack, filtered on each request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from insights.queries.law_places import REGIONS, name_of, region_of
from insights.queries.law_words import (
    CONFIDENCES,
    CONTACTS,
    FAMILIES,
    STATUSES,
    Standing,
    authorities_of,
    deadline_words,
    duty_title,
    standing_of,
)
from law.pack import Authority, Pack, Rule, load_pack
from law.vocabulary import AUTHORITY_KINDS, RECIPIENT_KINDS

MOST_WORDS = 200


@dataclass(frozen=True)
class RuleRow:
    """One rule in a list; `tells` are its main recipients and times."""

    rule: Rule
    place: str
    place_name: str
    region: str
    tells: tuple[str, ...]
    haystack: str

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def title(self) -> str:
        return str(self.rule["title"])

    @property
    def citation(self) -> str:
        return str(self.rule["citation"])

    @property
    def family(self) -> str:
        return str(self.rule["family"])

    @property
    def family_name(self) -> str:
        return FAMILIES.get(self.family, self.family)


@dataclass(frozen=True)
class AuthorityRow:
    """One body in the directory."""

    authority: Authority
    place: str
    place_name: str
    region: str
    kind_name: str
    rules: int
    haystack: str


# Region to its places: code, name, how many.
ByRegion = Mapping[str, tuple[tuple[str, str, int], ...]]


@dataclass(frozen=True)
class Shelf:
    """All rules and bodies of one pack, in the order in which they are shown."""

    pack: Pack
    rules: tuple[RuleRow, ...]
    authorities: tuple[AuthorityRow, ...]
    by_rule: Mapping[str, RuleRow]
    named_by: Mapping[str, tuple[RuleRow, ...]]  # id of an authority to the rules that name it
    places: ByRegion  # places with rules of their own
    seats: ByRegion  # places with authorities


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; empty is all."""

    words: str = ""
    place: str = ""
    region: str = ""
    family: str = ""
    status: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Wanted:
        """From a query string; what is not among the choices counts as not given."""

        def chosen(key: str, among: Iterable[str]) -> str:
            return value if (value := given.get(key, "")) in among else ""

        return cls(
            " ".join(given.get("words", "")[:MOST_WORDS].split()),
            given.get("place", "")[:10].upper(),
            chosen("region", REGIONS),
            chosen("family", FAMILIES),
            chosen("status", STATUSES),
        )

    def __bool__(self) -> bool:
        return bool(self.words or self.place or self.region or self.family or self.status)


def shelf() -> Shelf:
    """The pack in use."""
    return _shelf(load_pack().hash)


@lru_cache(maxsize=2)
def _shelf(pack_hash: str) -> Shelf:
    pack = load_pack()
    regions = list(REGIONS)
    rows = sorted(
        (_rule_row(rule, pack) for rule in pack.rules),
        key=lambda row: (regions.index(row.region), _place_order(row.place, row.place_name), row.title),
    )
    named = _named_by(rows, pack)
    bodies = sorted(
        (_authority_row(one, len(named.get(one.id, ()))) for one in pack.authorities.values()),
        key=lambda row: (
            regions.index(row.region),
            _place_order(row.place, row.place_name),
            row.authority.name,
        ),
    )
    return Shelf(
        pack,
        tuple(rows),
        tuple(bodies),
        {row.id: row for row in rows},
        named,
        _places(rows),
        _places(bodies),
    )


def _place_order(place: str, name: str) -> tuple[bool, str]:
    """Unions and whole federations before the places within them."""
    return place not in ("EU", "EEA", "US"), name


def _rule_row(rule: Rule, pack: Pack) -> RuleRow:
    place = str(rule.get("sub_jurisdiction") or rule["place"])
    name = name_of(place)
    words = (rule.id, rule["title"], rule["regime"], rule["citation"], name)
    places = " ".join(name_of(one) for one in sorted(rule.places)) if len(rule.places) > 1 else ""
    haystack = " ".join((*map(str, words), places)).casefold()
    return RuleRow(rule, place, name, region_of(place), _tells(rule, pack), haystack)


def _tells(rule: Rule, pack: Pack) -> tuple[str, ...]:
    """The first time for each kind of recipient, the ones that concern few left out."""
    titles = {duty["id"]: duty_title(duty, pack) for duty in rule["duties"]}
    told: dict[str, str] = {}
    for duty in rule["duties"]:
        kind = duty["recipient"]["kind"]
        if not duty.get("quiet") and duty["stage"] != "log_only" and kind in ("authority", "individuals"):
            told.setdefault(kind, f"{RECIPIENT_KINDS[kind]}: {deadline_words(duty['deadline'], titles)}")
    return tuple(told.values())


def _authority_row(one: Authority, rules: int) -> AuthorityRow:
    # States of the USA have laws of their own; elsewhere a body of a part is looked for under its country.
    place = (one.country == "US" and one.subdivision) or one.country
    name = name_of(place)
    haystack = " ".join((one.id, one.name, one.local_name, name)).casefold()
    kind = AUTHORITY_KINDS.get(one.kind, one.kind)
    return AuthorityRow(one, place, name, region_of(place), kind, rules, haystack)


def _named_by(rows: Iterable[RuleRow], pack: Pack) -> dict[str, tuple[RuleRow, ...]]:
    found: dict[str, dict[str, RuleRow]] = {}
    for row in rows:
        for duty in row.rule["duties"]:
            for authority in authorities_of(duty["recipient"], pack):
                found.setdefault(authority, {})[row.id] = row
    return {key: tuple(named.values()) for key, named in found.items()}


def _places(rows: Iterable[RuleRow | AuthorityRow]) -> dict[str, tuple[tuple[str, str, int], ...]]:
    """Places by region, each where its rules are made or its bodies sit."""
    numbers = Counter((row.region, row.place, row.place_name) for row in rows)
    found: dict[str, list[tuple[str, str, int]]] = {}
    for (region, place, name), number in numbers.items():
        found.setdefault(region, []).append((place, name, number))
    return {region: tuple(found[region]) for region in REGIONS if region in found}


def rules_wanted(wanted: Wanted, today: date) -> list[tuple[RuleRow, Standing]]:
    """Rules that fit, each with how far it is law today; a country shows the common rules that reach it too."""
    words = wanted.words.casefold().split()
    found = []
    for row in shelf().rules:
        standing = standing_of(row.rule.data, today)
        if (
            (not wanted.place or wanted.place == row.place or wanted.place in row.rule.places)
            and wanted.region in ("", row.region)
            and wanted.family in ("", row.family)
            and wanted.status in ("", standing.key)
            and all(word in row.haystack for word in words)
        ):
            found.append((row, standing))
    return found


def authorities_wanted(wanted: Wanted) -> list[AuthorityRow]:
    """Bodies that fit the words, the place and the region."""
    words = wanted.words.casefold().split()
    return [
        row
        for row in shelf().authorities
        if (not wanted.place or wanted.place in (row.place, row.authority.country))
        and wanted.region in ("", row.region)
        and all(word in row.haystack for word in words)
    ]


def choices(wanted: Wanted) -> dict[str, Any]:
    """What the filters offer: only what the pack holds."""
    held = shelf()
    families = {row.family for row in held.rules}
    places = {place: name_of(place) for row in held.rules for place in (row.place, *row.rule.places)}
    return {
        "wanted": wanted,
        "regions": [(key, name) for key, name in REGIONS.items() if key in held.places],
        "families": [(key, name) for key, name in FAMILIES.items() if key in families],
        "statuses": [(key, words) for key, (words, _, _) in STATUSES.items()],
        "places": sorted(places.items(), key=lambda pair: pair[1]),
    }


def by_region(places: ByRegion) -> list[tuple[str, str, tuple[tuple[str, str, int], ...]]]:
    """Regions by key and name with their places, for the first page of a list."""
    return [(key, REGIONS[key], named) for key, named in places.items()]


@dataclass(frozen=True)
class AuthorityPage:
    """One body, the rules that name it, and how sure we are."""

    row: AuthorityRow
    rules: tuple[tuple[RuleRow, Standing], ...]
    confidence: tuple[str, str]
    portal_confidence: tuple[str, str]


def authority_page(authority_id: str, today: date) -> AuthorityPage | None:
    """The page of one body, or None when the pack has no such body."""
    held = shelf()
    row = next((one for one in held.authorities if one.authority.id == authority_id), None)
    if row is None:
        return None
    named = tuple((one, standing_of(one.rule.data, today)) for one in held.named_by.get(authority_id, ()))
    body = row.authority
    return AuthorityPage(row, named, _sure(body.confidence), _sure(body.portal_confidence))


def _sure(word: str) -> tuple[str, str]:
    return CONFIDENCES[word][0], CONTACTS[word]
