"""What is still to find out, and how much each answer would settle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from law.conditions import FOR_A_PERSON
from law.duty import Duty
from law.vocabulary import EVENT_KINDS, FACT_KEYS

_COUNTS = (
    "How many people, where",
    "How many people are affected, in which places, with which kinds of data?",
)
_EVENT = "events."
JUDGED = "judged."


@dataclass(frozen=True)
class ToFindOut:
    """An open fact (`FACT_KEYS`, `counts` or `events.<kind>`) and what it would settle."""

    key: str
    label: str
    question: str
    duties: int  # how many duties it would help to decide or to date
    keys: tuple[str, ...]  # of these duties


def still_to_find_out(duties: Iterable[Duty]) -> list[ToFindOut]:
    """Open facts, the one that settles most duties first."""
    settles: dict[str, list[str]] = {}
    weights: dict[str, float] = {}
    asked: dict[str, str] = {}
    for duty in duties:
        asked |= _judgements(duty)
        for position, key in enumerate(_open_facts(duty)):
            settles.setdefault(key, []).append(duty.key)
            weights[key] = weights.get(key, 0.0) + 1 / (position + 1)
    order = sorted(settles, key=lambda key: (-len(settles[key]), -weights[key], key))
    return [ToFindOut(key, *_words(key, asked), len(settles[key]), tuple(settles[key])) for key in order]


def _open_facts(duty: Duty) -> tuple[str, ...]:
    if duty.answer == "not_required":
        return ()
    waiting = tuple(f"{_EVENT}{kind}" for kind in duty.waits_for)
    implied = (f"{_EVENT}{duty.starts_from}",) if duty.start_implied_by else ()
    return tuple(dict.fromkeys((*duty.undecided_by, *waiting, *implied)))


def _judgements(duty: Duty) -> dict[str, str]:
    """What a rule leaves to a person, by its key, in the words of the rule."""
    return {
        key: condition.found.partition(FOR_A_PERSON)[2].partition("; ")[0] or condition.text
        for condition in duty.trace
        for key in condition.facts
        if key.startswith(JUDGED)
    }


def _words(key: str, asked: Mapping[str, str]) -> tuple[str, str]:
    if key.startswith(JUDGED):
        text = asked.get(key, key)
        return text, f"For a person to judge: {text}"
    if key in FACT_KEYS:
        return FACT_KEYS[key].label, FACT_KEYS[key].question
    if key.startswith(_EVENT):
        label = EVENT_KINDS[key.removeprefix(_EVENT)]
        return label, f"When: {label[0].lower()}{label[1:]}?"
    return _COUNTS
