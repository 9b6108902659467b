"""Rules of the research put into the pack's format: what finds no place is reported."""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from law.convert.own_words import research
from tests.law.reference_words import BREACH_KINDS, ELEMENTS, EVENTS, INCIDENTS, RECIPIENTS, STAGE_FILED

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "law"
ABSENT = "the research the pack is encoded from (../shared/reference/law) is not here"


class Taking(dict[str, Any]):
    """A mapping from which every key must be taken; `left` names what nobody placed."""

    def take(self, key: str, default: Any = None) -> Any:
        return self.pop(key, default)

    def part(self, key: str) -> "Taking":
        return Taking(self.pop(key, None) or {})

    def left(self, where: str) -> list[str]:
        return [f"{where}.{key}" for key in self]


@lru_cache(maxsize=4)
def read(name: str) -> Any:
    return research(REFERENCE / name)


@lru_cache(maxsize=1)
def converted() -> list[tuple[dict[str, Any], dict[str, Any], list[str]]]:
    """Each rule of the research, in our format, with what could not be placed."""
    return list(_converted())


def _converted() -> Iterator[tuple[dict[str, Any], dict[str, Any], list[str]]]:
    for name, convert in (("us.yaml", from_us), ("world.yaml", from_world)):
        for rule in read(name)["rules"]:
            taking = Taking(json.loads(json.dumps(rule, default=str)))
            ours, left = convert(taking)
            yield (
                rule,
                {key: value for key, value in ours.items() if value is not None or key == "effective_from"},
                left,
            )


def _shared(rule: Taking) -> dict[str, Any]:
    return {
        "id": rule.take("id"),
        "status": rule.take("status"),
        "citation": rule.take("citation"),
        "effective_from": rule.take("effective_from"),
        "effective_to": rule.take("effective_to"),
        "sources": rule.take("sources"),
        "confidence": rule.take("confidence"),
        "confidence_note": rule.take("confidence_note"),
        "checked": rule.take("checked"),
        "notes": rule.take("notes"),
        "zone": "UTC",
        "link": {"text": "People there are affected", "when": {"affected": "here"}},
    }


def _start(word: str | None, duties: list[dict[str, Any]]) -> Any:
    if word in STAGE_FILED:
        stages = STAGE_FILED[word]
        filed = next((duty["id"] for duty in duties if duty["stage"] in stages), "authority")
        return {"after": filed} | ({"event": word} if word == "authority_notified" else {})
    return None if word is None else EVENTS[word]


def _deadline(given: Taking, duties: list[dict[str, Any]], where: str, left: list[str]) -> dict[str, Any]:
    made = {
        "number": given.take("number"),
        "unit": given.take("unit"),
        "from": _start(given.take("from"), duties),
        "qualifier": given.take("qualifier"),
        "binding": given.take("binding", True),
        "counting": given.take("counting"),
        "text": given.take("text") or given.take("wording"),
        "note": given.take("note"),
    }
    if extension := given.take("extension"):
        made["extension"] = extension
    left += given.left(where)
    return made


# The United States


def from_us(rule: Taking) -> tuple[dict[str, Any], list[str]]:
    left: list[str] = []
    made = _shared(rule)
    code = made["id"].split("-")[1]
    place = "US" if code == "fed" else f"US-{code.upper()}"
    made |= {
        "title": rule.take("jurisdiction"),
        "level": rule.take("level"),
        "place": place,
        "places": [place],
    }
    made |= {
        "regime": made["title"],
        "family": "general_privacy",
        "compliance_dates": rule.take("compliance_dates"),
    }
    made["versions"] = [{"effective_from": None, **version} for version in rule.take("versions")]
    made["covers"] = {"roles": ["controller"], "sectors": ["all"], **rule.take("covers")}
    made["medium"] = rule.take("medium")
    made["data"] = _us_data(rule.part("elements"), left)
    made["definition"] = rule.take("trigger")
    for key in (
        "risk_of_harm", "encryption_safe_harbour", "substitute_notice", "credit_monitoring", "law_enforcement_delay",
        "deemed_compliance", "penalties", "private_action",
    ):  # fmt: skip
        made[key] = rule.take(key)
    made["duties"] = _us_duties(rule, left)
    for key in ("cra", "media"):
        made[key] = rule.take(key)
        if "deadline" in made[key]:
            given = Taking(made[key]["deadline"])
            counted = _deadline(given, made["duties"], f"{key}.deadline", left)
            made[key] = {
                **made[key],
                "deadline": {name: counted[name] for name in ("number", "unit", "from", "text")},
            }
    return made, left + rule.left("rule")


def _us_data(elements: Taking, left: list[str]) -> dict[str, Any]:
    alone = elements.take("standalone")
    made = {
        "name_rule": elements.take("name_rule"),
        "with_name": [ELEMENTS.get(tag, tag) for tag in elements.take("with_name")],
        "standalone": [ELEMENTS.get(tag, tag) for tag in alone if tag not in INCIDENTS],
        "incident_classes": [INCIDENTS[tag] for tag in alone if tag in INCIDENTS],
        "note": elements.take("note"),
    }
    left += elements.left("elements")
    return made


def _us_duties(rule: Taking, left: list[str]) -> list[dict[str, Any]]:
    duties: list[dict[str, Any]] = []
    individuals = rule.part("individuals")
    duties.append(
        {
            "id": "individuals",
            "title": "Tell the affected people",
            "recipient": {"kind": "individuals"},
            "stage": "single",
            "deadline": _deadline(individuals.part("deadline"), duties, "individuals.deadline", left),
            "content": rule.take("individual_notice_content"),
            "format_rules": rule.take("format_rules"),
        }
    )
    left += individuals.left("individuals")
    for position, authority in enumerate(rule.take("authorities")):
        duties.append(_us_authority(Taking(authority), f"authority-{position}", duties, left))
    if vendor := rule.take("vendor_to_owner"):
        duties.append(_vendor(Taking(vendor), duties, left))
    return duties


def _us_authority(given: Taking, key: str, duties: list[dict[str, Any]], left: list[str]) -> dict[str, Any]:
    counted = {"min": given.take("min_residents"), "of": given.take("count_of"), "scope": "rule"}
    if most := given.take("max_persons"):
        counted["max"] = most
    if exceptions := given.take("threshold_exception"):
        counted["exceptions"] = exceptions
    made: dict[str, Any] = {
        "id": key,
        "title": "Notify {recipient}",
        "recipient": {"kind": "authority", "role": given.take("recipient"), "name": given.take("name")},
        "stage": "single",
        "count": counted,
        "deadline": _deadline(given.part("deadline"), duties, f"{key}.deadline", left),
        "order": given.take("order"),
        "content": given.take("content", []),
        "channel": {"kind": given.take("channel"), "portal": given.take("url")},
        "note": given.take("note"),
        "update_required": given.take("update_required", False),
    }
    if condition := given.take("condition"):
        made["when"] = [{"text": condition, "when": {"judgement": condition}}]
    left += given.left(key)
    return made


def _vendor(given: Taking, duties: list[dict[str, Any]], left: list[str]) -> dict[str, Any]:
    condition = given.take("condition")
    made: dict[str, Any] = {
        "id": "controller",
        "title": "Tell the owner",
        "roles": ["processor"],
        "quiet": True,
        "recipient": {"kind": "controller"},
        "stage": "single",
        "deadline": _deadline(given, duties, "vendor_to_owner", left),
    }
    if condition:
        made["when"] = [{"text": condition, "when": {"judgement": condition}}]
    return made


# The world


def from_world(rule: Taking) -> tuple[dict[str, Any], list[str]]:
    left: list[str] = []
    made = _shared(rule)
    part = rule.take("sub_jurisdiction")
    places = [part] if part else rule.take("jurisdictions")
    rule.take("jurisdictions")
    made |= {
        "regime": rule.take("regime"),
        "family": rule.take("family"),
        "places": places,
        "place": places[0][:6],
    }
    made |= {"title": made["regime"], "level": "national", "sub_jurisdiction": part}
    made["covers"] = rule.take("covers")
    made["definition"] = _definition(rule.part("trigger"), left)
    made["penalties"] = rule.take("penalty")
    made["law_enforcement_delay"] = {"allowed": None, "duties": [], "note": rule.take("delay")}
    made["national_derogations"] = rule.take("national_derogations")
    for key in (
        "exemptions",
        "deadline_logic",
        "count_thresholds",
        "other_recipients",
        "channel",
        "record_keeping",
    ):
        made[key] = rule.take(key)
    duties: list[dict[str, Any]] = []
    authorities = rule.take("authorities")
    for kind, listed in (("authority", authorities), ("individual", [])):
        content = rule.take(f"{kind}_content")
        for given in rule.take(f"{kind}_deadlines"):
            duties += _world_duties(Taking(given), kind, listed, content, duties, left)
    processor = Taking(rule.take("processor_duty"))
    made["processor_duty"] = {
        "required": processor.take("required"),
        "recipient": processor.take("recipient"),
        "number": processor.take("number"),
        "unit": processor.take("unit"),
        "from": _start(processor.take("from"), duties),
        "qualifier": processor.take("qualifier"),
        "text": processor.take("text"),
    }
    made["duties"] = duties or [_log_only(authorities)]
    return made, left + processor.left("processor_duty") + rule.left("rule")


def _definition(trigger: Taking, left: list[str]) -> dict[str, Any]:
    made = {
        "breach_kinds": [BREACH_KINDS[letter] for letter in trigger.take("breach_types")],
        "text": trigger.take("definition"),
        "authority_threshold": trigger.take("authority_threshold"),
        "individual_threshold": trigger.take("individual_threshold"),
    }
    left += trigger.left("trigger")
    return made


def _log_only(authorities: list[str]) -> dict[str, Any]:
    return {
        "id": "log",
        "title": "Keep on file",
        "recipient": {"kind": "internal", "authorities": authorities},
        "stage": "log_only",
        "deadline": {"number": None, "unit": None, "from": None, "binding": False},
    }


def _world_duties(
    given: Taking,
    kind: str,
    listed: list[str],
    content: list[str],
    before: list[dict[str, Any]],
    left: list[str],
) -> list[dict[str, Any]]:
    stage, condition, recipients = given.take("stage"), given.take("condition"), given.take("recipients")
    key = f"{kind}-{len(before)}-{stage.replace('_', '-')}"
    deadline = _deadline(given, before, key, left)
    made = []
    for word in recipients:
        body = {"kind": RECIPIENTS.get(word, "authority"), "role": word, "authorities": listed}
        duty: dict[str, Any] = {
            "id": f"{key}-{word.replace('_', '-').replace(':', '-')}",
            "title": "Notify {recipient}",
            "recipient": body if listed else {"kind": body["kind"], "role": word},
            "stage": stage,
            "deadline": deadline,
            "content": content,
        }
        if condition:
            duty["when"] = [{"text": condition, "when": {"judgement": condition}}]
        made.append(duty)
    return made
