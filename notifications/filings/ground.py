"""The legal part of a report: duty, arithmetic, conditions, decisions, declaration."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from incidents.models import Decision
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS, FACT_KEYS, QUALIFIERS, in_a_row
from notifications.filings.blocks import NOT_KNOWN, Block, joined, remark, row, rows, table
from notifications.filings.sections import Told
from notifications.filings.words import instant_words, listed, person_words, span_words

HELD = {True: "Holds", False: "Does not hold", None: "Not known yet"}
STATES = {"known": "", "unknown": "Not known yet", "not_applicable": "Does not apply", "disputed": "Disputed"}


def _time_limit(qualifier: str, due: str | None) -> str:
    """The law's own words; a fixed end beside them is an outer limit, not a leave to wait."""
    if qualifier and due:
        return f"{qualifier.capitalize()}, at the latest when due below"
    return qualifier.capitalize()


def legal_ground(told: Told) -> list[Block]:
    """Which law asks for this report, by when, and the arithmetic in words."""
    obligation = told.filing.obligation
    duty = obligation.duty
    due = instant_words(obligation.due_at, obligation.due_zone) if obligation.due_at else None
    qualifier = QUALIFIERS.get(duty.get("qualifier", ""), "")
    start = instant_words(obligation.started_at, obligation.due_zone) if obligation.started_at else None
    starts = EVENT_KINDS.get(duty.get("starts_from", ""), "")
    blocks = [
        rows(
            row("Law", obligation.regime),
            row("Provision", obligation.citation),
            row("What it asks", obligation.title),
            row("Time limit", _time_limit(qualifier, due) or obligation.due_text),
            row("Clock started", start, starts),
            row("Due", due or ("No fixed time in law" if qualifier or not obligation.due_text else None)),
            row("How the due time follows", obligation.due_text or None),
            row(
                "Rule as encoded",
                f"{obligation.rule_id}, pack {obligation.pack_version}",
                f"Confidence: {obligation.confidence}",
            ),
        )
    ]
    decision = obligation.decisions.filter(withdrawn_at=None).select_related("by", "second_by").first()
    blocks.append(rows(row("Decision on this duty", _decision_words(told, decision))))
    return joined(blocks)


def _decision_words(told: Told, decision: Decision | None) -> str:
    if decision is None:
        return "None taken separately; declaring this report accepts the duty"
    words = f"{decision.get_outcome_display()}: {decision.by}, {told.when(decision.at)}"
    if decision.second_by and decision.second_at:
        words += f"; signed by {decision.second_by}, {told.when(decision.second_at)}"
    return words


def conditions(told: Told) -> list[Block]:
    """Why the duty applies: each condition of the rule as it stands on the facts."""
    trace: list[dict[str, Any]] = told.filing.obligation.trace
    if not trace:
        return [remark("The rule names no conditions.")]
    lines = [
        [one.get("text", ""), HELD[one.get("held")], one.get("found") or "–", one.get("citation") or "–"]
        for one in trace
    ]
    return [
        table(
            "Conditions of the rule",
            ["Condition", "Result", "What the facts say", "Provision"],
            lines,
            widths=[36, 14, 26, 24],
        )
    ]


def known_facts(told: Told) -> list[Block]:
    """Every fact that was asked: known, unknown, disputed."""
    asked = set(told.facts) | {key for one in told.filing.obligation.trace for key in one.get("facts", ())}
    lines = []
    for key in sorted((key for key in asked if key in FACT_KEYS), key=lambda key: FACT_KEYS[key].label):
        fact = told.facts.get(key)
        value = told.fact(key) or (STATES[fact.state] if fact else "")
        source = fact.source if fact else "Organisation" if told.fact(key) else ""
        lines.append([FACT_KEYS[key].label, value or NOT_KNOWN, source or "–"])
    if not lines:
        return [remark("No facts have been recorded yet.")]
    return [table("Facts, each with its source", ["Fact", "Value", "Source"], lines, widths=[32, 36, 32])]


def declaration(told: Told, by: User) -> list[Block]:
    return [
        remark(
            "I declare that this report tells the facts as they are known to the organisation at the time stated here. "
            "What is not known yet is marked as such and will be reported once it is known."
        ),
        rows(
            row("Declared by", person_words(by)),
            row("Declared on", told.when(told.now)),
            row("For", told.organisation.name),
        ),
    ]


def cover(told: Told, by: User) -> list[dict[str, str]]:
    """Who, what, when, under which law: the block on the first page."""
    filing, obligation = told.filing, told.filing.obligation
    aware = next((one for one in told.times if one.kind == "aware"), None)
    due = "No fixed time in law"
    margin = ""
    if obligation.due_at:
        due = instant_words(obligation.due_at, obligation.due_zone)
        left = obligation.due_at - told.now
        margin = (
            f"declared {span_words(left)} {'before' if left.total_seconds() >= 0 else 'after'} it was due"
        )
    people, basis = told.people or (None, "")
    tier = told.fact("risk_tier")
    return [
        row("To", filing.recipient_name),
        row(
            "From",
            told.organisation.name,
            listed([told.organisation.contact_name, told.organisation.contact_email]),
        ),
        row("Law", obligation.regime, obligation.citation),
        row("Aware", instant_words(aware.at, aware.zone, aware.precision) if aware else None),
        row("Due", due, margin),
        row("Declared", told.when(told.now), person_words(by)),
        row("People", people, basis),
        row("Data", listed(in_a_row(DATA_ELEMENTS[key].label for key in told.elements))),
        row("Risk", tier),
    ]
