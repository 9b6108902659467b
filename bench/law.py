"""What an evaluation of the whole pack costs: by number of places, by number of people, and how it grows."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice

from bench.ground import Ground, tell
from law.duties import duties_for
from law.facts import BreachFacts, PlaceCount
from law.pack import Pack, load_pack

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
MOST_PLACES = 200
PEOPLE = 5_000_000
ELEMENTS = frozenset({"name", "email", "ssn"})
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def run(ground: Ground) -> None:
    """Measure the engine; it needs no database."""
    pack = load_pack()
    rules = f"{len(pack.rules)} rules"
    for number in (1, 20, MOST_PLACES):
        (times,) = _times((facts_of(pack, number), pack))
        tell(f"evaluate_ms: {rules}, {number} places", times, "ms of processor time")
    _growth(pack)
    for groups in (20, MOST_PLACES):
        (times,) = _times((facts_of(pack, groups, people=PEOPLE), pack))
        tell(f"evaluate_5m_people_ms: {rules}, {groups} groups", times, "ms of processor time")


def facts_of(pack: Pack, places: int, people: int = 100_000) -> BreachFacts:
    """A breach with so many people spread evenly over places that have law, one group each, and much else known."""
    known = sorted({place for rule in pack.rules for place in rule.places})
    # More places than the pack names: further groups of the same ones, with other data.
    sets = [ELEMENTS, ELEMENTS | {"medical"}, frozenset({"name", "email"})]
    cells = [(place, elements) for elements in sets for place in known][:MOST_PLACES]
    # Spread over the alphabet, so that fewer places are as mixed as many.
    cells = cells[:: MOST_PLACES // places]
    each = people // places
    return BreachFacts(
        values={
            "role": "controller",
            "breach_kinds": ("confidentiality",),
            "acquisition": True,
            "encrypted": False,
            "medium": "electronic",
            "establishments": ("IE", "US-CA"),
            "main_establishment": "IE",
            "risk_tier": "high",
            "capacities": (),
        },
        events={"detected": NOON, "aware": NOON, "discovered": NOON, "determined": NOON},
        counts=tuple(PlaceCount(place, each, elements, True) for place, elements in cells),
    )


def _times(*cases: tuple[BreachFacts, Pack]) -> list[list[float]]:
    """Milliseconds of each round of each case, taken in turn.

    Processor time, so that a busy machine tells the same. The first round fills what a process keeps and does not count.
    """
    times: list[list[float]] = [[] for _ in cases]
    for turn in range(ROUNDS + 1):
        for (facts, pack), told in zip(cases, times, strict=True):
            started = time.process_time()
            duties_for(facts, pack)
            if turn:
                told.append((time.process_time() - started) * 1000)
    return times


def _growth(pack: Pack) -> None:
    """Twice the places, then twice the rules, each against the single: 2 is linear."""
    half, whole = facts_of(pack, MOST_PLACES // 2), facts_of(pack, MOST_PLACES)
    doubled = replace(pack, rules=tuple(islice(cycle(pack.rules), 2 * len(pack.rules))))
    pairs = {
        "evaluate_growth: 100 to 200 places": ((half, pack), (whole, pack)),
        "evaluate_growth: twice the rules, 200 places": ((whole, pack), (whole, doubled)),
    }
    for name, cases in pairs.items():
        base, more = _times(*cases)
        tell(name, more, "ms of processor time", against="half of it", base=base)
