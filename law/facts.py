"""`BreachFacts`: all that a rule may look at. Every fact may be unknown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, TypeGuard

from law.vocabulary import FACT_KEYS


class Unknown:
    """The third answer beside yes and no: nobody has found out yet."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN is neither true nor false; ask `is UNKNOWN`.")


UNKNOWN: Final = Unknown()

Known = bool | str | int | tuple[str, ...]
FactValue = Known | Unknown


def is_known(value: FactValue) -> TypeGuard[Known]:
    """Whether a fact has been found out."""
    return value is not UNKNOWN


@dataclass(frozen=True)
class PlaceCount:
    """How many people of one place had one set of data kinds affected."""

    place: str  # ISO 3166-1 country, or 3166-2 part of it
    number: int | None  # None: people are affected, nobody knows how many
    elements: frozenset[str] | None = None  # None: not known for these people
    confirmed: bool = False  # False: an estimate
    found_at: datetime | None = None  # when these people turned up, where that was after the others


@dataclass(frozen=True)
class Hold:
    """A request of law enforcement to wait: who asked, for what, in which form, until when."""

    requested_at: datetime
    agency: str = ""
    person: str = ""
    written: bool | None = None  # False: orally; None: not known
    until: datetime | None = None  # as the request says; None: open
    cleared_at: datetime | None = None  # when it was lifted
    scope: frozenset[str] = frozenset()  # kinds of recipient that must wait; empty: all

    @property
    def ended_at(self) -> datetime | None:
        """When waiting ended, or will end; None while that is open."""
        ends = [at for at in (self.until, self.cleared_at) if at]
        return min(ends) if ends else None


@dataclass(frozen=True)
class FactError:
    """Why one field of given facts cannot be read."""

    field: str
    reason: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        choices = f" Allowed: {', '.join(self.allowed)}." if self.allowed else ""
        return f"{self.field}: {self.reason}{choices}"


class FactsError(Exception):
    """Given facts do not have the right shape; `errors` says all that is wrong."""

    def __init__(self, errors: list[FactError]) -> None:
        super().__init__("; ".join(str(error) for error in errors))
        self.errors = errors


@dataclass(frozen=True)
class BreachFacts:
    """What is known of one breach; `values` holds the facts of `FACT_KEYS`, and what is missing is unknown."""

    values: Mapping[str, Known] = field(default_factory=dict)
    events: Mapping[str, datetime] = field(default_factory=dict)  # kind of event to aware instant
    counts: tuple[PlaceCount, ...] = ()
    filings: Mapping[str, datetime] = field(default_factory=dict)  # key of a duty to the instant it was filed
    latest_filings: Mapping[str, datetime] = field(
        default_factory=dict
    )  # where filed more than once: the last time
    judgements: Mapping[str, bool] = field(
        default_factory=dict
    )  # `judged.<rule>/<name>`: what a person found
    holds: tuple[Hold, ...] = ()

    def value(self, key: str) -> FactValue:
        """One fact of `FACT_KEYS`, or UNKNOWN."""
        if key not in FACT_KEYS:
            raise KeyError(key)
        return self.values.get(key, UNKNOWN)

    def known_set(self, key: str) -> frozenset[str] | None:
        """A fact that holds several words, or None while it is unknown."""
        value = self.value(key)
        return frozenset(value) if isinstance(value, tuple) else None

    @classmethod
    def from_dict(cls, data: object) -> "BreachFacts":
        """Read facts from JSON data; raises `FactsError` with every error found."""
        from law.facts_reading import read_facts

        return read_facts(data)

    def to_dict(self) -> dict[str, Any]:
        """Canonical JSON data: sorted, instants in UTC, unknown facts left out."""
        return {
            "facts": {
                key: sorted(value) if isinstance(value, tuple) else value
                for key, value in sorted(self.values.items())
            },
            "events": {kind: instant_text(at) for kind, at in sorted(self.events.items())},
            "counts": sorted((_count_dict(count) for count in self.counts), key=_count_order),
            "filings": {key: instant_text(at) for key, at in sorted(self.filings.items())},
            **self._seldom(),
        }

    def _seldom(self) -> dict[str, Any]:
        """Parts that most breaches do not have; they are left out while empty."""
        parts: dict[str, Any] = {
            "latest_filings": {key: instant_text(at) for key, at in sorted(self.latest_filings.items())},
            "judgements": dict(sorted(self.judgements.items())),
            "holds": [_hold_dict(hold) for hold in sorted(self.holds, key=lambda one: one.requested_at)],
        }
        return {key: part for key, part in parts.items() if part}

    def digest(self) -> str:
        """SHA-256 of the canonical JSON: equal facts have equal digests."""
        return sha256(json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def instant_text(at: datetime) -> str:
    """An instant in UTC as ISO 8601 text."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _hold_dict(hold: Hold) -> dict[str, Any]:
    ends = {"until": hold.until, "cleared_at": hold.cleared_at}
    return {
        "requested_at": instant_text(hold.requested_at),
        "agency": hold.agency,
        "person": hold.person,
        "written": hold.written,
        **{key: instant_text(at) if at else None for key, at in ends.items()},
        "scope": sorted(hold.scope),
    }


def _count_dict(count: PlaceCount) -> dict[str, Any]:
    found = {"found_at": instant_text(count.found_at)} if count.found_at else {}
    return {
        "place": count.place,
        "number": count.number,
        "elements": None if count.elements is None else sorted(count.elements),
        "confirmed": count.confirmed,
        **found,
    }


def _count_order(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True)
