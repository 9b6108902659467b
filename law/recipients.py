"""Who must be told: one authority, the lead authority, one per place, or people themselves."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from law.conditions import evaluate
from law.counts import inside, places_named
from law.duty import Condition, Recipient
from law.findings import Finding, Situation
from law.pack import Authority, Pack
from law.vocabulary import RECIPIENT_KINDS

PUBLIC: Final = frozenset(
    ["public_body", "federal_government_body", "social_security_body", "law_enforcement_authority"]
)
# Bodies of a country that have an authority of their own, by its scope (Germany: BDSG s. 9(1), GDPR Art. 91).
OWN_BODIES: Final = {
    "federal": frozenset(["federal_government_body", "telecom_provider", "postal_provider"]),
    "church": frozenset(["church_body"]),
}


class Chosen(NamedTuple):
    """One recipient, the authority behind it, and the place it is about."""

    recipient: Recipient
    authority: Authority | None = None
    place: str = ""
    reason: Condition | None = None  # why this one
    open_facts: Mapping[str, float] | None = None  # what would settle who it is
    doubt: Finding | None = None  # why it is open whether there is such a recipient at all


def recipients_of(spec: Mapping[str, Any], situation: Situation, pack: Pack) -> list[Chosen]:
    """The recipients of one duty on the facts; more than one when the law asks for several."""
    recipient = spec["recipient"]
    if "choose" in recipient:
        return _routed(recipient, situation, pack)
    if "per_place" in recipient:
        return _per_place(recipient, situation)
    kept = pack.made.get(id(recipient))
    if kept is None:  # what is written is kept beside it, so that no other takes its identity
        kept = pack.made[id(recipient)] = (recipient, _named(recipient, pack))
    chosen: list[Chosen] = kept[1]
    return chosen


def _named(recipient: Mapping[str, Any], pack: Pack) -> list[Chosen]:
    """Recipients that the rule itself names, whatever the facts."""
    kind = recipient["kind"]
    named = recipient.get("authorities") or [recipient.get("authority", "")]
    known = [pack.authorities[one] for one in named if one in pack.authorities]
    if known:
        return [Chosen(_told(one, kind), one) for one in known]
    return [Chosen(Recipient(kind, "", recipient.get("name", RECIPIENT_KINDS[kind])))]


def _told(authority: Authority, kind: str = "authority") -> Recipient:
    return Recipient(kind, authority.id, authority.name)


def _routed(recipient: Mapping[str, Any], situation: Situation, pack: Pack) -> list[Chosen]:
    """The first option whose condition holds; while an earlier one is unknown, the group stands for its member."""
    for option in recipient["choose"]:
        finding = evaluate(option["when"], situation)
        if finding.held is None and option.get("unknown") != "skip":
            return [_open(recipient, finding, option)]
        if finding.held:
            return _members(recipient, option, finding, situation, pack)
    return [_open(recipient, Finding(None), {"text": recipient["name"]})]


def _open(recipient: Mapping[str, Any], finding: Finding, option: Mapping[str, Any]) -> Chosen:
    told = Recipient(recipient["kind"], f"group:{recipient['group']}", recipient["name"])
    text = f"Which authority is competent is open. {option['text']}"
    reason = Condition(
        text, None, finding.looked_at, option.get("citation", ""), "needed", "; ".join(finding.found)
    )
    return Chosen(told, None, "", reason, dict(finding.open_facts))


def _members(
    recipient: Mapping[str, Any],
    option: Mapping[str, Any],
    finding: Finding,
    situation: Situation,
    pack: Pack,
) -> list[Chosen]:
    reason = Condition(
        option["text"],
        True,
        finding.looked_at,
        option.get("citation", ""),
        "needed",
        "; ".join(finding.found),
    )
    within = places_named([recipient["within"]], situation.places)
    chosen: dict[str, Chosen] = {}
    for place in _places(option["of"], situation):
        if inside(place, within):
            one = _member(recipient, place, situation, pack)
            chosen[one.recipient.authority] = one._replace(reason=_why(reason, one))
    if chosen:
        return [chosen[key] for key in sorted(chosen)]
    return [_open(recipient, Finding(None, ("counts",), {"counts": 1.0}), option)]


def _why(reason: Condition, one: Chosen) -> Condition:
    """Why this authority, with the reason of its own where it supervises only some bodies of its place."""
    if one.authority is None or one.authority.scope not in OWN_BODIES:
        return reason
    return reason._replace(text=f"{reason.text}. {one.authority.name}: {one.authority.notes}")


def _places(of: Iterable[str], situation: Situation) -> list[str]:
    """Places named by `main_establishment`, `establishments`, `affected` or `breach_place`."""
    facts = situation.facts
    found: set[str] = set()
    for word in of:
        if word == "affected":
            found |= {row.place for row in facts.counts if row.number != 0}
        elif word == "establishments":
            found |= facts.known_set("establishments") or frozenset()
        else:
            value = facts.value(word)
            found |= {value} if isinstance(value, str) else set()
    return sorted(found)


def _member(recipient: Mapping[str, Any], place: str, situation: Situation, pack: Pack) -> Chosen:
    """The authority of a group for one place; a federal state whose part is not known stays open."""
    country = place.partition("-")[0]
    there = [one for one in pack.members(recipient["group"]) if one.country == country]
    bodies = situation.facts.known_set("capacities")
    special = [one for one in there if bodies and bodies & OWN_BODIES.get(one.scope, frozenset())]
    if special:
        return Chosen(_told(special[0], recipient["kind"]), special[0], country)
    public = situation.facts.value("public_task") is True
    public &= bodies is None or bool(
        bodies & PUBLIC
    )  # a firm with a public task keeps the authority of firms
    scopes = ("public", "all") if public else ("private", "all")
    there = [one for one in there if one.scope in scopes]
    own = [one for one in there if one.subdivision == place]
    national = [one for one in there if not one.subdivision]
    best = sorted(own or national, key=lambda one: scopes.index(one.scope))
    if best:
        doubtful = bodies is None and best[0].scope == "public"
        return Chosen(
            _told(best[0], recipient["kind"]),
            best[0],
            country,
            None,
            {"capacities": 1.0} if doubtful else None,
        )
    name = f"{recipient['name']} in {country} (which one depends on the part of the country)"
    return Chosen(
        Recipient(recipient["kind"], f"group:{recipient['group']}:{country.lower()}", name), None, country
    )


def _per_place(recipient: Mapping[str, Any], situation: Situation) -> list[Chosen]:
    """One recipient for each counted part of a country, and an open one for people whose part is not known."""
    country = recipient["per_place"]
    counted = sorted({row.place for row in situation.facts.counts if row.number != 0})
    chosen = [_at(recipient, place) for place in counted if place.startswith(f"{country}-")]
    if country in counted:
        text = f"Which part of {country} some of the people live in is not known."
        doubt = Finding(None, ("counts",), {"counts": 1.0}, (text,))
        chosen.append(
            _at(recipient, country)._replace(doubt=doubt, reason=Condition(text, None, ("counts",)))
        )
    return chosen


def _at(recipient: Mapping[str, Any], place: str) -> Chosen:
    return Chosen(Recipient(recipient["kind"], "", f"{recipient['name']} in {place}"), None, place)
