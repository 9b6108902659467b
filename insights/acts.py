"""What an act of the record was about, in a few words for everybody who sees the incident.

Details hold ids, counts and old and new values; only what is named here is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from incidents.events import IncidentEvent, ObligationEvent
from incidents.models.assessment import Level
from incidents.templatetags.incident_words import fact_label, fact_words
from law.risk import methods
from notifications.events import FilingEvent, NoticeEvent
from stakeholders.events import InquiryEvent, RosterEvent
from stakeholders.models import Topic

Details = Mapping[str, Any]
MOST: Final = 160
FIELDS: Final = {"own_role": "our role", "violation": "kind"}


def _fact(details: Details) -> str:
    key, new = str(details.get("key", "")), details.get("new") or {}
    said = {"unknown": "not known yet", "not_applicable": "does not apply"}.get(new.get("state", ""))
    value = said or (fact_words(new["value"], key) if "value" in new else "answered")
    return f"{fact_label(key)}: {value}" + (" (disputed)" if new.get("state") == "disputed" else "")


def _number(people: int) -> str:
    return "1 person" if people == 1 else f"{people:,} people"


def _counts(details: Details) -> str:
    return f"{_number(details.get('people', 0))}, {details.get('basis', '')}"


def _severity(details: Details) -> str:
    level = dict(Level.choices).get(str(details.get("level")), details.get("level"))
    return f"{level}, score {details.get('score')}"


def _import(details: Details) -> str:
    known = ("added", "merged", "unchanged", "refused")
    return ", ".join(f"{details[name]:,} {name}" for name in known if isinstance(details.get(name), int))


def _risk(details: Details) -> str:
    """The finding; of records made before there were several tests, the tier."""
    method = methods().get(str(details.get("method", "gdpr")))
    found = method.finding(str(details.get("finding") or details.get("tier"))) if method else None
    return found.text if found else ""


def _recipient(details: Details) -> str:
    return str(details.get("recipient", ""))


def _people(details: Details) -> str:
    return _number(details["people"]) if isinstance(details.get("people"), int) else ""


def _topic(details: Details) -> str:
    return str(dict(Topic.choices).get(str(details.get("topic")), ""))


ABOUT: Final[Mapping[str, Callable[[Details], str]]] = {
    IncidentEvent.FACT_SET: _fact,
    IncidentEvent.COUNTS_SET: _counts,
    IncidentEvent.ASSESSED: _severity,
    IncidentEvent.OVERRIDDEN: _severity,
    IncidentEvent.RISK_SIGNED: _risk,
    **dict.fromkeys((IncidentEvent.RISK_COUNTERSIGNED, IncidentEvent.RISK_WITHDRAWN), _risk),
    IncidentEvent.DESCRIBED: lambda details: ", ".join(FIELDS.get(name, name) for name in details),
    **dict.fromkeys(set(ObligationEvent) - {ObligationEvent.ASSESSED}, _recipient),
    **dict.fromkeys(FilingEvent, _recipient),
    RosterEvent.IMPORT_DONE: _import,
    NoticeEvent.SENDING: _people,
    InquiryEvent.ASKED: _topic,
    InquiryEvent.LOGGED: _topic,
}


def about(verb: str, details: str) -> str:
    """A few words on what an act was about; nothing for what says enough by itself."""
    tell = ABOUT.get(verb)
    if tell is None:
        return ""
    words = tell(json.loads(details))
    return words if len(words) <= MOST else words[: MOST - 1] + "…"
