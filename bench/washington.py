"""Real breach notices to Washington's Attorney General, judged by the pack's rule of the day.

`python -m bench.washington [FILE]` alone, or among the benches; without the list it says so and is skipped.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from law.duties import duties_for
from law.duty import Duty
from law.facts import BreachFacts, PlaceCount
from law.pack import Pack, load_pack

LIST: Final = Path(
    os.environ.get(
        "WA_BREACHES",
        Path(__file__).resolve().parents[2] / "shared" / "data" / "wa-ag-breaches.csv",
    )
)
RULE: Final = "us-wa"
PACIFIC: Final = ZoneInfo("America/Los_Angeles")
THIRTY: Final = timedelta(days=30)
CAVEAT: Final = (
    "The list has the day on which the organisation says that it was aware. The law counts from discovery, which may lie "
    "later (a scan for affected residents) or earlier (what a vendor knew). Each row is judged as if both were one, so "
    "'late' means late from the stated awareness, not a finding of a violation; waiting for law enforcement is not in "
    "the list either."
)


@dataclass(frozen=True)
class Row:
    """One notice; a date that cannot be read is None, as is an unreadable number."""

    id: str
    aware: datetime | None
    submitted: datetime | None
    residents: int | None


@dataclass(frozen=True)
class Judged:
    """What the pack says of a row, and what the two dates of the list say without it."""

    row: Row
    answer: str  # one of ANSWERS
    due_at: datetime | None = None
    by_dates: bool | None = None  # submitted within 30 days of awareness, by subtraction alone


ANSWERS: Final = {
    "on_time": "in time by the rule of the day",
    "late": "late by the rule of the day",
    "no_duty": "no filing with the Attorney General asked (500 residents or fewer)",
    "undecided": "undecided",
    "not_held": "no version of the rule held for that day",
    "no_dates": "a date is missing",
}


def read(path: Path) -> list[Row]:
    """Rows of the list, quirks included: empty lines are skipped, thousands have commas, dates have a time."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return [
            Row(
                one["Id"].replace(",", ""),
                _day(one.get("DateAware")),
                _day(one.get("DateSubmitted")),
                _number(one.get("WashingtoniansAffected")),
            )
            for one in csv.DictReader(file)
            if (one.get("Id") or "").replace(",", "").strip().isdigit()
        ]


def _day(text: str | None) -> datetime | None:
    """`2021 Feb 04 12:00:00 AM` as noon of that day: the list knows days, no hours."""
    try:
        day = datetime.strptime(" ".join((text or "").split()[:3]), "%Y %b %d")
    except ValueError:
        return None
    return day.replace(hour=12, tzinfo=PACIFIC)


def _number(text: str | None) -> int | None:
    plain = (text or "").replace(",", "").strip()
    return int(plain) if plain.isdigit() else None


def judge(rows: Iterable[Row], pack: Pack) -> Iterator[Judged]:
    """Each row by Washington's rule alone, in the version of its day."""
    alone = _only(pack, RULE)
    for row in rows:
        if row.aware is None or row.submitted is None:
            yield Judged(row, "no_dates")
        else:
            yield _judged(row, row.aware, row.submitted, alone)


def _judged(row: Row, aware: datetime, submitted: datetime, pack: Pack) -> Judged:
    found = {duty.key: duty for duty in duties_for(facts_of(row, aware), pack)}
    duty = next((one for key, one in found.items() if "attorney-general" in key), None)
    answer, due_at = _answer(duty, submitted), duty.due_at if duty else None
    return Judged(row, answer, due_at, submitted.date() - aware.date() <= THIRTY)


def facts_of(row: Row, aware: datetime) -> BreachFacts:
    """What a row shows. That a notice was filed shows acquisition of listed data; the list does not name them."""
    count = PlaceCount("US-WA", row.residents, frozenset({"name", "ssn"}), confirmed=True)
    return BreachFacts(
        values={
            "role": "controller",
            "breach_kinds": ("confidentiality",),
            "acquisition": True,
            "encrypted": False,
            "good_faith_employee": False,
            "harm_likely": True,
            "medium": "electronic",
        },
        events={"discovered": aware, "aware": aware},
        counts=(count,),
    )


def _answer(duty: Duty | None, submitted: datetime) -> str:
    if duty is None or not duty.version_held:
        return "not_held"
    if duty.answer != "required":
        return "no_duty" if duty.answer == "not_required" else "undecided"
    assert duty.due_at is not None
    return "on_time" if submitted <= duty.due_at else "late"


def _only(pack: Pack, rule_id: str) -> Pack:
    return replace(pack, rules=(pack.rule(rule_id),))


def disagreements(judged: Iterable[Judged]) -> list[Judged]:
    """Rows that the rule judges otherwise than the difference of the two dates does."""
    return [
        one
        for one in judged
        if one.answer in ("on_time", "late") and (one.answer == "on_time") != one.by_dates
    ]


def tell(judged: list[Judged]) -> None:
    """Figures as one JSON object a line, and what they do not say."""
    numbers = Counter(one.answer for one in judged)
    held = numbers["on_time"] + numbers["late"]
    for answer, words in ANSWERS.items():
        print(json.dumps({"name": f"washington: {words}", "value": numbers[answer], "unit": "rows"}))
    share = round(100 * numbers["on_time"] / held, 1) if held else None
    print(json.dumps({"name": "washington: in time, of those with a due time", "value": share, "unit": "%"}))
    print(
        json.dumps(
            {
                "name": "washington: rule and dates disagree",
                "value": len(disagreements(judged)),
                "unit": "rows",
            }
        )
    )
    print(json.dumps({"name": "washington: how to read it", "text": CAVEAT}))


def run(ground: object = None, path: Path = LIST) -> None:
    """Print the figures, or why there are none."""
    if not path.is_file():
        print(json.dumps({"name": "washington", "skipped": f"{path} is not here"}))
        return
    tell(list(judge(read(path), load_pack())))


if __name__ == "__main__":
    run(None, Path(sys.argv[1]) if len(sys.argv) > 1 else LIST)
