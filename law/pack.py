"""The pack: all rules and authorities as data, with a version and a hash.

Authorities stand in `authorities.yaml` and, by region, in the files of `authorities/` (`authorities/us.yaml` for the
United States); all are of the same form, and an id may stand in one of them only.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from law.counts import countries_of_parts

HOME = Path(__file__).parent


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Leaves dates as the text they are written in: rules are hashed, frozen and compared as JSON."""

    yaml_implicit_resolvers = {
        first: [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class InvalidPack(Exception):
    """A file of the pack cannot be used; the text names the file and what is wrong."""


@dataclass(frozen=True)
class Authority:
    """A body that receives filings."""

    id: str
    name: str
    called: str  # as a sentence names it: "the Irish Data Protection Commission"
    country: str  # ISO 3166-1, or EU for bodies of the Union
    zone: str
    kind: str = "dpa"
    local_name: str = ""
    subdivision: str = ""
    scope: str = "all"  # all, private, public, federal, church: whom it supervises within its place
    groups: tuple[str, ...] = ()
    url: str = ""
    portal: str = ""
    portal_confidence: str = "none"
    languages: tuple[str, ...] = ()
    email: str = ""
    confidence: str = "known"
    checked: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Rule:
    """One body of law as data, in the version that applies."""

    id: str
    data: Mapping[str, Any]
    version: str
    held: bool = True  # False: the pack does not hold the text of the day that governs; `text` says so
    text: str = ""
    # What is made of the rule once: its versions laid out, its clauses ready to be asked, its words.
    made: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def get(self, key: str, default: Any = None) -> Any:
        return self.data.get(key, default)

    @cached_property
    def places(self) -> frozenset[str]:
        """Where people or establishments bring the rule into play."""
        return frozenset(self.data["places"])

    @cached_property
    def countries_of_parts(self) -> frozenset[str]:
        """Countries of which only parts are among the places."""
        return countries_of_parts(self.places)

    @cached_property
    def silent_unless_linked(self) -> bool:
        """Whether nothing is said of the rule until it is known to apply: a law of one sector."""
        return bool(self.data.get("silent_unless_linked"))

    @cached_property
    def of_contract(self) -> bool:
        """Whether it is a clause of a contract, which goes wherever we go."""
        return self.data.get("level") == "contract"


@dataclass(frozen=True)
class Pack:
    """Rules, authorities and internal targets, read once and never changed."""

    version: str
    hash: str
    rules: tuple[Rule, ...]
    authorities: Mapping[str, Authority]
    targets: Mapping[str, Any] = field(default_factory=dict)

    def rule(self, rule_id: str) -> Rule:
        """The current version of one rule."""
        return next(rule for rule in self.rules if rule.id == rule_id)

    def members(self, group: str) -> tuple[Authority, ...]:
        """Authorities of a group, for example `eea-sa`."""
        return self._groups.get(group, ())

    @cached_property
    def made(self) -> dict[int, Any]:
        """What is made of the pack once, by the identity of what it is made of."""
        return {}

    @cached_property
    def _groups(self) -> dict[str, tuple[Authority, ...]]:
        named = {group for authority in self.authorities.values() for group in authority.groups}
        return {
            group: tuple(one for one in self.authorities.values() if group in one.groups) for group in named
        }


@lru_cache(maxsize=64)
def load_pack(path: Path | None = None) -> Pack:
    """Read the pack from a folder (ours by default) and check what the engine relies on."""
    home = path or HOME
    about = _read(home / "pack.yaml")
    rules = tuple(rule_from(_read(file)) for file in sorted((home / "regimes").glob("*.yaml")))
    bodies = _bodies(home)
    authorities = {row["id"]: _authority(row) for row in bodies}
    _check_references(rules, authorities)
    content = {
        "rules": {rule.id: rule.version for rule in rules},
        "authorities": bodies,
        "targets": about["targets"],
    }
    return Pack(str(about["version"]), _hash(content), rules, authorities, about["targets"])


def _bodies(home: Path) -> list[dict[str, Any]]:
    """Authorities of all files; refuses one that stands twice."""
    files = [home / "authorities.yaml", *sorted((home / "authorities").glob("*.yaml"))]
    rows = [row for file in files for row in _read(file)["authorities"]]
    twice = [key for key, number in Counter(row["id"] for row in rows).items() if number > 1]
    if twice:
        raise InvalidPack(f"{home}: authorities that stand twice: {', '.join(sorted(twice))}")
    return rows


def rule_from(data: Mapping[str, Any]) -> Rule:
    """A rule from its data; a contract clause written in the same form is read the same way."""
    return Rule(data["id"], data, f"{data.get('effective_from') or 'start'}/{_hash(data)[:12]}")


def _read(file: Path) -> Any:
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (a safe loader)
    except (OSError, yaml.YAMLError) as error:
        raise InvalidPack(f"{file}: {error}") from error


def _hash(data: Any) -> str:
    return sha256(json.dumps(data, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _authority(row: Mapping[str, Any]) -> Authority:
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in row.items()
        if value is not None
    }
    return Authority(**given)


def _check_references(rules: Iterable[Rule], authorities: Mapping[str, Authority]) -> None:
    """Refuse a pack whose rules name authorities that it does not hold."""
    groups = {group for authority in authorities.values() for group in authority.groups}
    for rule in rules:
        for duty in rule["duties"]:
            recipient = duty["recipient"]
            named = {*recipient.get("authorities", ()), recipient.get("authority")} - {None}
            unknown = sorted(named - set(authorities)) + sorted({recipient.get("group")} - {None} - groups)
            if unknown:
                raise InvalidPack(
                    f"{rule.id}/{duty['id']}: not known among the authorities: {', '.join(unknown)}"
                )
