"""What the research says of laws outside the US and the pack does not, key by key."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

Data = Mapping[str, Any]
SAME: Final = (
    "regime", "family", "status", "citation", "effective_to", "sub_jurisdiction", "covers", "exemptions",
    "count_thresholds", "deadline_logic", "other_recipients", "record_keeping", "national_derogations",
    "processor_duty", "penalties", "sources", "confidence", "confidence_note", "checked",
)  # fmt: skip
IN_OWN_WORDS = "said in our own words"
NATIONAL = "a stand-in: the law names national bodies, which the research does not list"
# Carried in another way than word for word, and why. A rule's key stands for all that begins with it.
OTHERWISE: Final[dict[tuple[str, str], str]] = {
    ("eu-gdpr-33", "delay"): IN_OWN_WORDS,
    ("eu-gdpr-33", "channel"): IN_OWN_WORDS,
    ("br-lgpd-48", "individual_deadlines.0.text"): IN_OWN_WORDS,
    ("eu-nis2-23", "notes"): IN_OWN_WORDS,
    ("eu-aiact-73", "notes"): IN_OWN_WORDS,
    ("eu-eidas-24-2-fb", "authorities.eu-enisa"): NATIONAL,
    ("eu-eidas-19a", "authorities.eu-enisa"): NATIONAL,
    ("eu-eidas-19", "authorities.eu-enisa"): NATIONAL,
    ("eu-eidas-20", "authorities.eu-enisa"): NATIONAL,
    ("eu-aiact-73", "authorities.eu-commission"): NATIONAL,
    ("eu-dora-19", "authority_deadlines.1"): "both limits of the first report are one deadline, in one text",
    ("eu-dora-19", "authority_deadlines.3.counting"): "counted with DORA's own weekend rule",
    ("eu-digital-omnibus", "authority_deadlines.0.binding"): "a proposal binds nobody",
    ("eu-digital-omnibus", "individual_deadlines.0.binding"): "a proposal binds nobody",
    ("uk-csrb", "authority_deadlines"): "a bill binds nobody",
    ("uk-csrb", "individual_deadlines.0.binding"): "a bill binds nobody",
    ("uk-nis-11", "authorities.uk-ncsc"): "the text names the authority of the sector, not the centre",
    ("kz-pdp-25", "individual_deadlines.0"): "the ministry itself tells people: a note, no duty of ours",
    ("ca-on-phipa-12", "authority_deadlines.1.number"): "due on a day of the year",
    ("ca-on-phipa-12", "authority_deadlines.1.text"): IN_OWN_WORDS,
    ("mx-lfpdppp-2025", "authorities.mx-sabg"): "it supervises, but nobody reports to it",
    ("tw-pdpa-12", "authorities.tw-pdpc"): "it supervises, but nobody reports to it",
    (
        "tw-sector-72h",
        "individual_deadlines.0.number",
    ): "people are told under tw-pdpa-12; nothing is sent twice",
    ("nz-pa2020-114", "authority_deadlines.0.text"): IN_OWN_WORDS,
    (
        "nz-pa2020-114",
        "authority_deadlines.1",
    ): "guidance: the number is the aim of the one duty, not a limit",
    ("kr-pipa-34", "individual_deadlines.2"): "a note on the notice to people, without a clock of its own",
    ("cn-ncir", "authority_deadlines.1.qualifier"): "alternatives of one deadline share its haste",
    ("cn-ncir", "authority_deadlines.2.qualifier"): "alternatives of one deadline share its haste",
    ("cn-ndsr-11", "authority_deadlines.0.qualifier"): "an alternative of the deadline without a number",
    ("cn-ndsr-11", "authority_deadlines.0.counting"): "hours count as hours unless a deadline says otherwise",
}


def lost(theirs: Iterable[Data], drafts: Mapping[str, Data], ours: Iterable[Data]) -> list[str]:
    """What the rules of the pack do not carry, each as `rule: key`; `drafts` are theirs in our words."""
    by_id = {rule["id"]: rule for rule in ours}
    found: list[str] = []
    for rule in theirs:
        if rule["id"] not in by_id:
            found.append(f"{rule['id']}: no rule")
            continue
        losses = dict.fromkeys(_differences(rule, drafts[rule["id"]], by_id[rule["id"]]))
        found += [f"{rule['id']}: {key}" for key in losses if not _excused(rule["id"], key)]
    return found


def _excused(rule_id: str, key: str) -> bool:
    return any(rule_id == one and key.startswith(start) for one, start in OTHERWISE)


def _differences(theirs: Data, made: Data, ours: Data) -> Iterator[str]:
    words = list(_texts(ours))
    yield from (key for key in SAME if made.get(key) and ours.get(key) != made[key])
    held = ours["definition"]
    yield from (f"definition.{key}" for key, value in made["definition"].items() if held.get(key) != value)
    yield from (key for key in ("notes", "delay") if theirs[key] and not _said(theirs[key], words))
    starts = {ours["effective_from"], *(version["effective_from"] for version in ours.get("versions", ()))}
    if theirs["effective_from"] not in starts:
        yield "effective_from"
    if not {*theirs["jurisdictions"]} <= {*ours["places"], ours["place"][:2]}:
        yield "jurisdictions"
    yield from _recipients(theirs["authorities"], ours, words)
    yield from _channel(theirs["channel"], ours)
    for kind in ("authority", "individual"):
        yield from _asked(theirs, made, ours, kind, words)


def _asked(theirs: Data, made: Data, ours: Data, kind: str, words: list[str]) -> Iterator[str]:
    rows = zip(theirs[f"{kind}_deadlines"], _drafted(made, theirs, kind), strict=True)
    for position, (row, limit) in enumerate(rows):
        yield from _deadline(row, limit, ours, words, f"{kind}_deadlines.{position}")
    tags = {tag for duty in ours["duties"] for tag in duty.get("content", ())}
    yield from (f"{kind}_content.{tag}" for tag in theirs[f"{kind}_content"] if tag not in tags)


def _drafted(made: Data, theirs: Data, kind: str) -> list[Data]:
    """The deadlines of a draft, one for each row of the research."""
    own = [duty for duty in made["duties"] if duty["recipient"]["kind"] != "controller"]
    skipped = (
        sum(len(row["recipients"]) for row in theirs["authority_deadlines"]) if kind == "individual" else 0
    )
    found: list[Data] = []
    for row in theirs[f"{kind}_deadlines"]:
        found.append(own[skipped]["deadline"])
        skipped += len(row["recipients"])
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _said(text: str, words: Iterable[str]) -> bool:
    return any(text in one for one in words)


def _recipients(theirs: Iterable[str], ours: Data, words: list[str]) -> Iterator[str]:
    for one in theirs:
        name = one.removeprefix("group:")
        if not _said(name, words) and name != "de-sa":
            yield f"authorities.{one}"


def _channel(theirs: Data, ours: Data) -> Iterator[str]:
    held = [duty["channel"] for duty in ours["duties"] if duty.get("channel")] + [ours.get("channel") or {}]
    for key, value in theirs.items():
        if value and not any(channel.get(key) == value for channel in held):
            yield f"channel.{key}"


def _deadline(row: Data, limit: Data, ours: Data, words: list[str], where: str) -> Iterator[str]:
    limits = [(duty, part) for duty in ours["duties"] for part in limits_of(duty["deadline"])]
    if row["stage"] not in {duty["stage"] for duty, _ in limits}:
        yield f"{where}.stage"
    alike = [
        part
        for _, part in limits
        if (part.get("number"), part.get("unit")) == (limit["number"], limit["unit"])
        and _starts_alike(limit["from"], part.get("from"))
    ]
    if not alike:
        yield f"{where}.number"
    for key in ("binding", "qualifier", "counting"):
        if alike and row[key] not in {part.get(key) for part in alike}:
            yield f"{where}.{key}"
    if row["text"] and not _said(row["text"], words):
        yield f"{where}.text"


def limits_of(deadline: Data) -> Iterator[Data]:
    """A deadline, its parts, its alternatives and the aim it names, each as a whole."""
    parts: list[Data] = [
        {**deadline, **part} for word in ("earliest", "latest") for part in deadline.get(word, ())
    ]
    for part in parts or [deadline]:
        yield part
        for other in (*part.get("alternatives", ()), part.get("target", {})):
            yield {**part, **other}


def _starts_alike(theirs: Any, ours: Any) -> bool:
    if isinstance(theirs, Mapping) and "after" in theirs:
        return isinstance(ours, Mapping) and "after" in ours
    if isinstance(ours, Mapping) and "earliest" in ours:
        return theirs in ours["earliest"]
    return bool(theirs == ours)
