"""The duties of given facts as a text for people and as JSON for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from law.calendars import calendar_version
from law.deadlines import moment
from law.duty import Condition, Duty
from law.facts import BreachFacts, instant_text
from law.missing import still_to_find_out
from law.pack import Pack

_ANSWERS = {"required": "REQUIRED", "undecided": "UNDECIDED", "not_required": "Not required"}
_HELD = {True: "yes", False: "no", None: "not known"}


def report(facts: BreachFacts, duties: Sequence[Duty], pack: Pack, as_of: datetime) -> str:
    """All duties in words, the most urgent first, then what is still to find out."""
    lines = [
        f"Duties as of {moment(as_of, 'UTC')} · pack {pack.version} ({pack.hash[:12]}) · {calendar_version()}",
        f"Facts {facts.digest()[:12]} · this is no legal advice",
    ]
    for duty in ordered([duty for duty in duties if duty.reach == "here"]):
        lines += ["", *_duty_lines(duty, as_of)]
    lines += _possible_lines(duties)
    open_facts = still_to_find_out(duties)
    if open_facts:
        lines += ["", "Still to find out"]
        lines += [f"  {one.question} ({one.key}; {_duties(one.duties)})" for one in open_facts]
    if not duties:
        lines += ["", "No rule of the pack has a link to these facts."]
    return "\n".join(lines) + "\n"


def as_json(facts: BreachFacts, duties: Sequence[Duty], pack: Pack, as_of: datetime) -> dict[str, Any]:
    """All duties as JSON data; the copy of each rule is left out, its id and version stay."""
    return {
        "as_of": instant_text(as_of),
        "pack": {"version": pack.version, "hash": pack.hash},
        "calendars": calendar_version(),
        "facts": facts.to_dict(),
        "facts_digest": facts.digest(),
        "duties": [
            {key: value for key, value in duty.to_dict().items() if key != "rule"}
            | {"overdue": overdue(duty, as_of)}
            for duty in ordered(duties)
        ],
        "still_to_find_out": [
            {"key": one.key, "label": one.label, "question": one.question, "duties": list(one.keys)}
            for one in still_to_find_out(duties)
        ],
    }


def _possible_lines(duties: Sequence[Duty]) -> list[str]:
    """Laws that may apply once more is known: one line for each thing that would tell."""
    laws: dict[tuple[str, ...], dict[str, None]] = {}
    for duty in duties:
        if duty.reach == "possible" and duty.answer == "undecided":
            laws.setdefault(duty.undecided_by, {})[duty.regime] = None
    lines = [
        f"  {', '.join(names)} (settled by: {', '.join(open_facts)})" for open_facts, names in laws.items()
    ]
    return ["", "May apply", *lines] if lines else []


def ordered(duties: Sequence[Duty]) -> list[Duty]:
    """Required first, then undecided, then not required; each by due time or target."""
    answers = list(_ANSWERS)
    return sorted(duties, key=lambda duty: (answers.index(duty.answer), _when(duty), duty.key))


def _when(duty: Duty) -> str:
    at = duty.due_at or duty.target_at
    return instant_text(at) if at else "9999"


def overdue(duty: Duty, as_of: datetime) -> bool:
    """Whether the time that the law gives has passed; targets of our own never make a duty overdue."""
    return duty.answer != "not_required" and duty.due_at is not None and as_of > duty.due_at


def _duty_lines(duty: Duty, as_of: datetime) -> list[str]:
    late = " · OVERDUE" if overdue(duty, as_of) else ""
    doubt = "" if duty.confidence == "verified" else f" · confidence: {duty.confidence}"
    guidance = "" if duty.binding else " · not binding"
    lines = [
        f"{_ANSWERS[duty.answer]}: {duty.title}{late}",
        f"  {duty.regime} · {duty.citation}{doubt}{guidance} · {duty.key}",
    ]
    if duty.answer != "not_required":
        lines += [f"  {text}" for text in (duty.due_text, duty.target_text) if text]
        lines += [f"  Order: {duty.order}"] if duty.order else []
        lines += [f"  Way: {duty.channel}"] if duty.channel else []
        lines += [f"  {duty.delay}"] if duty.delay else []
    lines += [f"    {_condition_line(condition)}" for condition in duty.trace]
    if duty.undecided_by:
        lines.append(f"  Would be settled by: {', '.join(duty.undecided_by)}")
    return lines + [f"  Note: {note}" for note in duty.notes]


def _condition_line(condition: Condition) -> str:
    mark = "unless" if condition.effect == "excuses" else "if"
    found = f" [{condition.found}]" if condition.found else ""
    return f"{mark} {condition.text} → {_HELD[condition.held]}{found} ({condition.citation})"


def _duties(number: int) -> str:
    return "1 duty" if number == 1 else f"{number} duties"
