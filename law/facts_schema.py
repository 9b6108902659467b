"""JSON Schema of facts, made from the vocabulary: run as a module, it prints `docs/facts.schema.json`."""

import json
from typing import Any

from law.facts_reading import JUDGED, MOST_PEOPLE, NO_PLACE, PLACE
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS, FACT_KEYS, RECIPIENT_KINDS, FactKey, allowed_values

_PLACE: dict[str, Any] = {
    "type": "string",
    "pattern": PLACE.pattern,
    "description": "ISO 3166: IE, US-CA, DE-BE",
}
_UNKNOWN: dict[str, Any] = {"enum": ["unknown", None]}
_INSTANT: dict[str, Any] = {"type": "string", "format": "date-time", "description": "with its zone"}


def facts_schema() -> dict[str, Any]:
    """The schema of the JSON that `BreachFacts.from_dict` reads."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Facts of a breach",
        "description": 'All that rules may look at. What is missing, null or "unknown" is not known yet.',
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "facts": _object({key: _fact(fact) for key, fact in FACT_KEYS.items()}),
            "events": _object(
                {kind: _or_unknown(_INSTANT) | {"title": text} for kind, text in EVENT_KINDS.items()}
            ),
            "counts": _or_unknown({"type": "array", "items": _count()}),
            "filings": {
                "type": "object",
                "description": "Key of a duty to the instant when it was filed; later stages run from here.",
                "additionalProperties": _INSTANT,
            },
            "latest_filings": {
                "type": "object",
                "description": "Key of a duty that was filed more than once to the instant of the last time.",
                "additionalProperties": _INSTANT,
            },
            "judgements": {
                "type": "object",
                "description": "What a person found where a rule asks for a judgement: judged.<rule>/<name>.",
                "propertyNames": {"pattern": JUDGED.pattern},
                "additionalProperties": {"enum": [True, False, "unknown", None]},
            },
            "holds": _or_unknown({"type": "array", "items": _hold()}),
        },
    }


def schema_text() -> str:
    """The schema as the text of its file."""
    return json.dumps(facts_schema(), indent=2, ensure_ascii=False) + "\n"


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _or_unknown(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, _UNKNOWN]}


def _fact(fact: FactKey) -> dict[str, Any]:
    words = {"title": fact.label, "description": f"{fact.question} {fact.help}".strip()}
    return {**_or_unknown(_value(fact)), **words}


def _value(fact: FactKey) -> dict[str, Any]:
    if fact.type == "bool":
        return {"enum": [True, False, "not_applicable"]}
    if fact.type == "place":
        return {"anyOf": [_PLACE, {"const": NO_PLACE}]}
    if fact.type == "places":
        return {"type": "array", "items": _PLACE}
    if fact.type == "int":
        return {"type": "integer", "minimum": 0, "maximum": MOST_PEOPLE}
    allowed = {"enum": list(allowed_values(fact.key))}
    return allowed if fact.type == "enum" else {"type": "array", "items": allowed}


def _hold() -> dict[str, Any]:
    """A request of law enforcement to wait."""
    return {
        **_object(
            {
                "requested_at": _INSTANT,
                "agency": {"type": "string"},
                "person": {"type": "string"},
                "written": {"enum": [True, False, None]},
                "until": _or_nothing(_INSTANT),
                "cleared_at": _or_nothing(_INSTANT),
                "scope": {"type": "array", "items": {"enum": list(RECIPIENT_KINDS)}},
            }
        ),
        "required": ["requested_at"],
    }


def _or_nothing(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _count() -> dict[str, Any]:
    return {
        **_object(
            {
                "place": _PLACE,
                "number": _or_unknown({"type": "integer", "minimum": 0, "maximum": MOST_PEOPLE}),
                "elements": _or_unknown({"type": "array", "items": {"enum": list(DATA_ELEMENTS)}}),
                "confirmed": {"type": "boolean", "default": False},
                "found_at": _or_nothing(_INSTANT),
            }
        ),
        "required": ["place"],
    }


if __name__ == "__main__":
    print(schema_text(), end="")
