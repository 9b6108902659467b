"""Duties of the United States rules: people, authorities, consumer reporting agencies, media, the owner."""

from collections.abc import Mapping, Sequence
from typing import Any

from law.convert import us_words
from law.convert.common import without_nothing

Data = dict[str, Any]


def excused_by_harm(theirs: Mapping[str, Any]) -> bool:
    """Whether unlikely harm is an exemption (to be shown) rather than part of the definition."""
    other = (*us_words.HARM_IN_DEFINITION, *us_words.HARM_IS_NO_TEST)
    return bool(theirs["risk_of_harm"]["exemption"]) and theirs["id"] not in other


def duties_of(theirs: Mapping[str, Any], ids: Sequence[str]) -> list[Data]:
    """All duties of a rule, people first: later ones are timed by theirs."""
    duties: list[Data] = []
    if theirs["individuals"]["deadline"]["from"]:
        duties.append(_individuals(theirs))
    for position, authority in enumerate(theirs["authorities"]):
        key = ids[position] if position < len(ids) else us_words.ROLES[authority["recipient"]][0]
        duties.append(_authority(theirs, authority, key))
    for key, recipient in (
        ("cra", {"kind": "credit_agencies"}),
        ("media", {"kind": "media", "per_place": "US", "name": "Prominent media outlets serving the area"}),
    ):
        if theirs[key]["required"]:
            duties.append(_press_or_agencies(theirs, key, recipient))
    vendor = theirs["vendor_to_owner"]
    if vendor and vendor["from"]:
        duties.append(_owner(theirs, vendor))
    return duties


def _needed(theirs: Mapping[str, Any]) -> list[str]:
    if theirs["trigger"]["standard"] not in us_words.TRIGGERS:
        return ["incident"]
    named = ["named"] if us_words.ENOUGH in theirs["elements"]["standalone"] else []
    harm = ["harm"] if theirs["id"] in us_words.HARM_IN_DEFINITION else []
    return ["reached", "data", *named, *harm]


def _excuses(theirs: Mapping[str, Any], *, people: bool = False, owner: bool = False) -> list[str]:
    """Excuses by name: from a notice to the owner, harm does not excuse; another regime excuses notice to people only."""
    names = ["encrypted"] if theirs["encryption_safe_harbour"]["applies"] else []
    if theirs["level"] in ("state", "territory"):
        names += [] if theirs["id"] in us_words.NO_GOOD_FAITH else ["good_faith"]
        names += ["paper"] if theirs["medium"] == "electronic" else []
    if excused_by_harm(theirs) and not owner:
        names.append("no_harm")
    for tag in theirs["deemed_compliance"]:
        if tag in us_words.OUTSIDE:
            names.append("outside_hipaa" if "hipaa" in tag else "outside_glba")
        elif people and tag in us_words.ACCEPTED:
            names.append(f"accepted_{us_words.ACCEPTED[tag][0]}")
    return list(dict.fromkeys(names))


def _shared(theirs: Mapping[str, Any], **whom: bool) -> Data:
    return without_nothing({"when": _needed(theirs) or None, "unless": _excuses(theirs, **whom) or None})


# Times


def deadline_of(given: Mapping[str, Any], order: str = "") -> Data:
    """A deadline in our form: what binds, the haste that the wording asks for, and our aim where there is no number."""
    start = us_words.EVENTS[given["from"]] if given.get("from") else None
    made: Data = {"number": given["number"], "unit": given["unit"], "from": start}
    haste = next((ours for theirs, ours in us_words.HASTE if theirs in (given["wording"] or "")), None)
    made["qualifier"] = haste or (us_words.HASTE_BY_ORDER.get(order) if given["number"] is None else None)
    made["binding"] = True
    made["counting"] = _counting(given["unit"])
    made["text"] = given["wording"]
    made |= {key: given[key] for key in ("note", "extension") if given.get(key)}
    if given["number"] is None:
        made |= _aim(start)
    return {
        key: value for key, value in made.items() if value is not None or key in ("number", "unit", "from")
    }


def _counting(unit: str | None) -> str | None:
    if unit is None:
        return None
    return {"hours": "elapsed_hours", "business_days": "business_days_local"}.get(unit, "calendar_days")


def _aim(start: Any) -> Data:
    """Alongside the notice to people; else the pack's own policy for the haste asked for."""
    if start is None or (isinstance(start, Mapping) and start.get("after") == "individuals"):
        return {"from": dict(us_words.ALONGSIDE), "target": {"as": "individuals"}}
    return {}


# One recipient each


def _individuals(theirs: Mapping[str, Any]) -> Data:
    federal = theirs["level"] == "federal"
    place = "people" if federal else f"residents of {theirs['jurisdiction']}"
    deadline = deadline_of(theirs["individuals"]["deadline"])
    if deadline["number"] is None and deadline.get("qualifier") not in (
        "most_expedient",
        "without_unreasonable_delay",
    ):
        deadline["target"] = dict(us_words.OUR_AIM)
    made = {
        "id": "individuals",
        "title": f"Tell the affected {place}",
        "recipient": {"kind": "individuals"},
        "stage": "single",
        **_shared(theirs, people=True),
        "deadline": deadline,
        "content": theirs["individual_notice_content"],
        "format_rules": theirs["format_rules"] or None,
        "content_when": _services_content(theirs),
        "notes_when": _notes(theirs) or None,
    }
    if theirs["credit_monitoring"]["required"]:
        made["content"] = [tag for tag in made["content"] if tag != "credit_monitoring_offer"]
    return without_nothing(made) | {"content": made["content"]}


def _services_content(theirs: Mapping[str, Any]) -> list[Data] | None:
    services = theirs["credit_monitoring"]
    if not services["required"]:
        return None
    triggers = [us_words.ELEMENTS.get(tag, tag) for tag in services["triggers"]]
    return [{"when": {"elements": {"any_of": triggers, "scope": "rule"}}, "add": ["credit_monitoring_offer"]}]


def _notes(theirs: Mapping[str, Any]) -> list[Data]:
    notes = []
    services = theirs["credit_monitoring"]
    if services["required"]:
        triggers = [us_words.ELEMENTS.get(tag, tag) for tag in services["triggers"]]
        more = f" {services['note'][0].upper()}{services['note'][1:]}." if services["note"] else ""
        text = f"Offer identity-theft or credit-monitoring services at no cost for {services['months']} months.{more}"
        notes.append({"when": {"elements": {"any_of": triggers, "scope": "rule"}}, "text": text})
    if any("mailbox" in rule or "e-mail a" in rule for rule in theirs["format_rules"]):
        text = (
            "Do not send the notice to the breached mailbox: tell people another way, or when they sign in."
        )
        notes.append({"when": {"fact": "mailbox_credentials"}, "text": text})
    if theirs["substitute_notice"]["available"]:
        notes.append(_substitute(theirs["substitute_notice"]))
    note = theirs["covers"]["note"]
    if note and theirs["level"] in ("state", "territory") and _about_government(note):
        government = {"fact": "capacities", "includes_any": ["government_agency", "public_body"]}
        notes.append({"when": government, "text": f"Public bodies: {note.removesuffix('.')}."})
    return notes


def _about_government(note: str) -> bool:
    return "includes" not in note and any(word in note for word in ("agenc", "overnment", "subdivisions"))


def _substitute(given: Mapping[str, Any]) -> Data:
    """When something else may take the place of direct notice, and what."""
    opens: list[Data] = [{"fact": "contact_insufficient"}] if given["insufficient_contact"] else []
    words = []
    if given["cost_over_usd"]:
        opens.append({"fact": "notice_cost_usd", "at_least": given["cost_over_usd"] + 1})
        words.append(f"notice would cost more than ${given['cost_over_usd']:,}")
    if given["people_over"]:
        opens.append({"count": {"min": given["people_over"] + 1, "scope": "rule"}})
        words.append(f"more than {given['people_over']:,} people must be told")
    words += ["contact data are insufficient"] if given["insufficient_contact"] else []
    means = ", ".join(us_words.SUBSTITUTES.get(one, one) for one in given["means"])
    note = f" {given['note'][0].upper()}{given['note'][1:]}." if given.get("note") else ""
    text = f"Substitute notice is open where {', or '.join(words)}: {means}.{note}"
    return {"when": {"any": opens}, "text": text}


def _authority(theirs: Mapping[str, Any], given: Mapping[str, Any], key: str) -> Data:
    count: Data = {
        "min": given["min_residents"],
        "of": given["count_of"],
        "scope": _scope(theirs, given["count_of"]),
    }
    count |= {"max": given["max_persons"]} if given.get("max_persons") else {}
    count |= {"exceptions": given["threshold_exception"]} if given.get("threshold_exception") else {}
    counted = (
        {"count_of": given["count_of"]} if given["count_of"] in ("none", "hhs_rule") else {"count": count}
    )
    authority = authority_id(theirs, given)
    made = {
        "id": key,
        "title": "Notify {recipient}",
        "recipient": {
            "kind": us_words.ROLES[given["recipient"]][1],
            "role": given["recipient"],
            **({"authority": authority} if authority else {}),
            "name": given["name"],
        },
        "stage": "log_only" if given.get("max_persons") else "single",
        **_shared(theirs),
        **counted,
        "deadline": deadline_of(given["deadline"], given["order"]),
        "order": given["order"],
        "content": given.get("content", []),
        "channel": {"kind": given["channel"], "portal": given["url"]},
        "note": given.get("note"),
        "update_required": given.get("update_required"),
    }
    return without_nothing(made)


def _scope(theirs: Mapping[str, Any], count_of: str) -> str:
    """Residents of the state, but where the law says individuals (Arkansas, North Dakota), or is federal."""
    if theirs["level"] == "federal" or (theirs["id"], count_of) in (
        ("us-ar", "individuals_affected"),
        ("us-nd", "individuals"),
    ):
        return "anywhere"
    return "rule"


BODIES = {
    "attorney_general": "ag", "state_police": "sp", "department_of_state": "dos", "hhs": "hhs-ocr",
    "health_department": "cdph", "ftc": "ftc", "ncua": "ncua", "sec": "sec", "cisa": "cisa", "fcc_usss_fbi": "fcc",
}  # fmt: skip
STATE_BODIES = {
    "us-az": "dohs", "us-hi": "ocp", "us-ma": "ocabr", "us-me": "dpfr", "us-pr": "daco", "us-sc": "dca",
    "us-ut": "cyber", "us-vt": "dfr", "us-ny": "dfs", "us-ny-dfs-500": "dfs",
}  # fmt: skip
NO_ONE_BODY = ("primary_regulator", "primary_federal_banking_regulator")


def authority_id(theirs: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """The id of a recipient among the authorities; empty where who it is depends on the notifier."""
    if given["recipient"] in NO_ONE_BODY:
        return ""
    code = theirs["id"].split("-")[1]
    body = BODIES.get(given["recipient"]) or STATE_BODIES[theirs["id"]]
    return f"us-{body}" if code == "fed" else f"us-{code}-{body}"


def _press_or_agencies(theirs: Mapping[str, Any], key: str, recipient: Data) -> Data:
    given = theirs[key]
    media = key == "media"
    title = (
        "Tell prominent media in {place}"
        if media
        else f"Tell the consumer reporting agencies ({theirs['jurisdiction']})"
    )
    made = {
        "id": "media" if media else "credit-agencies",
        "title": title,
        "recipient": recipient,
        "stage": "single",
        **_shared(theirs),
        "count": {
            "min": given["min_persons"],
            "of": given["count_of"],
            "scope": "place" if media else _scope(theirs, given["count_of"]),
        },
        "deadline": deadline_of(given["deadline"]),
    }
    if "glba" in given.get("exempt", ()):
        excuse = {
            "text": "We are a financial institution under GLBA, which need not tell the agencies.",
            "when": us_words.GLBA,
        }
        made["unless"] = [*made["unless"], excuse]
    return made


def _owner(theirs: Mapping[str, Any], given: Mapping[str, Any]) -> Data:
    shared = without_nothing(
        {
            "when": [name for name in _needed(theirs) if name != "harm"] or None,
            "unless": _excuses(theirs, owner=True) or None,
        }
    )
    if given.get("condition"):
        condition = given["condition"]
        text = f"{condition[0].upper()}{condition[1:]}; only then must the owner be told under this law"
        shared["when"] = [*shared["when"], {"text": text, "when": {"fact": "harm_likely"}}]
    return {
        "id": "controller",
        "title": f"Tell the owner of the data ({theirs['jurisdiction']})",
        "roles": ["processor"],
        "quiet": True,
        "recipient": {"kind": "controller"},
        "stage": "single",
        **shared,
        "deadline": deadline_of(given),
    }
