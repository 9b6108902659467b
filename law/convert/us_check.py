"""What the research says of the United States and the pack does not: every key is taken once, what is left is lost."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from law.convert import us_words

Data = Mapping[str, Any]
SAME: Final = (
    "id", "level", "status", "citation", "medium", "risk_of_harm", "encryption_safe_harbour", "substitute_notice",
    "credit_monitoring", "deemed_compliance", "penalties", "private_action", "sources", "confidence", "confidence_note",
    "checked", "effective_from", "compliance_dates",
)  # fmt: skip
# Carried in another way than word for word, and why.
OTHERWISE: Final[dict[tuple[str, str], str]] = {
    (
        "us-fed-sec-regsp",
        "effective_from",
    ): "the months in which only larger firms were bound are a version of their own",
    ("us-fed-hipaa", "data"): "health data that a covered entity holds count as protected health information",
    ("us-fed-ftc-hbnr", "data"): "health data that such a vendor holds count as records",
    ("us-fed-glba-ftc", "data"): "what makes up customer information is written out",
    ("us-ny", "deadline.wording"): "what the other bodies are told 'as' the Attorney General is written out",
    ("us-fed-fcc-cpni", "deadline"): "the summary is due on a day of the year",
}


def lost(theirs: Iterable[Data], ours: Iterable[Data]) -> list[str]:
    """What the rules of the pack do not carry, each as `rule: key`."""
    by_id = {rule["id"]: rule for rule in ours}
    found: list[str] = []
    for rule in theirs:
        if rule["id"] not in by_id:
            found.append(f"{rule['id']}: no rule")
            continue
        named = {
            key for loss in _differences(rule, by_id[rule["id"]]) for key in [loss] if not _excused(rule, key)
        }
        found += [f"{rule['id']}: {key}" for key in sorted(named)]
    return found


def _excused(rule: Data, key: str) -> bool:
    return any(rule["id"] == one and word in key for one, word in OTHERWISE)


def _differences(theirs: Data, ours: Data) -> Iterator[str]:
    left = {key: value for key, value in theirs.items() if key != "jurisdiction"}
    for key in SAME:
        value = left.pop(key, None)
        if value is not None and ours.get(key) != value:
            yield key
    yield from _smaller(left, ours)
    yield from _versions(left.pop("versions"), ours)
    yield from _elements(left.pop("elements"), ours["data"])
    yield from _people(left, ours)
    yield from _bodies(left.pop("authorities"), ours)
    for key, kind in (("cra", "credit_agencies"), ("media", "media")):
        yield from _press(left.pop(key), ours, key, kind)
    yield from _owner(left.pop("vendor_to_owner"), ours)
    yield from left


def _smaller(left: dict[str, Any], ours: Data) -> Iterator[str]:
    delay, trigger = left.pop("law_enforcement_delay"), left.pop("trigger")
    for key, value in left.pop("covers").items():
        if ours["covers"].get(key) != value:
            yield f"covers.{key}"
    for key, value in delay.items():
        if ours["law_enforcement_delay"].get(key) != value:
            yield f"law_enforcement_delay.{key}"
    for key, value in trigger.items():
        if ours["definition"].get(key) != value:
            yield f"trigger.{key}"


def _versions(theirs: Iterable[Data], ours: Data) -> Iterator[str]:
    for version in theirs:
        same = [
            one
            for one in ours.get("versions", ())
            if all(one.get(key) == value for key, value in version.items())
        ]
        if not same:
            yield f"versions to {version['effective_to']}"


def _elements(theirs: Data, data: Data) -> Iterator[str]:
    for key in ("with_name", "standalone"):
        held = {*data[key], *data.get("incident_classes", ())}
        for tag in theirs[key]:
            ours = us_words.INCIDENTS.get(tag) or us_words.ELEMENTS.get(tag, tag)
            if ours not in held and not (tag == us_words.ENOUGH and set(data["with_name"]) <= held):
                yield f"data.{key}.{tag}"
    if theirs["name_rule"] != data["name_rule"]:
        yield "data.name_rule"
    if theirs["note"] and theirs["note"] != data.get("note"):
        yield "data.note"


def _people(left: dict[str, Any], ours: Data) -> Iterator[str]:
    deadline = left.pop("individuals")["deadline"]
    content, forms = left.pop("individual_notice_content"), left.pop("format_rules")
    duty = next((one for one in ours["duties"] if one["id"] == "individuals"), None)
    forms_held = [form for one in ours["duties"] for form in one.get("format_rules", ())]
    yield from (f"format_rules: {form}" for form in forms if form not in forms_held)
    if duty is None:
        if deadline["number"] is not None or deadline["from"] or not ours.get("notes"):
            yield "individuals"
        return
    yield from _deadline(deadline, duty["deadline"], "individuals.")
    yield from (f"individual_notice_content: {tag}" for tag in content if tag not in _content(duty))


def _content(duty: Data) -> set[str]:
    return {
        *duty.get("content", ()),
        *(tag for extra in duty.get("content_when", ()) for tag in extra["add"]),
    }


def _deadline(theirs: Data, ours: Data, where: str) -> Iterator[str]:
    start = us_words.EVENTS[theirs["from"]] if theirs.get("from") else None
    if theirs["number"] is not None and (theirs["number"], theirs["unit"]) != (ours["number"], ours["unit"]):
        yield f"{where}deadline.number"
    if theirs["number"] is None and ours["number"] is not None:
        yield f"{where}deadline.number"
    if start and not _starts_alike(start, ours["from"]):
        yield f"{where}deadline.from"
    for key, ours_key in (("wording", "text"), ("note", "note")):
        if theirs.get(key) and theirs[key] not in _words(ours, ours_key):
            yield f"{where}deadline.{key}"
    for key, value in (theirs.get("extension") or {}).items():
        if ours.get("extension", {}).get(key) != value:
            yield f"{where}deadline.extension.{key}"


def _starts_alike(theirs: Any, ours: Any) -> bool:
    if isinstance(theirs, Mapping) and "after" in theirs:
        return isinstance(ours, Mapping) and "after" in ours
    return bool(theirs == ours)


def _words(deadline: Data, key: str) -> str:
    return str(deadline.get(key) or "")


def _bodies(theirs: Iterable[Data], ours: Data) -> Iterator[str]:
    """Recipients by position: those of the research stand first and in its order."""
    duties = [one for one in ours["duties"] if one["recipient"]["kind"] in ("authority", "police")]
    for position, given in enumerate(theirs):
        if position < len(duties):
            found = _body(given, duties[position])
            yield from (f"authorities.{position}.{key}" for key in found)
        else:
            yield f"authorities.{position}"


def _body(given: Data, duty: Data) -> Iterator[str]:
    yield from _deadline(given["deadline"], duty["deadline"], "")
    yield from _counted(given, duty)
    recipient, channel = duty["recipient"], duty.get("channel", {})
    pairs = (
        ("recipient", given["recipient"], recipient.get("role")),
        ("name", given["name"], recipient.get("name")),
        ("order", given["order"], duty.get("order")),
        ("channel", given["channel"], channel.get("kind")),
        ("url", given["url"], channel.get("portal")),
        ("note", given.get("note"), duty.get("note") if given.get("note") else None),
        ("condition", bool(given.get("condition")), bool(given.get("condition")) and _conditional(duty)),
        (
            "update_required",
            given.get("update_required") or None,
            duty.get("update_required") and given.get("update_required"),
        ),
    )
    yield from (key for key, wanted, held in pairs if wanted != held)
    yield from (f"content: {tag}" for tag in given.get("content", ()) if tag not in _content(duty))


def _counted(given: Data, duty: Data) -> Iterator[str]:
    count = duty.get("count") or {"min": given["min_residents"], "of": duty.get("count_of")}
    wanted = (
        given["min_residents"],
        given["count_of"],
        given.get("max_persons"),
        given.get("threshold_exception"),
    )
    if wanted != (count["min"], count.get("of"), count.get("max"), count.get("exceptions")):
        yield "count"


def _conditional(duty: Data) -> bool:
    return any(not isinstance(clause, str) for clause in (*duty.get("when", ()), *duty.get("unless", ())))


def _press(theirs: Data, ours: Data, key: str, kind: str) -> Iterator[str]:
    table = ours[key]
    for name, value in theirs.items():
        if name == "deadline":
            yield from _table_deadline(value, table["deadline"], key)
        elif table.get(name) != value:
            yield f"{key}.{name}"
    duty = next((one for one in ours["duties"] if one["recipient"]["kind"] == kind), None)
    if theirs["required"] != (duty is not None):
        yield f"{key}: no duty"
    if duty and (theirs["min_persons"], theirs["count_of"]) != (duty["count"]["min"], duty["count"]["of"]):
        yield f"{key}: count of the duty"
    if duty and theirs["deadline"]["number"] != duty["deadline"]["number"]:
        yield f"{key}: time of the duty"


def _table_deadline(theirs: Data, ours: Data, key: str) -> Iterator[str]:
    start = us_words.EVENTS[theirs["from"]] if theirs["from"] else None
    wanted = (theirs["number"], theirs["unit"], start, theirs["wording"])
    if wanted != tuple(ours[name] for name in ("number", "unit", "from", "text")):
        yield f"{key}.deadline"


def _owner(theirs: Data | None, ours: Data) -> Iterator[str]:
    duty = next((one for one in ours["duties"] if one["recipient"]["kind"] == "controller"), None)
    if theirs is None:
        return
    if duty is None:
        if theirs["wording"] != ours.get("processor_duty", {}).get("text"):
            yield "vendor_to_owner"
        return
    yield from _deadline(theirs, duty["deadline"], "vendor_to_owner.")
    if theirs.get("condition") and not _conditional(duty):
        yield "vendor_to_owner.condition"
