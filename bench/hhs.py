"""Real breaches from the portal of the US Department of Health, put to the pack's rule: does the duty arise, at which tier?

`python -m bench.hhs [FILE]` alone, or among the benches; without the list it says so and is skipped.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from law.duties import duties_for
from law.duty import Duty
from law.facts import BreachFacts, PlaceCount
from law.pack import Pack, load_pack

LIST: Final = Path(
    os.environ.get(
        "HHS_BREACHES",
        Path(__file__).resolve().parents[2] / "shared" / "data" / "hhs-breach-report.csv",
    )
)
RULE: Final = "us-fed-hipaa"
EASTERN: Final = ZoneInfo("America/New_York")
LIMIT: Final = timedelta(days=60)  # 45 CFR 164.408(b), 164.404(b)
CAVEAT: Final = (
    "The list has no day of discovery: only whether the duty arises and at which tier is judged, never whether a filing "
    "was in time. The day of submission chooses the version alone, and the breach was discovered before it. The list gives "
    "the state of the organisation, not those where the people live, so the duty to media is decided only where 500 people "
    "or fewer are affected in all. That a breach stands in the list shows that the data were unsecured and that somebody "
    "had them; a later finding that there was no breach is not in it."
)
ANSWERS: Final = {
    "hhs-500": "tell HHS together with people, within 60 days (500 people or more)",
    "hhs-log": "log, and tell HHS within 60 days after the end of the year (fewer than 500)",
    "controller": "tell the covered entity, who tells HHS (the row is a business associate's)",
    "undecided": "undecided",
    "no_duty": "no duty",
    "not_held": "no version of the rule held for that day",
    "no_date": "no day of submission: the row cannot be read",
}
MEDIA: Final = {
    "required": "told",
    "undecided": "undecided: the states of the people are not in the list",
    "not_required": "not asked (500 people or fewer)",
}
# Why the pack does not ask at the tier of the list, which holds breaches of 500 people or more.
WHY: Final = {
    "hhs-log": "the number in the list is below 500: it stands there though the law asks for the yearly log only",
    "controller": "filed by a business associate: the law asks it to tell the covered entity, whose duty the filing is "
    "(45 CFR 164.410, 164.408)",
    "counts": "the number of people is missing",
    "hipaa_role": "whether it is a covered entity or a business associate is missing",
}


@dataclass(frozen=True)
class Row:
    """One entry; a date or a number that cannot be read is None, and so is a kind of entity that is not given."""

    state: str
    associate: bool | None
    people: int | None
    submitted: date | None


@dataclass(frozen=True)
class Judged:
    """What the pack says of a row; `media` is empty where no duty arises."""

    row: Row
    answer: str  # one of ANSWERS
    media: str = ""
    open_facts: tuple[str, ...] = ()
    early: bool = False  # whether it may have been discovered under an earlier text, though filed in time

    @property
    def why(self) -> str:
        """Why this is not the tier of the list; empty where it is, or where no version is held."""
        if self.answer == "undecided":
            return next((WHY[fact] for fact in self.open_facts if fact in WHY), "not explained")
        return (
            "" if self.answer in ("hhs-500", "not_held", "no_date") else WHY.get(self.answer, "not explained")
        )


def read(path: Path) -> list[Row]:
    """Rows of the list, quirks included: an entry may be cut off, or lack its number and its kind of entity."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return [
            Row(
                one["state"] or "",
                {"": None, "Business Associate": True}.get(one["covered_entity_type"] or "", False),
                _number(one["individuals_affected"]),
                _day(one["breach_submission_date"]),
            )
            for one in csv.DictReader(file)
        ]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def judge(rows: Iterable[Row], pack: Pack) -> Iterator[Judged]:
    """Each row by the federal rule alone, in the version of its day."""
    rule = pack.rule(RULE)
    alone = replace(pack, rules=(rule,))
    starts = date.fromisoformat(rule["effective_from"])
    for row in rows:
        if row.submitted is None:
            yield Judged(row, "no_date")
        else:
            found = _judged(row, row.submitted, alone)
            early = found.answer != "not_held" and row.submitted - LIMIT < starts
            yield replace(found, early=early)


def _judged(row: Row, submitted: date, pack: Pack) -> Judged:
    duties = {duty.key.split("/")[1]: duty for duty in duties_for(facts_of(row, submitted), pack)}
    if any(not duty.version_held for duty in duties.values()):
        return Judged(row, "not_held")
    tiers = [duties[name] for name in ("hhs-500", "hhs-log", "controller") if name in duties]
    owed = next((duty for duty in tiers if duty.answer == "required"), None)
    open_tiers = [duty for duty in tiers if duty.answer == "undecided"]
    media = duties.get("media#US")
    if owed:
        told = media.answer if media and owed.key.endswith(("hhs-500", "hhs-log")) else ""
        return Judged(row, owed.key.split("/")[1], told)
    if open_tiers:
        return Judged(row, "undecided", _told(media), open_tiers[0].undecided_by)
    return Judged(row, "no_duty")


def _told(media: Duty | None) -> str:
    return media.answer if media else ""


def facts_of(row: Row, submitted: date) -> BreachFacts:
    """What a row shows: unsecured health data came to others; who holds them, and of how many people, where it says so."""
    known: dict[str, bool | str | tuple[str, ...]] = {
        "breach_kinds": ("confidentiality",),
        "access": True,
        "encrypted": False,
        "low_probability_of_compromise": False,
        "good_faith_employee": False,
        "places_complete": True,
    }
    if row.associate is not None:
        known["role"] = "processor" if row.associate else "controller"
        known["hipaa_role"] = "business_associate" if row.associate else "covered_entity"
    at = datetime.combine(submitted, time(12), EASTERN)
    people = PlaceCount("US", row.people, frozenset({"name", "medical"}), confirmed=True)
    return BreachFacts(known, {"detected": at}, (people,))


def tell(judged: list[Judged]) -> None:
    """Figures as one JSON object a line, each disagreement with its reason, and what they do not say."""
    answers, media = Counter(one.answer for one in judged), Counter(one.media for one in judged)
    for answer, words in ANSWERS.items():
        _tell(words, answers[answer])
    for answer, words in MEDIA.items():
        _tell(f"media: {words}", media[answer])
    for why, number in Counter(one.why for one in judged if one.why).most_common():
        _tell(f"not the tier of the list: {why}", number)
    _tell(
        "submitted within 60 days after the held text began: an earlier text may govern",
        sum(one.early for one in judged),
    )
    print(json.dumps({"name": "hhs: how to read it", "text": CAVEAT}))


def _tell(words: str, number: int) -> None:
    print(json.dumps({"name": f"hhs: {words}", "value": number, "unit": "rows"}))


def run(ground: object = None, path: Path = LIST) -> None:
    """Print the figures, or why there are none."""
    if not path.is_file():
        print(json.dumps({"name": "hhs", "skipped": f"{path} is not here"}))
        return
    tell(list(judge(read(path), load_pack())))


if __name__ == "__main__":
    run(None, Path(sys.argv[1]) if len(sys.argv) > 1 else LIST)
