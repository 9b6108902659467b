"""A rule's data in words that counsel reads: times, recipients, numbers, status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from law.deadlines import Period
from law.pack import Pack
from law.vocabulary import CAPACITIES, COUNT_OF, EVENT_KINDS, QUALIFIERS, RECIPIENT_KINDS

FAMILIES: Final[dict[str, str]] = {
    "general_privacy": "Privacy, all sectors",
    "health": "Health",
    "sector_health_social": "Health and social care",
    "financial": "Finance",
    "insurance": "Insurance",
    "securities": "Securities markets",
    "cyber": "Cyber security",
    "telecom": "Telecoms",
    "trust_services": "Trust services",
    "product": "Products",
    "ai": "Artificial intelligence",
    "sector": "Other sectors",
}
# Status of a rule: words, tone of the chip, and what a reader must know; nothing to know where it is law in force.
STATUSES: Final[dict[str, tuple[str, str, str]]] = {
    "in_force": ("In force", "ok", ""),
    "partly_effective": ("Partly in force", "warn", "Only part of this law is in force."),
    "not_yet_effective": (
        "Not in force yet",
        "info",
        "This law is not in force yet. It makes no duty before it is.",
    ),
    "enacted_not_in_force": (
        "Enacted, not in force",
        "info",
        "This law is enacted but not in force. It makes no duty before it is.",
    ),
    "proposal": ("Proposal, not law", "idle", "This is a proposal. It is not law and makes no duty."),
    "repealed": (
        "Repealed",
        "idle",
        "This law is repealed. It matters only for breaches of the time when it was in force.",
    ),
    "voluntary": ("Voluntary", "idle", "This scheme is voluntary. What it asks does not bind by law."),
    "policy": ("Guidance, not law", "idle", "This is guidance or a government policy, not law."),
}
CONFIDENCES: Final[dict[str, tuple[str, str]]] = {
    "verified": ("Verified", "Its key figures were matched with a source that was seen."),
    "known": ("Known", "General knowledge; not matched with a source."),
    "uncertain": ("Uncertain", "Check it before you rely on it."),
    "none": ("Not known", "Nobody has checked it."),
}
_FROM: Final[dict[str, str]] = {
    "occurred": "the breach itself",
    "detected": "its detection",
    "discovered": "its discovery",
    "vendor_notified": "the day a supplier told us",
    "suspected": "reasonable grounds to suspect a breach",
    "reasonable_belief": "reasonable grounds to believe that there was a breach",
    "aware": "becoming aware",
    "assessment_started": "the start of the assessment",
    "assessment_completed": "the end of the assessment",
    "scope_known": "knowing its scope",
    "content_known": "knowing what the notice must say",
    "confirmed": "confirming the breach",
    "determined": "determining that there was a breach",
    "harm_determined": "determining that harm is likely",
    "no_harm_determined": "determining that no harm is likely",
    "classified": "classifying the incident",
    "materiality_determined": "determining that the incident is material",
    "contained": "its containment",
    "ransom_paid": "paying a ransom",
    "notice_sent": "the first notice to people",
    "authority_notified": "notice to the authority",
    "order_received": "the authority's order",
    "information_requested": "the authority's request",
}


@dataclass(frozen=True)
class Standing:
    """How far a rule is law today."""

    key: str
    words: str
    tone: str
    warning: str

    @property
    def is_law(self) -> bool:
        return self.key in ("in_force", "partly_effective")


def standing_of(rule: Mapping[str, Any], today: date) -> Standing:
    """A rule's status on a day: dates go before the word in the file."""
    key = str(rule["status"])
    starts, ends = rule.get("effective_from"), rule.get("effective_to")
    if key in ("in_force", "partly_effective"):
        if starts and date.fromisoformat(starts) > today:
            key = "not_yet_effective"
        elif ends and date.fromisoformat(ends) < today:
            key = "repealed"
    return Standing(key, *STATUSES[key])


# The same words of a body or its portal.
CONTACTS: Final[dict[str, str]] = {
    "verified": "Seen at the source on the day it was checked.",
    "known": "General knowledge; not seen at the source.",
    "uncertain": "Check it before you file.",
    "none": "Nobody has checked it.",
}


def duty_title(duty: Mapping[str, Any], pack: Pack) -> str:
    """What a duty asks, with its recipient by name."""
    title = str(duty["title"]).replace("{recipient}", recipient_words(duty["recipient"], pack))
    return title.replace("{place}", "each place concerned")


def deadline_words(deadline: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """By when, in one line; `titles` names the other duties of the rule."""
    for word, lead in (("earliest", "whichever is first"), ("latest", "whichever is later")):
        if deadline.get(word):
            shared = {key: value for key, value in deadline.items() if key != word}
            parts = [_one(dict(shared, **part), titles) for part in deadline[word]]
            return f"{lead}: {'; or '.join(parts)}"
    return _one(deadline, titles)


def _one(deadline: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    start = start_words(deadline.get("from"), titles)
    haste = QUALIFIERS.get(deadline.get("qualifier") or "", "")
    if deadline.get("number") is None:
        told = f"{haste or 'no time is fixed'}; no number in law"
        return f"{told}{f', counted from {start}' if start else ''}"
    length = period_words(deadline["number"], deadline["unit"])
    told = f"{length} from {start}" if start else f"{length}; the law does not fix the start"
    if deadline["number"] == 0 and start:
        told = f"by {start}"
    return f"{haste}, at the latest {told}" if haste and "at the latest" not in haste else told


def period_words(number: int, unit: str) -> str:
    """A length of time: "72 hours"."""
    return str(Period(number, unit, "", ""))


def start_words(source: Any, titles: Mapping[str, str]) -> str:
    """Where a clock starts; nothing where the law does not say."""
    if not source:
        return ""
    if isinstance(source, str):
        return event_words(source)
    if "after" in source:
        return _after(source, titles)
    if "end_of_year" in source:
        return f"the end of the year of {event_words(source['end_of_year'])}"
    if "date_of_year" in source:
        month, day = (int(part) for part in source["date_of_year"].split("-"))
        named = f"{day} {date(2000, month, day):%B}"
        return f"{named} of the year after {event_words(source['event'])}"
    word = "earliest" if "earliest" in source else "latest"
    several = [event_words(kind) for kind in source[word]]
    joined = f"{', '.join(several[:-1])} or {several[-1]}" if len(several) > 1 else several[0]
    return f"{joined}, whichever is {'first' if word == 'earliest' else 'later'}"


def _after(source: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    earlier = [source["after"]] if isinstance(source["after"], str) else list(source["after"])
    named = " or ".join(f"“{titles.get(one, one)}”" for one in earlier)
    return f"the {'last' if source.get('latest') else 'actual'} filing of {named}"


def event_words(kind: str) -> str:
    """A kind of event as the start of a clock."""
    label = EVENT_KINDS.get(kind, kind.replace("_", " "))
    short = label.partition(":")[0].partition(" (")[0]
    return _FROM.get(kind) or short[:1].lower() + short[1:]


def deadline_more(deadline: Mapping[str, Any]) -> list[str]:
    """What else a deadline says: other lengths, extensions, people found later, notes."""
    told = [capital(option["text"]) for option in deadline.get("alternatives", ())]
    if extension := deadline.get("extension"):
        length = (
            f" by {period_words(extension['number'], extension['unit'])}" if extension.get("number") else ""
        )
        told.append(f"May be extended{length}: {extension['condition']}")
    if late := deadline.get("late_found"):
        told.append(capital(str(late["text"])))
    if deadline.get("binding") is False and deadline.get("number") is not None:
        told.append("This time is guidance, not law.")
    return [*told, *(capital(str(deadline[key])) for key in ("text", "note") if deadline.get(key))]


def recipient_words(recipient: Mapping[str, Any], pack: Pack) -> str:
    """To whom a duty runs."""
    named = recipient.get("authorities") or [recipient.get("authority", "")]
    known = [pack.authorities[one].name for one in named if one in pack.authorities]
    return ", ".join(known) or str(recipient.get("name") or RECIPIENT_KINDS[recipient["kind"]])


def authorities_of(recipient: Mapping[str, Any], pack: Pack) -> list[str]:
    """Ids of all bodies that a recipient names, also through a group."""
    named = [*recipient.get("authorities", ()), recipient.get("authority", "")]
    if recipient.get("group"):
        named += [one.id for one in pack.members(recipient["group"])]
    return [one for one in named if one in pack.authorities]


def count_words(count: Mapping[str, Any]) -> list[str]:
    """From how many people on a duty exists."""
    who = COUNT_OF.get(count.get("of", ""), "people affected")
    if count["min"] == 1 and not count.get("max"):
        who = f"of the {who}"
    where = {"anywhere": " in all places", "place": " in one place"}.get(str(count.get("scope")), "")
    most = f" and at most {count['max']:,}" if count.get("max") else ""
    told = [f"At least {count['min']:,}{most} {who}{where}"]
    for kind, number in count.get("exceptions", {}).items():
        told.append(f"For {CAPACITIES.get(kind, kind.replace('_', ' '))}: at least {number:,}")
    return told


_IN_FULL: Final = {
    "i": "I", "ii": "II", "iii": "III", "hipaa": "HIPAA", "hitech": "HITECH", "glba": "GLBA", "nydfs": "NYDFS", "ocabr": "OCABR", "incl": "including",
    "ag": "Attorney General", "cra": "credit agencies", "fi": "financial institution", "idtheft": "identity-theft",
}  # fmt: skip


def tags(words: Sequence[str]) -> list[str]:
    """Short words of the pack without their underscores, short forms as they are written or in full."""
    return [capital(" ".join(_IN_FULL.get(part, part) for part in word.split("_"))) for word in words]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
