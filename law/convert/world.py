"""Drafts of the rules outside the US: the research in the format of the pack, conditions by template.

A draft is not law in the pack before a person has read it: conditions of single deadlines, alternatives, counts and
listed cases are written by hand.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from law.convert import world_check
from law.convert.common import plain, read_yaml, write_rule
from law.convert.own_words import research
from law.convert.places import PLACES
from law.convert.world_duties import duties_of, start, where
from law.convert.world_words import BOUND, BREACH_KINDS, CLASSES, EVENTS, REGULATORS, TITLES
from law.vocabulary import CAPACITIES, EEA, INCIDENT_CLASSES

Data = dict[str, Any]
CARRIED = (
    "exemptions", "count_thresholds", "deadline_logic", "other_recipients", "record_keeping",
    "national_derogations",
)  # fmt: skip


def drafts(reference: Path) -> Iterator[Data]:
    """Every rule of the research outside the US, in the format of the pack."""
    for theirs in research(reference / "world.yaml")["rules"]:
        yield draft(theirs)


def write(reference: Path, out: Path) -> list[str]:
    """Write a draft of every rule whose file nobody has read by hand; the ids of those written."""
    return [
        rule["id"]
        for rule in drafts(reference)
        if write_rule(
            out / f"{rule['id']}.yaml", [f"{rule['regime']}. Draft by script: read it first."], rule
        )
    ]


def check(reference: Path, out: Path) -> list[str]:
    """What the research says of laws outside the US and the rules do not."""
    theirs = research(reference / "world.yaml")["rules"]
    made = {rule["id"]: draft(rule) for rule in theirs}
    ours = [read_yaml(file) for file in sorted(out.glob("*.yaml")) if not file.name.startswith("us-")]
    return world_check.lost(theirs, made, ours)


def draft(theirs: Mapping[str, Any]) -> Data:
    """One rule of the research in the format of the pack."""
    rule = _about(theirs)
    rule["link"] = _link(theirs)
    rule["terms"] = _terms(theirs)
    rule["duties"] = duties_of(theirs)
    rule |= {key: theirs[key] for key in CARRIED if theirs.get(key) is not None}
    rule["processor_duty"] = _processor(theirs)
    rule["law_enforcement_delay"] = _delay(theirs)
    rule |= {"penalties": theirs["penalty"], "notes": theirs["notes"]}
    for key in ("sources", "confidence", "confidence_note", "checked"):
        rule[key] = theirs.get(key)
    kept = ("effective_from", "effective_to", "deadline_logic", "notes", "confidence_note")
    return {key: value for key, value in plain(rule).items() if value is not None or key in kept}


def _about(theirs: Mapping[str, Any]) -> Data:
    part = theirs.get("sub_jurisdiction")
    places = [part] if part else list(theirs["jurisdictions"])
    first = places[0]
    return {
        "id": theirs["id"],
        "title": TITLES.get(theirs["id"], theirs["regime"]),
        "regime": theirs["regime"],
        "family": theirs["family"],
        "level": _level(theirs["id"], places),
        "place": _place(places),
        "places": places,
        "sub_jurisdiction": part,
        "silent_unless_linked": True if theirs["id"] in BOUND else None,
        "status": theirs["status"],
        "citation": theirs["citation"],
        "effective_from": theirs["effective_from"],
        "effective_to": theirs["effective_to"],
        "version_by": _version_by(theirs),
        "versions": [],
        "zone": "Europe/Brussels" if len(places) > 1 else PLACES[first][1],
        "calendar": "authority" if len(places) > 1 else first.partition("-")[0],
        "covers": theirs["covers"],
        "medium": "any",
        "definition": _definition(theirs["trigger"]),
    }


def _level(rule_id: str, places: list[str]) -> str:
    if rule_id in REGULATORS:
        return "regulator"
    if len(places) > 1 or places == ["EU"]:
        return "supranational"
    return "state" if places[0].startswith("CA-") else "national"


def _place(places: list[str]) -> str:
    if len(places) > 1:
        return "EEA" if set(places) == EEA else "EU"
    return places[0] if len(places[0]) <= 6 else places[0].partition("-")[0]


def _version_by(theirs: Mapping[str, Any]) -> list[str]:
    """The start that the law itself names decides the version, then awareness."""
    starts = [
        EVENTS.get(row["from"]) for row in theirs["authority_deadlines"] + theirs["individual_deadlines"]
    ]
    first = [start for start in starts if start in ("detected", "suspected", "reasonable_belief", "occurred")]
    return list(dict.fromkeys([*first[:1], "aware", "discovered", "detected"]))


def _definition(trigger: Mapping[str, Any]) -> Data:
    return {
        "breach_kinds": [BREACH_KINDS[letter] for letter in trigger["breach_types"]],
        "text": trigger["definition"],
        "authority_threshold": trigger["authority_threshold"],
        "individual_threshold": trigger["individual_threshold"],
    }


def _link(theirs: Mapping[str, Any]) -> Data:
    there = {"any": [{"affected": "here"}, {"concerned": "here"}]}
    place = where(theirs)
    bound = BOUND.get(theirs["id"])
    if not bound:
        return {
            "text": f"People in {place} are affected, or an establishment there is concerned",
            "when": there,
        }
    test = {"fact": "capacities", "includes_any": list(bound)}
    if theirs["id"] == "eu-eudpr-34":
        return {"text": "We are an institution or body of the European Union", "when": test}
    present = {"any": [{"established": "here"}, {"affected": "here"}, {"concerned": "here"}]}
    return {
        "text": f"{_bodies(bound)}; established, or with people affected, in {place}",
        "when": {"all": [test, present]},
    }


def _bodies(bound: tuple[str, ...]) -> str:
    return "We are bound by it as: " + "; or ".join(CAPACITIES[word] for word in bound)


def _terms(theirs: Mapping[str, Any]) -> Data:
    classes = CLASSES.get(theirs["id"])
    if classes:
        labels = "; or ".join(INCIDENT_CLASSES[one].lower() for one in classes)
        return {
            "qualified": {
                "text": f"The incident was classified as: {labels}",
                "when": {"fact": "incident_classes", "includes_any": list(classes)},
            }
        }
    kinds = [BREACH_KINDS[letter] for letter in theirs["trigger"]["breach_types"]]
    known: list[Data] = [{"event": "aware", "or_implied": True}]
    if theirs["trigger"]["authority_threshold"]["tier"] == "suspected_breach":
        known.append({"event": "suspected", "or_implied": True})
    implied: Data = {"all": [{"unknown": "breach_kinds"}, known[0] if len(known) == 1 else {"any": known}]}
    return {
        "breach": {
            "text": f"A breach as the law describes it: {theirs['trigger']['definition']}",
            "when": {"any": [{"fact": "breach_kinds", "includes_any": kinds}, implied]},
        }
    }


# What is kept for people to read


def _processor(theirs: Mapping[str, Any]) -> Data:
    given = theirs["processor_duty"] or {}
    keys = ("required", "recipient", "number", "unit", "from", "qualifier", "text")
    return {key: start(given.get(key), []) if key == "from" else given.get(key) for key in keys}


def _delay(theirs: Mapping[str, Any]) -> Data | None:
    told = [row["text"] for row in theirs["exemptions"] if row["kind"] == "law_enforcement"]
    if not told and theirs["delay"] is None:
        return None
    note = "; ".join(text for text in (*told, theirs["delay"]) if text)
    return {"allowed": True if told else None, "duties": ["individuals"] if told else [], "note": note}
