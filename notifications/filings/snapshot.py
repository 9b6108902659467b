"""The frozen report: every word of the PDF and the data behind it, in one canonical text."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from accounts.models import User
from incidents import queries as incidents
from incidents.models import Obligation
from law.facts import instant_text
from notifications.filings import blocks, ground, sections, state
from notifications.filings.lifecycle import FilingStage
from notifications.filings.questions import SECTION, SECTIONS, Question
from notifications.filings.sections import Told
from notifications.models.filing import Filing

FORMAT = "forthright.filing/1"


def snapshot_of(filing: Filing, *, by: User, now: datetime) -> dict[str, Any]:
    """All that this filing says, as it stands now."""
    told = Told(filing, now)
    return {
        "format": FORMAT,
        "reference": filing.reference,
        "language": "en",
        "title": f"{_title(filing)} to {filing.recipient_name}",
        "kind": FilingStage(filing.stage).label,
        "organisation": told.organisation.name,
        "incident": {"reference": filing.incident.reference, "title": filing.incident.title},
        "recipient": {
            "kind": filing.recipient_kind,
            "authority": filing.authority_id,
            "name": filing.recipient_name,
        },
        "declared_at": instant_text(now),
        "declared_by": {"id": by.pk, "name": str(by), "roles": sorted(by.roles)},
        "cover": ground.cover(told, by),
        "sections": document(told, by),
        "data": _data(told),
    }


def _title(filing: Filing) -> str:
    words = {
        "initial": "Notification of a personal data breach",
        "update": "Further facts on a personal data breach",
    }
    return words.get(filing.stage, "Final report on a personal data breach")


def document(told: Told, by: User) -> list[dict[str, Any]]:
    """The numbered sections: facts first, then the answers in somebody's own words, then law and declaration."""
    parts = [(section.title, section_blocks(told, section.key)) for section in SECTIONS]
    parts += [
        ("Legal ground and time limit", ground.legal_ground(told)),
        ("Declaration", ground.declaration(told, by)),
        ("Annex: how the duty follows", ground.conditions(told)),
        ("Annex: facts on record", ground.known_facts(told)),
    ]
    return [
        {"number": number, "title": title, "blocks": body}
        for number, (title, body) in enumerate(parts, start=1)
    ]


def section_blocks(told: Told, key: str) -> list[blocks.Block]:
    """One section: what the facts say, then the answers."""
    section = SECTION[key]
    short = [blocks.row(one.label, _answer(told, one)) for one in section.questions if one.rows == 1]
    long = [blocks.text(one.label, _answer(told, one)) for one in section.questions if one.rows > 1]
    return blocks.joined([*sections.FACTS_OF[key](told), *([blocks.rows(*short)] if short else []), *long])


def _answer(told: Told, question: Question) -> str | None:
    """Somebody's own words; where none are wanted, why not."""
    words: str | None = told.filing.answers.get(question.key)
    if not words and question.key == "delay" and not told.late:
        return (
            "Does not apply: declared before the due time"
            if told.filing.obligation.due_at
            else "Does not apply"
        )
    if not words and question.key == "recipient_reference" and told.filing.follows is None:
        return "None yet"
    return words


def _data(told: Told) -> dict[str, Any]:
    """The same in values, for machines."""
    filing, obligation = told.filing, told.filing.obligation
    return {
        "facts": state.told_facts(filing.incident),
        "facts_hash": state.facts_hash(filing.incident),
        "answers": dict(sorted(filing.answers.items())),
        "obligation": _obligation(obligation),
        "times": [
            {
                "kind": one.kind,
                "at": instant_text(one.at),
                "zone": one.zone,
                "precision": one.precision,
                "source": one.source,
            }
            for one in told.times
        ],
        "counts": [
            {
                "place": one.place,
                "number": one.number,
                "elements": list(one.elements),
                "basis": one.basis,
                "source": one.source,
            }
            for one in incidents.current_counts(filing.incident)
        ],
        "follows": filing.follows.reference if filing.follows else None,
    }


def _obligation(obligation: Obligation) -> dict[str, Any]:
    return {
        "key": obligation.key,
        "rule": obligation.rule_id,
        "pack": obligation.pack_version,
        "citation": obligation.citation,
        "place": obligation.place,
        "stage": obligation.stage,
        "started_at": _instant(obligation.started_at),
        "due_at": _instant(obligation.due_at),
        "due_zone": obligation.due_zone,
        "due_text": obligation.due_text,
        "trace": obligation.trace,
        "status": obligation.status,
    }


def _instant(at: datetime | None) -> str | None:
    return instant_text(at) if at else None


def free_texts(filing: Filing) -> list[tuple[str, str]]:
    """Everything people typed that would go into the report, with its place in words."""
    told = Told(filing, filing.edited_at)
    texts = [("Title of the incident", filing.incident.title)]
    for section in SECTIONS:
        texts += [(one.label, filing.answers.get(one.key, "")) for one in section.questions]
    texts += [(f"Time “{one.kind}”", f"{one.source} {one.reasoning}") for one in told.times]
    texts += [(f"Source of the fact “{key}”", fact.source) for key, fact in told.facts.items()]
    texts += [("Source of the numbers", one.source) for one in incidents.current_counts(filing.incident)]
    return texts


def sealed(snapshot: dict[str, Any]) -> tuple[str, str]:
    """The canonical text of a snapshot and its SHA-256."""
    words = state.canonical(snapshot)
    return words, hashlib.sha256(words.encode()).hexdigest()
