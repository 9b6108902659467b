"""One rule as its page tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from insights.queries.law_places import name_of
from insights.queries.law_shelf import RuleRow, shelf
from insights.queries.law_words import (
    CONFIDENCES,
    Standing,
    authorities_of,
    capital,
    count_words,
    deadline_more,
    deadline_words,
    duty_title,
    period_words,
    recipient_words,
    standing_of,
    tags,
)
from law import content_words
from law.data_elements import DATA_ELEMENTS, in_a_row
from law.diff import Change, changes_between
from law.pack import Authority, Pack, Rule
from law.vocabulary import CAPACITIES, ORDERS, ROLES, SECTORS, STAGES

MOST_AUTHORITIES = 6  # more are told by their group


@dataclass(frozen=True)
class Told:
    """A condition or an excuse, in words with its source."""

    text: str
    citation: str
    more: str = ""


@dataclass(frozen=True)
class DutyPage:
    """One duty of a rule."""

    id: str
    title: str
    citation: str
    to: str
    authorities: tuple[Authority, ...]
    stage: str
    who: str  # whose duty, where not everybody's
    when: tuple[Told, ...]
    unless: tuple[Told, ...]
    counts: tuple[str, ...]
    by_when: str
    more: tuple[str, ...]
    order: str
    content: tuple[str, ...]
    forbidden: tuple[str, ...]
    way: str
    portal: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Earlier:
    """A former version: when it held, what was different, and whether the engine can judge by it."""

    starts: date | None
    ends: date | None
    amended_by: str
    began_by: str
    source: str
    texts: tuple[str, ...]
    held: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class RulePage:
    """All that a reader asks of a rule."""

    row: RuleRow
    standing: Standing
    starts: date | None
    ends: date | None
    checked: date | None
    places: tuple[str, ...]
    confidence: tuple[str, str]
    scope: tuple[tuple[str, str], ...]
    duties: tuple[DutyPage, ...]
    displaced: tuple[Told, ...]
    see: tuple[RuleRow, ...]  # rules to read beside it
    more: tuple[tuple[str, tuple[str, ...]], ...]
    versions: tuple[Earlier, ...]
    variants: tuple[Mapping[str, Any], ...]
    sources: tuple[tuple[str, str, bool], ...]  # text, what was seen of it, whether it is an address


_SEEN = {"read": "read", "quoted": "quoted elsewhere", "copy": "a copy was read", "not_read": "not read"}


def rule_page(rule_id: str, today: date) -> RulePage | None:
    """The page of one rule, or None when the pack has no such rule."""
    held = shelf()
    row = held.by_rule.get(rule_id)
    if row is None:
        return None
    rule = row.rule
    titles = {duty["id"]: duty_title(duty, held.pack) for duty in rule["duties"]}
    return RulePage(
        row,
        standing_of(rule.data, today),
        _day(rule.get("effective_from")),
        _day(rule.get("effective_to")),
        _day(rule["checked"]),
        tuple(name_of(place) for place in sorted(rule.places)),
        CONFIDENCES[rule["confidence"]],
        tuple(_scope(rule)),
        tuple(_duty(duty, rule, titles, held.pack) for duty in rule["duties"]),
        tuple(_told(one) for one in rule.get("displaced_by", ())),
        tuple(held.by_rule[one] for one in _beside(rule) if one in held.by_rule),
        tuple(_more(rule)),
        tuple(_earlier(version, rule, titles) for version in rule.get("versions", ())),
        tuple({**one, "place": name_of(one["country"])} for one in rule.get("variants", ())),
        tuple((one["url"], _SEEN[one["seen"]], _is_address(one["url"])) for one in rule["sources"]),
    )


def _beside(rule: Rule) -> Iterable[str]:
    """Rules that go before this one, are special cases of it, or touch it."""
    before = (one.get("rule") for one in rule.get("displaced_by", ()))
    named = (*before, *rule.get("specialised_by", ()), *rule.get("see", ()))
    return dict.fromkeys(one for one in named if one)


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _duty(duty: Mapping[str, Any], rule: Rule, titles: Mapping[str, str], pack: Pack) -> DutyPage:
    bodies = authorities_of(duty["recipient"], pack)
    channel, roles = duty.get("channel") or {}, duty.get("roles", ())
    by_when = deadline_words(duty["deadline"], titles)
    notes = [duty.get("note"), *(one["text"] for one in duty.get("notes_when", ()))]
    return DutyPage(
        duty["id"],
        titles[duty["id"]],
        duty.get("citation") or rule["citation"],
        recipient_words(duty["recipient"], pack),
        tuple(pack.authorities[one] for one in bodies) if len(bodies) <= MOST_AUTHORITIES else (),
        STAGES.get(duty["stage"], duty["stage"]),
        "; ".join(ROLES[role] for role in roles if len(roles) < len(ROLES)),
        tuple(_clauses(duty.get("when", ()), rule)),
        tuple(_clauses(duty.get("unless", ()), rule)),
        tuple(count_words(duty["count"])) if duty.get("count") else (),
        capital(by_when),
        tuple(line for line in deadline_more(duty["deadline"]) if line.casefold() not in by_when.casefold()),
        ORDERS.get(duty.get("order", ""), ""),
        tuple(content_words.label(tag) for tag in duty.get("content", ())),
        tuple(content_words.label(tag) for tag in duty.get("forbidden", ())),
        str(channel.get("form") or channel.get("text") or "") or "".join(tags([channel.get("kind") or ""])),
        str(channel.get("portal") or ""),
        tuple(capital(str(note)) for note in (*notes, *duty.get("format_rules", ())) if note),
    )


def _clauses(clauses: Iterable[Any], rule: Rule) -> Iterable[Told]:
    for clause in clauses:
        yield _told(rule["terms"][clause] if isinstance(clause, str) else clause)


def _told(clause: Mapping[str, Any]) -> Told:
    return Told(str(clause["text"]), clause.get("citation") or "", clause.get("while_unknown") or "")


def _scope(rule: Rule) -> Iterable[tuple[str, str]]:
    """Whom and what the rule is about."""
    covers, definition = rule.get("covers") or {}, rule.get("definition") or {}
    yield "Applies when", rule["link"]["text"]
    sectors = [one for one in covers.get("sectors", ()) if one != "all"]
    if sectors:
        yield "Sectors", "; ".join(_sector(one) for one in sectors)
    for part, key, label in (
        (covers, "owner", "Who decides on the data"),
        (covers, "vendor", "Who holds it for others"),
        (covers, "note", "Reach"),
        (definition, "text", "What counts as a breach"),
        (definition, "note", "On the definition"),
    ):
        if part.get(key):
            yield label, capital(str(part[key]))
    yield from _kinds_of_data(rule.get("data") or {})


def _kinds_of_data(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for key, label in (("with_name", "Data, together with a name"), ("standalone", "Data, on their own")):
        if data.get(key):
            kinds = (DATA_ELEMENTS[one].label if one in DATA_ELEMENTS else one for one in data[key])
            yield label, "; ".join(in_a_row(kinds))
    if data.get("note"):
        yield "On the data", capital(str(data["note"]))


def _sector(word: str) -> str:
    return SECTORS.get(word) or CAPACITIES.get(word) or word.replace("_", " ")


def _more(rule: Rule) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What the law says beside its duties, by heading; empty parts are left out."""
    parts = (
        ("Exemptions as the law words them", (_exemption(one) for one in rule.get("exemptions", ()))),
        ("Waiting for law enforcement", _waiting(rule.get("law_enforcement_delay") or {})),
        ("Encryption", (_note(rule, "encryption_safe_harbour"),)),
        ("Risk of harm", (_note(rule, "risk_of_harm"),)),
        ("Other ways to tell people", _substitute(rule.get("substitute_notice") or {})),
        ("Help for people", _monitoring(rule.get("credit_monitoring") or {})),
        ("Others to tell", (_joined(one, "recipient", "when", "text") for one in rule.get("other_recipients", ()))),
        ("Numbers that matter", (f"{one['min']:,}: {one['effect']}" for one in rule.get("count_thresholds", ()))),
        ("How the times fit together", (rule.get("deadline_logic"),)),
        ("Records to keep", _records(rule.get("record_keeping") or {})),
        ("Counts as complying", tags(rule.get("deemed_compliance") or ())),
        ("National differences", (_national(one) for one in rule.get("national_derogations") or ())),
        ("Dates to comply", (f"{tags([k])[0]}: {v}" for k, v in (rule.get("compliance_dates") or {}).items())),
        ("Penalties", (rule.get("penalties"),)),
        ("Private action", ("People may sue.",) if rule.get("private_action") else ()),
        ("Notes", (rule.get("notes"),)),
    )  # fmt: skip
    for heading, texts in parts:
        told = tuple(capital(str(text)) for text in texts if text)
        if told:
            yield heading, told


def _exemption(one: Mapping[str, Any]) -> str:
    """An exemption under its heading; a text of its own often says only how far it goes."""
    kind = capital(str(one["kind"]).replace("_", " "))
    return f"{kind}: {one['text']}" if one.get("text") else kind


def _note(rule: Rule, key: str) -> str:
    return str((rule.get(key) or {}).get("note") or "")


def _joined(data: Mapping[str, Any], *keys: str) -> str:
    return "; ".join(str(data[key]) for key in keys if data.get(key))


def _national(one: Mapping[str, Any]) -> str:
    return f"{name_of(one['country'])}: {one['text']} ({one['cite']})"


def _waiting(delay: Mapping[str, Any]) -> Iterable[str]:
    if delay.get("allowed"):
        yield "Law enforcement may ask to wait with the notice."
    for key, lead in (
        ("written_max", "On a written request at most"),
        ("oral_max", "On an oral request at most"),
    ):
        if delay.get(key):
            yield f"{lead} {period_words(delay[key]['number'], delay[key]['unit'])}."
    if delay.get("resume"):
        yield f"Afterwards {period_words(delay['resume']['number'], delay['resume']['unit'])} remain."
    yield from (str(delay[key]) for key in ("resume_text", "note") if delay.get(key))


def _substitute(notice: Mapping[str, Any]) -> Iterable[str]:
    if not notice.get("available"):
        return
    cost, people = notice.get("cost_over_usd"), notice.get("people_over")
    grounds = [f"telling each would cost more than ${cost:,}"] if cost else []
    grounds += [f"more than {people:,} people are affected"] if people else []
    grounds += ["contact details are missing"] if notice.get("insufficient_contact") else []
    yield f"Open where {' or '.join(grounds)}" if grounds else "Open"
    yield "; ".join(tags(notice.get("means", ())))
    yield str(notice.get("note") or "")


def _monitoring(help_: Mapping[str, Any]) -> Iterable[str]:
    if help_.get("required"):
        months = f" for {help_['months']} months" if help_.get("months") else ""
        yield f"Credit monitoring must be offered{months}."
    yield str(help_.get("note") or "")


def _records(record: Mapping[str, Any]) -> Iterable[str]:
    if record.get("required"):
        yield str(record.get("scope") or "A record of breaches must be kept")
    if record.get("retention_years"):
        yield f"Keep for {record['retention_years']:g} years"
    yield str(record.get("text") or "")


def _earlier(version: Mapping[str, Any], rule: Rule, titles: Mapping[str, str]) -> Earlier:
    labels = (("individual_deadline", "People"), ("authority_deadline", "Authority"))
    texts = tuple(f"{label}: {version[key]}" for key, label in labels if version.get(key))
    changes = version.get("changes")
    return Earlier(
        _day(version.get("effective_from")),
        _day(version.get("effective_to")),
        version["amended_by"],
        version.get("began_by", ""),
        version.get("source", ""),
        texts,
        changes is not None,
        tuple(_changes(changes or {}, rule, titles)),
    )


def _changes(changes: Mapping[str, Any], rule: Rule, titles: Mapping[str, str]) -> Iterable[Change]:
    """What was different then: before, and as it is now."""
    whole = {key: value for key, value in changes.items() if key != "duties"}
    yield from map(_plain, changes_between(whole, {key: rule.get(key) for key in whole}))
    now = {duty["id"]: duty for duty in rule["duties"]}
    for key, then in changes.get("duties", {}).items():
        today, title = now.get(key, {}), titles.get(key, key)
        if then is None:
            yield Change(title, "", "did not exist then")
        else:
            found = changes_between(then, {one: today[one] for one in then if one in today})
            yield from (_plain(Change(f"{title}: {one.where}", one.before, one.after)) for one in found)


def _plain(change: Change) -> Change:
    """Words of the pack without their underscores."""

    def spoken(text: str) -> str:
        return text.replace("_", " ") if re.fullmatch("[a-z_]+", text) else text

    return Change(change.where, spoken(change.before), spoken(change.after))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
