"""What of an incident a filing tells, as plain data, and its hash."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, Final

from incidents import queries as incidents
from incidents.models import Assessment, Incident

# Our own filing meets a duty and is a time of its own: neither makes it out of date.
OWN_ACTS: Final = frozenset({"authority_notified"})


def canonical(data: Any) -> str:
    """JSON with sorted keys and no spare space: the same data give the same bytes."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def told_facts(incident: Incident) -> dict[str, Any]:
    """Facts, times, counts and severity as a report would tell them now."""
    facts = incidents.breach_facts(incident).to_dict()
    facts.pop("filings")
    facts["events"] = {kind: at for kind, at in facts["events"].items() if kind not in OWN_ACTS}
    latest = latest_assessment(incident)
    return {**facts, "severity": latest.level if latest else None, "violation": incident.violation}


def facts_hash(incident: Incident) -> str:
    """Differs as soon as something changed that a report would tell otherwise."""
    return sha256(canonical(told_facts(incident)).encode()).hexdigest()


def latest_assessment(incident: Incident) -> Assessment | None:
    return incident.assessments.order_by("-version").first()
