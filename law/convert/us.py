"""Rules of the United States: from the research (`us.yaml`) and what reading each law changed (`us_reading.yaml`).

A file whose head says that a person has read it is never written again.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any, Final

from law.convert import us_check, us_duties, us_words
from law.convert.common import read_yaml, without_nothing, write_rule
from law.convert.own_words import research

Data = dict[str, Any]
READING: Final = Path(__file__).parent / "us_reading.yaml"
LEAD: Final = (
    "id", "title", "regime", "family", "level", "place", "places", "silent_unless_linked", "status", "citation",
    "effective_from", "effective_to", "compliance_dates", "version_by", "versions", "zone", "calendar", "covers",
    "medium", "definition", "data", "link", "terms", "duties",
)  # fmt: skip
DONE: Final = ("us-ca", "us-ny", "us-tx", "us-fed-hipaa")  # written by hand before there was a script
MAY_BE_NOTHING: Final = ("effective_from", "effective_to", "private_action", "confidence_note")
DAYS: Final = ("effective_from", "effective_to", "checked")
WHOLE: Final = ("from", "when", "target")  # replaced whole, never merged
ACCEPTS: Final = "This law accepts "
KEPT: Final = (
    "risk_of_harm",
    "encryption_safe_harbour",
    "substitute_notice",
    "credit_monitoring",
    "deemed_compliance",
)


def rule_of(theirs: Mapping[str, Any], reading: Mapping[str, Any]) -> Data:
    """One rule in the form of the pack."""
    made = _head(theirs) | {"covers": _covers(theirs), "medium": theirs["medium"]}
    made |= _kinds_of_data(theirs)
    made |= {"terms": terms_of(theirs), "duties": us_duties.duties_of(theirs, reading.get("ids", ()))}
    made |= {key: theirs[key] for key in KEPT}
    made |= {key: _notice_to(theirs[key]) for key in ("cra", "media")}
    made["law_enforcement_delay"] = _delay(theirs["law_enforcement_delay"], made["duties"])
    made["notes"] = (
        " ".join(us_words.TOLD[tag] for tag in theirs["deemed_compliance"] if tag in us_words.TOLD) or None
    )
    made |= {
        key: theirs[key]
        for key in ("penalties", "private_action", "sources", "confidence", "confidence_note")
    }
    made["checked"] = theirs["checked"]
    read = laid_over(made, reading)
    kept = {key: value for key, value in read.items() if value is not None or key in MAY_BE_NOTHING}
    return {key: kept[key] for key in (*LEAD, *kept) if key in kept}


def laid_over(made: Mapping[str, Any], reading: Mapping[str, Any]) -> Data:
    """What was read, laid over what was made: mappings by key, duties by id, null takes away."""
    found = dict(deepcopy(made))
    for key, value in reading.items():
        if key == "ids":
            continue
        if key == "duties" and isinstance(value, Mapping):
            found[key] = _duties_laid_over(made[key], value)
        elif key == "versions":
            found[key] = _versions_laid_over(made[key], value)
        elif key not in WHOLE and isinstance(value, Mapping) and isinstance(found.get(key), Mapping):
            gone = {name for name, item in value.items() if item is None and name not in ("number", "unit")}
            found[key] = {
                name: item for name, item in laid_over(found[key], value).items() if name not in gone
            }
        else:
            found[key] = value
    return found


def _duties_laid_over(made: list[Data], reading: Mapping[str, Any]) -> list[Data]:
    known = {duty["id"]: duty for duty in made}
    left = [
        laid_over(duty, reading.get(duty["id"]) or {})
        for duty in made
        if reading.get(duty["id"], {}) is not None
    ]
    added = [{"id": name, **duty} for name, duty in reading.items() if name not in known and duty]
    return [without_nothing(duty) for duty in (*left, *added)]


def _versions_laid_over(made: list[Data], reading: list[Data | None]) -> list[Data]:
    """By position; a version more than the research holds is one of ours, told apart by its dates."""
    padded = [*made, *({} for _ in reading[len(made) :])]
    return [{**version, **(read or {})} for version, read in zip(padded, reading, strict=True)]


_STARTS: Final = (("determination", "determined"), ("detection", "detected"), ("awareness", "aware"))


def _head(theirs: Mapping[str, Any]) -> Data:
    code = theirs["id"].split("-")[1]
    place = "US" if code == "fed" else f"US-{code.upper()}"
    start = str(theirs["individuals"]["deadline"]["from"])
    by = next((ours for word, ours in _STARTS if start.startswith(word)), "discovered")
    return {
        "id": theirs["id"],
        "title": theirs["jurisdiction"],
        "regime": f"{theirs['jurisdiction']} breach notification, {theirs['citation'].partition(' (')[0]}",
        "family": "general_privacy",
        "level": theirs["level"],
        "place": place,
        "places": [place],
        "status": theirs["status"],
        "citation": theirs["citation"],
        "effective_from": theirs["effective_from"],
        "effective_to": None,
        "compliance_dates": theirs.get("compliance_dates"),
        "version_by": list(dict.fromkeys([by, "discovered", "determined", "aware", "detected"])),
        "versions": [{"effective_from": None, **version} for version in theirs["versions"]],
        "zone": us_words.ZONES.get(code, "America/New_York"),
        "calendar": place,
    }


def _delay(theirs: Mapping[str, Any], duties: list[Data]) -> Data:
    """Waiting for law enforcement stops the clock of the notice to people."""
    stopped = [duty["id"] for duty in duties if duty["id"] == "individuals"]
    note = theirs["note"]
    written = {"written_only": True} if note and note.startswith(("written request", "written: ")) else {}
    return {"allowed": theirs["allowed"], "duties": stopped, **written, "note": note}


def _covers(theirs: Mapping[str, Any]) -> Data:
    return {"roles": ["controller", "joint_controller"], "sectors": ["all"], **theirs["covers"]}


def _kinds_of_data(theirs: Mapping[str, Any]) -> Data:
    elements = theirs["elements"]
    tags = {
        key: [us_words.ELEMENTS.get(tag, tag) for tag in elements[key]] for key in ("with_name", "standalone")
    }
    classes = [us_words.INCIDENTS[tag] for tag in tags["standalone"] if tag in us_words.INCIDENTS]
    alone = [tag for tag in tags["standalone"] if tag not in us_words.INCIDENTS and tag != us_words.ENOUGH]
    if us_words.ENOUGH in tags["standalone"]:
        alone += [tag for tag in tags["with_name"] if tag not in alone]
    data = {"name_rule": elements["name_rule"], "with_name": tags["with_name"], "standalone": alone}
    if classes:
        data["incident_classes"] = classes
    standard = theirs["trigger"]["standard"]
    text = us_words.TRIGGERS[standard][0] if standard in us_words.TRIGGERS else None
    return {
        "definition": {"breach_kinds": ["confidentiality"], "text": text, **theirs["trigger"]},
        "data": {**data, "note": elements["note"]},
        "link": {"text": f"Residents of {theirs['jurisdiction']} are affected", "when": {"affected": "here"}},
    }


def _notice_to(theirs: Mapping[str, Any]) -> Data:
    """Notice to consumer reporting agencies or to media, as a table beside the duty made of it."""
    if "deadline" not in theirs:
        return dict(theirs)
    deadline = theirs["deadline"]
    start = us_words.EVENTS[deadline["from"]] if deadline["from"] else None
    return {
        **theirs,
        "deadline": {
            "number": deadline["number"],
            "unit": deadline["unit"],
            "from": start,
            "text": deadline["wording"],
        },
    }


# Conditions with names


def terms_of(theirs: Mapping[str, Any]) -> Data:
    """What the duties of a rule share: trigger, kinds of data, and the excuses that this law knows."""
    terms = _needed(theirs)
    if theirs["encryption_safe_harbour"]["applies"]:
        terms["encrypted"] = _encrypted(theirs)
    if theirs["id"] not in us_words.NO_GOOD_FAITH and theirs["level"] in ("state", "territory"):
        terms["good_faith"] = {
            "text": (
                "Only good-faith access or acquisition by an employee or agent for our purposes, without further use "
                "(general knowledge of this law)."
            ),
            "when": {"fact": "good_faith_employee"},
        }
    if theirs["medium"] == "electronic" and theirs["level"] != "federal":
        terms["paper"] = {
            "text": "The data were only on paper; the law covers computerised data.",
            "when": {"fact": "medium", "is": "paper"},
        }
    if us_duties.excused_by_harm(theirs):
        terms["no_harm"] = _no_harm(theirs["risk_of_harm"])
    for tag in theirs["deemed_compliance"]:
        terms |= _deemed(tag, terms)
    return terms


def _needed(theirs: Mapping[str, Any]) -> Data:
    terms: Data = {}
    standard = theirs["trigger"]["standard"]
    if standard in us_words.TRIGGERS:
        text, when = us_words.TRIGGERS[standard]
        terms["reached"] = {"text": text, "when": when}
        terms["data"] = _listed_data(theirs)
    else:
        classes = [us_words.INCIDENTS[tag] for tag in theirs["elements"]["standalone"]]
        terms["incident"] = {
            "text": f"The incident is classified under this rule ({theirs['trigger']['standard'].replace('_', ' ')})",
            "when": {"fact": "incident_classes", "includes_any": classes},
        }
    if us_words.ENOUGH in theirs["elements"]["standalone"]:
        terms["named"] = _named(theirs)
    if theirs["id"] in us_words.HARM_IN_DEFINITION:
        terms["harm"] = {"text": us_words.HARM_IN_DEFINITION[theirs["id"]], "when": {"fact": "harm_likely"}}
    return terms


def _listed_data(theirs: Mapping[str, Any]) -> Data:
    elements, federal = theirs["elements"], theirs["level"] == "federal"
    listed = []
    if elements["with_name"]:
        name = "any identifier" if elements["name_rule"] == "any_identifier" else "name"
        listed.append(f"{name} with a listed element")
    if elements["standalone"]:
        listed.append("an element that stands alone")
    whose = "person" if federal else "resident"
    return {
        "text": f"The data of at least one {whose} are of the listed kinds ({', or '.join(listed)})",
        "when": {"count": {"min": 1, "scope": "anywhere" if federal else "rule"}},
    }


def _named(theirs: Mapping[str, Any]) -> Data:
    """The research's "enough for identity theft": listed data without a name, which the data test lets through."""
    alone = [tag for tag in theirs["elements"]["standalone"] if tag != us_words.ENOUGH]
    by_name = {"elements": {"any_of": ["name", *alone], "scope": "rule"}}
    return {
        "text": "A name goes with the data, or they are enough for identity theft without one",
        "when": {"any": [by_name, {"fact": us_words.ENOUGH}]},
    }


def _encrypted(theirs: Mapping[str, Any]) -> Data:
    note = theirs["encryption_safe_harbour"]["note"]
    return {
        "text": f"The data were encrypted and the key was safe{f' ({note})' if note else ''}.",
        "kind": "encrypted",
        "when": {"all": [{"fact": "encrypted"}, {"fact": "key_safe"}]},
        "unknown": "undecided",
    }


def _no_harm(risk: Mapping[str, Any]) -> Data:
    years = f", kept {risk['retain_years']} years" if risk["retain_years"] else ""
    written = f" The finding is made in writing{years}." if risk["must_document"] else ""
    written += f" {risk['note'][0].upper()}{risk['note'][1:]}." if risk["note"] else ""
    return {
        "text": f"Found after investigation that harm is unlikely. The test: {risk['standard']}.{written}",
        "kind": "unlikely_risk",
        "when": {"fact": "harm_likely", "is": False},
    }


def _deemed(tag: str, terms: Mapping[str, Any]) -> Data:
    """Two kinds of deemed compliance: outside the law, and excused from notice to people only."""
    if tag in us_words.OUTSIDE:
        who, when = us_words.OUTSIDE[tag]
        name = "outside_hipaa" if "hipaa" in tag else "outside_glba"
        return {
            name: {
                "text": f"We are {who} for these data; the law does not apply.",
                "kind": "outside",
                "when": when,
            }
        }
    if tag not in us_words.ACCEPTED:
        return {}
    group, words = us_words.ACCEPTED[tag]
    name = f"accepted_{group}"
    before = terms[name]["text"].removeprefix(ACCEPTS).partition(";")[0] if name in terms else ""
    words = f"{before}, or {words}" if before and words not in before else before or words
    return {
        name: {
            "text": f"{ACCEPTS}{words}; people get that notice. The other notices stay due.",
            "kind": "equivalent_regime",
            "when": us_words.accepted_when(tag),
        }
    }


# Files


def rules(reference: Path) -> list[Data]:
    """All rules of the research in our form, but for those written by hand."""
    reading = read_yaml(READING)
    theirs = research(reference / "us.yaml")["rules"]
    return [rule_of(rule, reading.get(rule["id"], {})) for rule in theirs if rule["id"] not in DONE]


def _dated(rule: Data) -> Data:
    """Days as days, so that they stand without quotation marks."""
    return {
        **rule,
        **{key: date.fromisoformat(rule[key]) for key in DAYS if rule.get(key)},
        "versions": [
            {**version, **{key: date.fromisoformat(version[key]) for key in DAYS if version.get(key)}}
            for version in rule["versions"]
        ],
    }


def write(reference: Path, out: Path) -> list[str]:
    """Write each rule to its file unless a person has read the one there; says which were written."""
    written = []
    for rule in rules(reference):
        head = [f"{rule['title']}: {rule['citation'].partition(' (')[0]}."]
        if write_rule(out / f"{rule['id']}.yaml", head, _dated(rule)):
            written.append(rule["id"])
    return written


def check(reference: Path, out: Path) -> list[str]:
    """What the research says and the rules in a folder do not."""
    ours = [read_yaml(file) for file in sorted(out.glob("us-*.yaml"))]
    return us_check.lost(research(reference / "us.yaml")["rules"], ours)
