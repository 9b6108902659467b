"""One VERIS record into a past incident. Pure: what cannot be placed is kept and told, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from incidents.historic import HistoricIncident, HistoricTime
from incidents.models.facts import Precision
from incidents.models.incident import ViolationType
from incidents.veris import vocabulary

Record = Mapping[str, Any]
TITLE_LIMIT: Final = 200
TEXT_LIMIT: Final = 20_000
MAX_COUNT: Final = 10_000_000_000  # more records than people and accounts there are is a slip of the keyboard
KEPT: Final = (
    "victim",
    "actor",
    "action",
    "asset",
    "attribute",
    "discovery_method",
    "timeline",
    "impact",
    "plus",
)


class RecordError(Exception):
    """A record that cannot become an incident; says why."""


def mapped(record: Record, *, latest: datetime) -> HistoricIncident:
    """The incident that a record tells of; times after `latest` are not believed."""
    remarks: list[str] = []
    incident_id = _identity(record)
    extra = {path: value for path, value in _leaves(record) if not _is_known(path)}
    remarks += [f"unknown field {path}" for path in sorted(extra)]
    times = _times(record, latest, remarks)
    facts = _facts(record, remarks)
    facts["veris_extra"] = extra or None
    facts["source_edition"] = _text(record.get("schema_version")).replace("_", ".") or None
    violation = _violation(record)
    finding = _text(record.get("security_incident"))
    if finding not in vocabulary.FINDINGS:
        remarks.append(f"unknown value security_incident: {finding or 'nothing'}")
    return HistoricIncident(
        source=_source(record, incident_id),
        source_id=incident_id,
        edition=str(facts["source_edition"] or ""),
        title=_title(record, violation),
        summary=_summary(record),
        breach=finding not in vocabulary.NO_BREACH,
        violation=violation,
        times=tuple(times),
        facts={key: value for key, value in facts.items() if value is not None},
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _identity(record: Record) -> str:
    """The id in lower case: the same incident comes back in either."""
    incident_id = record.get("incident_id")
    if not isinstance(incident_id, str) or not incident_id.strip():
        raise RecordError("incident_id is missing")
    if len(incident_id.strip()) > 80:
        raise RecordError("incident_id is longer than 80 characters")
    return incident_id.strip().lower()


def _source(record: Record, incident_id: str) -> str:
    """UUIDs are unique everywhere; other ids only within their own collection."""
    try:
        UUID(incident_id)
    except ValueError:
        return f"veris:{_text(record.get('source_id')).lower()}"[:40]
    return "veris"


# --- reading whatever shape a field has


def _text(value: object) -> str:
    return (
        str(value).strip()[:TEXT_LIMIT] if isinstance(value, str | int | float) and value is not True else ""
    )


def _section(record: Record, *path: str) -> Record:
    """A nested object, empty where there is none or something else stands."""
    found: object = record
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _listed(value: object) -> list[Any]:
    """Text in older schemas, a list in newer ones."""
    if isinstance(value, list):
        return [one for one in value if one not in (None, "")]
    return [value] if value not in (None, "") else []


def _whole(value: object) -> int | None:
    """A count, whether written as 1630, 1630.0 or "1,630"."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"\d{1,3}(,\d{3})+|\d{1,11}", value.strip()):
        value = int(value.replace(",", ""))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and 0 <= value <= MAX_COUNT else None


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        for one in value:
            yield from _leaves(one, path)
    else:
        yield path, value


def _is_known(path: str) -> bool:
    return path in vocabulary.FIELDS or path.split(".")[0] == vocabulary.OWN_EXTRAS


# --- times


def _times(record: Record, latest: datetime, remarks: list[str]) -> list[HistoricTime]:
    wanted = (
        ("occurred", "timeline.incident", _section(record, "timeline", "incident")),
        ("notice_sent", "plus.timeline.notification", _section(record, "plus", "timeline", "notification")),
    )
    found = []
    for kind, where, parts in wanted:
        if not any(_listed(parts.get(name)) for name in ("year", "month", "day")):
            if kind == "occurred":
                remarks.append("timeline.incident.year is missing: no time of the breach")
            continue
        at, precision = _date(parts)
        if at is None or at > latest:
            remarks.append(f"{where} is no date that can be: {dict(parts)}"[:200])
            continue
        if precision == Precision.MONTH and _whole(parts.get("day")):
            remarks.append(f"{where} names a day that month does not have: only year and month kept")
        found.append(HistoricTime(kind, at, precision, f"VERIS {where}"))
    return found


def _date(parts: Record) -> tuple[datetime | None, str]:
    """The first moment of what is told, and how much of it is told. A clock time has no zone, so it stays a fact."""
    year, month, day = (_whole(parts.get(name)) for name in ("year", "month", "day"))
    if year is None or not 1900 <= year <= 9000:
        return None, ""
    if not month or not 1 <= month <= 12:
        return datetime(year, 1, 1, tzinfo=UTC), Precision.YEAR
    try:
        return datetime(year, month, day or 0, tzinfo=UTC), Precision.DAY
    except ValueError:
        return datetime(year, month, 1, tzinfo=UTC), Precision.MONTH


# --- facts


def _facts(record: Record, remarks: list[str]) -> dict[str, Any]:
    secret = _section(record, "attribute", "confidentiality")
    _check_words(record, secret, remarks)
    kinds = [_text(row.get("variety")) for row in _listed(secret.get("data")) if isinstance(row, Mapping)]
    total = secret.get("data_total")
    if total is not None and _whole(total) is None:
        remarks.append(
            f"attribute.confidentiality.data_total is no count: {_text(total)[:40] or 'not a number'}"
        )
    facts: dict[str, Any] = {f"veris_{name}": record.get(name) or None for name in KEPT}
    return facts | {
        "elements": sorted({vocabulary.ELEMENTS[kind] for kind in kinds if kind in vocabulary.ELEMENTS})
        or None,
        "breach_kinds": [
            kind
            for kind in ("confidentiality", "integrity", "availability")
            if _section(record, "attribute", kind)
        ]
        or None,
        "encrypted": _encrypted({_text(state) for state in _listed(secret.get("state"))}),
        "medium": _medium(record),
        # The people's places are not told (victim.country is where the organisation sits), so this is no AffectedCount.
        "records_affected": _whole(total) or max(_amounts(secret), default=0) or None,
        "people_kinds": [_text(kind) for kind in _listed(secret.get("data_victim"))] or None,
        "incident_finding": _text(record.get("security_incident")) or None,
    }


def _amounts(secret: Record) -> list[int]:
    rows = (row for row in _listed(secret.get("data")) if isinstance(row, Mapping))
    return [amount for row in rows if (amount := _whole(row.get("amount"))) is not None]


def _encrypted(states: set[str]) -> bool | None:
    """Said only where every state that is told agrees."""
    told = {"unencrypted" not in state for state in states if "encrypted" in state}
    unclear = any("encrypted" not in state for state in states)
    return told.pop() if len(told) == 1 and not unclear else None


def _medium(record: Record) -> str | None:
    assets = [
        _text(row.get("variety"))
        for row in _listed(_section(record, "asset").get("assets"))
        if isinstance(row, Mapping)
    ]
    held = [asset for asset in assets if not asset.startswith("P - ")]  # people are no medium
    if not held or any("Unknown" in asset or "Other" in asset for asset in held):
        return None
    paper = {asset == "M - Documents" for asset in held}
    return "both" if len(paper) == 2 else "paper" if paper == {True} else "electronic"


def _check_words(record: Record, secret: Record, remarks: list[str]) -> None:
    """Tell of words that no schema up to 1.4.1 has."""
    looked_at: list[tuple[str, list[Any], frozenset[str]]] = [
        (
            "attribute.confidentiality.data_disclosure",
            _listed(secret.get("data_disclosure")),
            vocabulary.DISCLOSURES,
        ),
        ("attribute.confidentiality.data_victim", _listed(secret.get("data_victim")), vocabulary.PEOPLE),
        ("attribute.confidentiality.data.variety", _varieties(secret.get("data")), vocabulary.DATA_KINDS),
        ("asset.assets.variety", [one[:1] for one in _assets(record)], vocabulary.ASSET_CLASSES),
    ]
    for name in ("compromise", "exfiltration", "discovery", "containment"):
        unit = _listed(_section(record, "timeline", name).get("unit"))
        looked_at.append((f"timeline.{name}.unit", unit, vocabulary.UNITS))
    for path, words, known in looked_at:
        remarks += [f"unknown value {path}: {_text(word)[:60]}" for word in words if _text(word) not in known]


def _varieties(rows: object) -> list[str]:
    return [_text(row.get("variety")) for row in _listed(rows) if isinstance(row, Mapping)]


def _assets(record: Record) -> list[str]:
    return [
        one
        for one in _varieties(_section(record, "asset").get("assets"))
        if one not in ("Unknown", "Other", "")
    ]


# --- words


def _violation(record: Record) -> str:
    for action, variety, violation in vocabulary.VIOLATIONS:
        section = _section(record, "action", action)
        if section and (not variety or variety in {_text(one) for one in _listed(section.get("variety"))}):
            return violation
    return ViolationType.UNKNOWN


def _title(record: Record, violation: str) -> str:
    who = _text(_section(record, "victim").get("victim_id"))
    what = re.split(r"(?<=[.!?])\s|\n", _text(record.get("summary")), maxsplit=1)[0].strip()
    if not what or what.startswith("("):
        what = ViolationType(violation).label
    title = " ".join((f"{who}: {what}" if who and who.lower() not in what.lower() else what).split())
    return title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 1] + "…"


def _summary(record: Record) -> str:
    parts = [_text(record.get("summary")), _text(record.get("notes"))]
    links = [link.strip() for link in re.split(r"[;\n]", _text(record.get("reference"))) if link.strip()]
    if links:
        parts.append("Sources:\n" + "\n".join(links))
    return "\n\n".join(part for part in parts if part)
