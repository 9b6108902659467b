"""A past incident as an importer hands it over: only what its source says, nothing made up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class HistoricTime:
    """An instant of a past incident; `at` is the first moment of what `precision` leaves open."""

    kind: str
    at: datetime
    precision: str
    source: str


@dataclass(frozen=True)
class HistoricIncident:
    """One record of an incident database, mapped."""

    source: str
    source_id: str
    edition: str  # version of the source's schema; an older one never replaces a newer one
    title: str
    summary: str
    breach: bool  # False: the source itself says that this was none
    violation: str
    times: tuple[HistoricTime, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()  # what could not be placed, in words, for whoever imports

    def digest(self) -> str:
        """SHA-256 of all that is stored: equal records are left alone."""
        content = asdict(self)
        del content["remarks"]
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
