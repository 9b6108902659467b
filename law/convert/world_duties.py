"""Duties of a draft outside the US: one for each deadline and recipient of the research, conditions by template."""

from collections.abc import Mapping
from typing import Any

from law.convert.common import without_nothing
from law.convert.places import PLACES
from law.convert.world_words import (
    AUTHORITY_TITLES,
    BOUND,
    CLASSES,
    EVENTS,
    EXCUSES,
    FILED,
    OTHER_WAYS,
    PEOPLE_TITLES,
    RECIPIENTS,
    TIERS,
    TOLD,
    UNLIKELY,
)
from law.vocabulary import EEA, EVENT_KINDS

Data = dict[str, Any]
BY_HAND = "to be written by hand"
# Starts of reports that are asked for only after something else happened.
SELDOM = (
    "initial_submitted",
    "notification_submitted",
    "intermediate_submitted",
    "incident_resolved",
    "on_request",
)
OTHER_WAY_WORDS = {
    "disproportionate_effort": "Another way than telling each person",
    "no_contact": "People cannot be reached",
}
# Texts of exemptions that say no more than their kind.
USUAL = (
    "no authority notice if risk to rights and freedoms is unlikely",
    "safeguards made data unintelligible to the unauthorised",
    "later measures: high risk no longer likely",
    "public communication or equally effective measure instead",
)
ALL_ROLES = ["controller", "joint_controller", "processor"]
PUBLIC_INSTEAD = (
    "Telling each person would take disproportionate effort: public communication or an equally effective measure "
    "takes its place."
)


def where(theirs: Mapping[str, Any]) -> str:
    """The places of a rule in words."""
    part = theirs.get("sub_jurisdiction")
    places = [part] if part else theirs["jurisdictions"]
    if len(places) > 1:
        return "the EEA" if set(places) == EEA else "the European Union"
    return PLACES[places[0]][0]


def duties_of(theirs: Mapping[str, Any]) -> list[Data]:
    """The duties of one rule: to authorities, to people, and of a processor to the controller."""
    duties: list[Data] = []
    for kind in ("authority", "individual"):
        for row in theirs[f"{kind}_deadlines"]:
            for word in row["recipients"]:
                duties.append(_duty(theirs, row, word, kind, duties))
    if (theirs["processor_duty"] or {}).get("required"):
        duties.append(_to_controller(theirs))
    return duties


def _duty(
    theirs: Mapping[str, Any], row: Mapping[str, Any], word: str, kind: str, before: list[Data]
) -> Data:
    told = RECIPIENTS.get(word, "authority")
    duty_id = told if kind == "individual" or told != "authority" else "authority"
    if told == "authority" and row["stage"] not in ("single", "initial", "early_warning"):
        duty_id = f"authority-{row['stage'].replace('_', '-')}"
    elif word == "supervisory_body":
        duty_id = "supervisory-body"
    taken = {duty["id"] for duty in before}
    if duty_id in taken:
        duty_id = next(f"{duty_id}-{number}" for number in range(2, 9) if f"{duty_id}-{number}" not in taken)
    titles = AUTHORITY_TITLES if told == "authority" else PEOPLE_TITLES
    title = titles.get(row["stage"] if told == "authority" else told, "Tell {recipient}")
    excuses, notes = _excuses(theirs, "authority" if told == "authority" else "individuals")
    made = {
        "id": duty_id,
        "title": title.replace("{where}", where(theirs)),
        "recipient": _recipient(theirs, word, told),
        "stage": row["stage"],
        "roles": ALL_ROLES if theirs["id"] in BOUND or "processor" in theirs["covers"]["roles"] else None,
        "when": _when(theirs, row, kind, before),
        "unless": excuses or None,
        "deadline": _deadline(row, before),
        "order": "after_authority" if row["from"] == "authority_notified" else None,
        "content": theirs[f"{kind}_content"] or None,
        "channel": _channel(theirs) if told == "authority" else None,
        "notes_when": notes or None,
        "quiet": _seldom(row) or None,
    }
    return without_nothing(made)


def _recipient(theirs: Mapping[str, Any], word: str, told: str) -> Data:
    if told == "police":
        named = [one for one in theirs["authorities"] if one.endswith(("-police", "-mps"))]
        return {"kind": "police", "authority": named[0]} if named else {"kind": "police", "name": "Police"}
    if told != "authority":
        return without_nothing({"kind": told, "name": TOLD.get(word)})
    named = theirs["authorities"]
    if named[0].startswith("group:"):
        return routed(named[0].removeprefix("group:"), theirs)
    return (
        {"kind": "authority", "authority": named[0]}
        if len(named) == 1
        else {"kind": "authority", "authorities": named}
    )


def routed(group: str, theirs: Mapping[str, Any]) -> Data:
    """The authority of the home state; without one, that of each state concerned."""
    names = {
        "eea-sa": "a supervisory authority in the EEA",
        "de-sa": "a German supervisory authority",
        "nis2-csirt": "the national CSIRT or authority",
        "dora-nca": "the competent financial authority",
        "market-authority": "the competent market authority",
    }
    here = "here"
    return {
        "kind": "authority",
        "group": group if group != "de-sa" else "eea-sa",
        "within": here,
        "name": names[group],
        "choose": [
            {"when": {"main_established": here}, "unknown": "skip", "of": ["main_establishment"],
             "text": "The authority of the home state (main establishment) is competent"},
            {"when": {"established": here}, "unknown": "skip", "of": ["establishments"],
             "text": "The authority of each state of establishment is competent"},
            {"when": {"affected": here}, "of": ["affected"],
             "text": "No establishment there is known; the authority of each state where people are affected"},
        ],
    }  # fmt: skip


def _when(theirs: Mapping[str, Any], row: Mapping[str, Any], kind: str, before: list[Data]) -> list[Any]:
    tier = theirs["trigger"][f"{kind}_threshold"]
    by_class = theirs["id"] in CLASSES and kind == "authority"
    clauses: list[Any] = ["qualified" if theirs["id"] in CLASSES else "breach"]
    clause = None if by_class else TIERS.get(tier["tier"])
    if clause:
        text = f"{clause['text']} ({tier['text']})" if tier.get("text") else clause["text"]
        clauses.append({"text": text, "when": clause["when"]})
    elif tier["tier"] == "listed_conditions" and not by_class:
        clauses.append({"text": f"Listed case: {tier.get('text')}", "when": {"judgement": BY_HAND}})
    if row.get("condition"):
        clauses.append({"text": row["condition"], "when": {"judgement": BY_HAND}})
    return [*clauses, *_after(row, before)]


def _after(row: Mapping[str, Any], before: list[Data]) -> list[Data]:
    """What nobody asks for by a number is asked for only once the step before it was taken."""
    if not _seldom(row):
        return []
    begins = start(row["from"], before)
    if isinstance(begins, dict):
        return [{"text": "An earlier report was filed", "when": {"filed": begins["after"]}}]
    return [{"text": EVENT_KINDS[begins], "when": {"event": begins}}]


def _seldom(row: Mapping[str, Any]) -> bool:
    return not row["binding"] and row["number"] is None and row["from"] in SELDOM


def _excuses(theirs: Mapping[str, Any], told: str) -> tuple[list[Data], list[Data]]:
    tier = theirs["trigger"]["authority_threshold" if told == "authority" else "individual_threshold"]["tier"]
    excuses: list[Data] = [dict(UNLIKELY)] if tier == "not_unlikely_risk" else []
    notes: list[Data] = []
    for exemption in theirs["exemptions"]:
        if exemption["applies_to"] not in (told, "both"):
            continue
        kind, text = exemption["kind"], exemption["text"]
        if kind in OTHER_WAYS:
            words = PUBLIC_INSTEAD if text in USUAL else f"{OTHER_WAY_WORDS[kind]}: {text}."
            notes.append({"when": {"fact": OTHER_WAYS[kind]}, "text": words})
        elif kind == "law_enforcement":
            notes.append({"when": {"fact": "law_enforcement_delay"}, "text": f"Law enforcement: {text}."})
        elif kind in EXCUSES:
            excuse = EXCUSES[kind]
            words = excuse["text"] if text in USUAL else f"{excuse['text']} In this law: {text}."
            excuses.append({"text": words, "kind": kind, "when": excuse["when"]})
    return excuses, notes


def _channel(theirs: Mapping[str, Any]) -> Data | None:
    given = without_nothing(theirs["channel"])
    return {key: value for key, value in given.items() if value != []} or None


def _deadline(row: Mapping[str, Any], before: list[Data]) -> Data:
    return {
        "number": row["number"],
        "unit": row["unit"],
        "from": start(row["from"], before),
        "qualifier": row["qualifier"],
        "binding": row["binding"],
        "counting": row["counting"],
        "text": row["text"],
    }


def start(word: str | None, before: list[Data]) -> Any:
    """Where a clock starts: an event, or the filing of an earlier duty."""
    if word is None:
        return None
    if word not in FILED:
        return EVENTS[word]
    filed = next((duty["id"] for duty in before if duty["stage"] in FILED[word]), "authority")
    event = {"event": word} if word == "authority_notified" else {}
    return {"after": filed, **event}


def _to_controller(theirs: Mapping[str, Any]) -> Data:
    given = theirs["processor_duty"]
    deadline = {
        "number": given.get("number"),
        "unit": given.get("unit"),
        "from": start(given.get("from"), []),
        "qualifier": given.get("qualifier"),
        "binding": True,
        "text": given.get("text"),
    }
    if not given.get("number"):
        deadline["target"] = {"number": 24, "unit": "hours"}
    return {
        "id": "controller",
        "title": f"Tell the controller ({where(theirs)})",
        "roles": ["processor"],
        "quiet": True,
        "recipient": {"kind": "controller"},
        "stage": "single",
        "when": ["qualified" if theirs["id"] in CLASSES else "breach"],
        "deadline": deadline,
    }
