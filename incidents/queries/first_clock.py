"""The first deadline there could be if a report told of a breach; it orders the inbox and decides nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from accounts.models import Organisation
from incidents.models import Door
from incidents.queries.facts import standing_values
from incidents.queries.law import Law, law_now
from law.facts import BreachFacts

# What such a clock may count from; whether it really does is found out in the incident.
STARTS: Final = ("detected", "discovered", "suspected", "reasonable_belief", "aware")
# A person or a tool that works here or for us knows for us; a stranger's knowledge is ours when it reaches us.
KNOWS_FOR_US: Final = frozenset({Door.STAFF, Door.API, Door.MONITORING, Door.SUPPLIER})


@dataclass(frozen=True)
class FirstClock:
    """When it would end and who asks for what; nothing where no law is known to reach us."""

    due_at: datetime | None
    words: str


@dataclass(frozen=True)
class Asking:
    """The law and the organisation as they are now, read once for many reports."""

    law: Law
    values: dict[str, Any]

    @classmethod
    def now(cls) -> Asking:
        return cls(law_now(), standing_values(Organisation.current()))

    @property
    def state(self) -> str:
        """Equal for equal law and equal standing facts."""
        told = f"{self.law.state} {json.dumps(self.values, sort_keys=True, default=str)}"
        return sha256(told.encode()).hexdigest()

    def first_clock(self, since: datetime) -> FirstClock:
        facts = BreachFacts.from_dict(
            {"facts": self.values, "events": {kind: since.isoformat() for kind in STARTS}}
        )
        possible = [
            (duty.due_at, duty.key, f"{duty.title} ({duty.citation})")
            for duty in self.law.duties(facts, possible=())
            if duty.binding and duty.answer in ("required", "undecided") and duty.due_at is not None
        ]
        if not possible:
            return FirstClock(None, "")
        due_at, _, words = min(possible)
        return FirstClock(due_at, words[:300])


def counted_from(door: str, *, noticed_at: datetime | None, received_at: datetime) -> datetime:
    """The earliest instant from which our knowledge could be counted."""
    return noticed_at if noticed_at and door in KNOWS_FOR_US else received_at
