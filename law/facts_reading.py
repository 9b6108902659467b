"""Reading facts from JSON: every error is reported with its field and what would be allowed."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from law.facts import BreachFacts, FactError, FactsError, Hold, Known, PlaceCount
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS, FACT_KEYS, RECIPIENT_KINDS, FactKey, allowed_values

PLACE = re.compile(r"^[A-Z]{2}(-[A-Z0-9]{1,4})?$")
NO_PLACE = "none"
JUDGED = re.compile(r"^judged\.[a-z0-9-]+/[a-z0-9-]+$")
PARTS = ("facts", "events", "counts", "filings", "latest_filings", "judgements", "holds")
COUNT_PARTS = ("place", "number", "elements", "confirmed", "found_at")
HOLD_PARTS = ("requested_at", "agency", "person", "written", "until", "cleared_at", "scope")
MOST_PEOPLE = 10_000_000_000
YEARS = range(1970, 2201)

_NOTHING = object()  # no value: unknown, or refused with an error


class _Errors(list[FactError]):
    def put(self, field: str, reason: str, allowed: tuple[str, ...] = ()) -> Any:
        self.append(FactError(field, reason, allowed))
        return _NOTHING


def read_facts(data: object) -> BreachFacts:
    """Facts from JSON data; raises `FactsError` with every error found."""
    errors = _Errors()
    if not isinstance(data, Mapping):
        raise FactsError([FactError("", "must be an object", PARTS)])
    for part in data:
        if part not in PARTS:
            errors.put(str(part), "is not known", PARTS)
    facts = BreachFacts(
        values=_values(data.get("facts"), errors),
        events=_instants(data.get("events"), "events", errors, tuple(EVENT_KINDS)),
        counts=_counts(data.get("counts"), errors),
        filings=_instants(data.get("filings"), "filings", errors, ()),
        latest_filings=_instants(data.get("latest_filings"), "latest_filings", errors, ()),
        judgements=_judgements(data.get("judgements"), errors),
        holds=_holds(data.get("holds"), errors),
    )
    if errors:
        raise FactsError(errors)
    return facts


def _members(data: object, part: str, errors: _Errors) -> Mapping[str, object]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        errors.put(part, "must be an object")
        return {}
    return data


def _values(data: object, errors: _Errors) -> dict[str, Known]:
    values: dict[str, Known] = {}
    for key, raw in _members(data, "facts", errors).items():
        field = f"facts.{key}"
        if key not in FACT_KEYS:
            errors.put(field, "is not a fact that any rule knows", tuple(FACT_KEYS))
            continue
        if raw is None or raw == "unknown":
            continue
        value = _READERS[FACT_KEYS[key].type](FACT_KEYS[key], raw, field, errors)
        if value is not _NOTHING:
            values[key] = value
    return values


def _bool(fact: FactKey, raw: object, field: str, errors: _Errors) -> Any:
    if raw == "not_applicable":
        return False
    return raw if isinstance(raw, bool) else errors.put(field, "must be true, false or unknown")


def _enum(fact: FactKey, raw: object, field: str, errors: _Errors) -> Any:
    allowed = allowed_values(fact.key)
    if isinstance(raw, str) and raw in allowed:
        return raw
    return errors.put(field, "is not one of the words allowed", (*allowed, "unknown"))


def _words(raw: object, allowed: tuple[str, ...], field: str, errors: _Errors) -> Any:
    if not isinstance(raw, list | tuple):
        return errors.put(field, "must be a list", allowed)
    wrong = [item for item in raw if item not in allowed]
    if wrong:
        return errors.put(field, f"has unknown words: {', '.join(map(str, wrong))}", allowed)
    return tuple(sorted(set(raw)))


def _list(fact: FactKey, raw: object, field: str, errors: _Errors) -> Any:
    return _words(raw, tuple(allowed_values(fact.key)), field, errors)


def _is_place(raw: object) -> bool:
    return isinstance(raw, str) and bool(PLACE.fullmatch(raw))


def _place(fact: FactKey, raw: object, field: str, errors: _Errors) -> Any:
    if raw == NO_PLACE or _is_place(raw):
        return raw
    return errors.put(field, "must be an ISO 3166 code such as IE or US-CA, or none")


def _places(fact: FactKey, raw: object, field: str, errors: _Errors) -> Any:
    if not isinstance(raw, list | tuple) or not all(_is_place(item) for item in raw):
        return errors.put(field, "must be a list of ISO 3166 codes such as IE or US-CA")
    return tuple(sorted(set(raw)))


def _int(fact: FactKey, raw: object, field: str, errors: _Errors) -> Any:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MOST_PEOPLE:
        return errors.put(field, f"must be a whole number from 0 to {MOST_PEOPLE}, or unknown")
    return raw


_READERS: dict[str, Callable[[FactKey, object, str, _Errors], Any]] = {
    "bool": _bool,
    "enum": _enum,
    "list": _list,
    "place": _place,
    "places": _places,
    "int": _int,
}


def _judgements(data: object, errors: _Errors) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for key, raw in _members(data, "judgements", errors).items():
        if not JUDGED.fullmatch(str(key)):
            errors.put(f"judgements.{key}", "must be judged.<rule>/<name>")
        elif isinstance(raw, bool):
            found[key] = raw
        elif raw not in (None, "unknown"):
            errors.put(f"judgements.{key}", "must be true, false or unknown")
    return found


def _holds(data: object, errors: _Errors) -> tuple[Hold, ...]:
    if data is None or data == "unknown":
        return ()
    if not isinstance(data, list | tuple):
        errors.put("holds", "must be a list")
        return ()
    rows = [_hold(row, f"holds[{position}]", errors) for position, row in enumerate(data)]
    return tuple(row for row in rows if row is not None)


def _hold(raw: object, field: str, errors: _Errors) -> Hold | None:
    if isinstance(raw, Hold):
        return raw
    if not isinstance(raw, Mapping):
        errors.put(field, "must be an object", HOLD_PARTS)
        return None
    before = len(errors)
    for key in raw:
        if key not in HOLD_PARTS:
            errors.put(f"{field}.{key}", "is not known", HOLD_PARTS)
    times: dict[str, Any] = {
        key: None if raw.get(key) is None else _instant(raw[key], f"{field}.{key}", errors)
        for key in ("requested_at", "until", "cleared_at")
    }
    if times["requested_at"] is None:
        errors.put(f"{field}.requested_at", "must say when the request was made")
    if raw.get("written") not in (True, False, None):
        errors.put(f"{field}.written", "must be true, false or null")
    scope = _words(raw.get("scope") or (), tuple(RECIPIENT_KINDS), f"{field}.scope", errors)
    if len(errors) > before:
        return None
    words: dict[str, Any] = {key: str(raw.get(key) or "") for key in ("agency", "person")}
    return Hold(**times, **words, written=raw.get("written"), scope=frozenset(scope))


def _instants(data: object, part: str, errors: _Errors, allowed: tuple[str, ...]) -> dict[str, datetime]:
    instants: dict[str, datetime] = {}
    for key, raw in _members(data, part, errors).items():
        field = f"{part}.{key}"
        if allowed and key not in allowed:
            errors.put(field, "is not a kind of event", allowed)
            continue
        if raw is None or raw == "unknown":
            continue
        at = _instant(raw, field, errors)
        if at is not _NOTHING:
            instants[key] = at
    return instants


def _instant(raw: object, field: str, errors: _Errors) -> Any:
    if isinstance(raw, datetime):
        at = raw
    else:
        try:
            at = datetime.fromisoformat(str(raw))
        except ValueError:
            return errors.put(field, "must be an instant in ISO 8601 with its zone")
    if at.tzinfo is None:
        return errors.put(field, "must name its zone, for example +01:00 or Z")
    if at.year not in YEARS:
        return errors.put(field, f"must lie between {YEARS.start} and {YEARS.stop - 1}")
    return at.astimezone(UTC)


def _counts(data: object, errors: _Errors) -> tuple[PlaceCount, ...]:
    if data is None or data == "unknown":
        return ()
    if not isinstance(data, list | tuple):
        errors.put("counts", "must be a list")
        return ()
    rows = [_count(row, f"counts[{position}]", errors) for position, row in enumerate(data)]
    return tuple(row for row in rows if row is not None)


def _count(raw: object, field: str, errors: _Errors) -> PlaceCount | None:
    if isinstance(raw, PlaceCount):
        return raw
    if not isinstance(raw, Mapping):
        errors.put(field, "must be an object", COUNT_PARTS)
        return None
    before = len(errors)
    for key in raw:
        if key not in COUNT_PARTS:
            errors.put(f"{field}.{key}", "is not known", COUNT_PARTS)
    if not _is_place(raw.get("place")):
        errors.put(f"{field}.place", "must be an ISO 3166 code such as IE or US-CA")
    number = _number(raw.get("number"), f"{field}.number", errors)
    elements = _row_elements(raw.get("elements"), f"{field}.elements", errors)
    confirmed = raw.get("confirmed", False)
    if not isinstance(confirmed, bool):
        errors.put(f"{field}.confirmed", "must be true or false")
    found_at = None if raw.get("found_at") is None else _instant(raw["found_at"], f"{field}.found_at", errors)
    if len(errors) > before:
        return None
    return PlaceCount(str(raw["place"]), number, elements, bool(confirmed), found_at)


def _row_elements(raw: object, field: str, errors: _Errors) -> frozenset[str] | None:
    if raw is None or raw == "unknown":
        return None
    words = _words(raw, tuple(DATA_ELEMENTS), field, errors)
    return None if words is _NOTHING else frozenset(words)


def _number(raw: object, field: str, errors: _Errors) -> int | None:
    if raw is None or raw == "unknown":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MOST_PEOPLE:
        errors.put(field, f"must be a whole number from 0 to {MOST_PEOPLE}, or unknown")
        return None
    return raw
