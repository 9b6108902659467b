"""What must be true before an act; the same words serve the greyed button and the refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import User
from law.calendars import Calendars
from law.facts_reading import PLACE
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS
from policies.models import ClauseRole, ClauseScope, ClauseUnit, PolicyVersion, System

MOST_PEOPLE = 10_000_000_000
MOST_TIME = 9999  # of hours or days
LONGEST_PLACE = 6


def check_storable(text: str) -> str:
    """PostgreSQL stores no NUL; returns the text without the spaces around."""
    if "\x00" in text:
        raise ValidationError("The text holds a character that cannot be stored.", code="unstorable")
    return text.strip()


def drafted(version: PolicyVersion) -> dict[str, str]:
    """What people write of a version, as it stands."""
    return {"text": version.text, "change": version.change}


def approval_blockers(version: PolicyVersion, user: User) -> list[str]:
    """Why this person cannot approve this version: four eyes."""
    if version.author_id == user.pk or version.writers.filter(pk=user.pk).exists():
        return ["You wrote in this version; somebody else approves it."]
    return []


def submit_blockers(version: PolicyVersion) -> list[str]:
    """What a draft lacks before it can be reviewed."""
    blockers = []
    if not version.text.strip():
        blockers.append("The text is empty.")
    if version.number > 1 and not version.change.strip():
        blockers.append("It does not say what changed and why.")
    return blockers


def check_none(blockers: list[str], code: str) -> None:
    if blockers:
        raise ValidationError(" ".join(blockers), code=code)


def check_clause(scope: str, role: str, number: int, unit: str, event: str) -> None:
    """Whether the engine can read a clause's time."""
    for given, allowed, words in (
        (scope, ClauseScope.values, "Say when the clause applies."),
        (role, ClauseRole.values, "Say in which role of ours the clause applies."),
        (unit, ClauseUnit.values, "A contract's time is in hours, calendar days or working days."),
        (event, list(EVENT_KINDS), "Say from which event the time runs."),
    ):
        if given not in allowed:
            raise ValidationError(words, code="not_allowed")
    if not 1 <= number <= MOST_TIME:
        raise ValidationError(
            "Give a time from 1 to %(most)s.", code="bad_number", params={"most": MOST_TIME}
        )


def check_clause_calendar(unit: str, calendar: str) -> None:
    """Whether it is clear which days are working days."""
    if unit != ClauseUnit.BUSINESS_DAYS:
        if calendar:
            raise ValidationError("Public holidays matter for working days only.", code="calendar_not_asked")
    elif len(calendar) > LONGEST_PLACE or not PLACE.fullmatch(calendar) or not Calendars().knows(calendar):
        raise ValidationError(
            "Say whose public holidays are no working days, as a code such as IE or US-CA.",
            code="calendar_unknown",
        )


def check_holdings(elements: Iterable[str], people: Mapping[str, int]) -> None:
    """Refuse kinds of data and places that we do not know, and numbers that cannot be."""
    if unknown := sorted(set(elements) - DATA_ELEMENTS.keys()):
        raise ValidationError(
            "No kind of data that we know: %(kinds)s.",
            code="unknown_element",
            params={"kinds": ", ".join(unknown)[:200]},
        )
    if wrong := [place for place in people if len(place) > LONGEST_PLACE or not PLACE.fullmatch(place)]:
        raise ValidationError(
            "No place that we know: %(places)s. Write IE, GB or US-CA.",
            code="unknown_place",
            params={"places": ", ".join(wrong)[:200]},
        )
    if any(not 0 < number <= MOST_PEOPLE for number in people.values()):
        raise ValidationError("Give a number of people from 1 for each place.", code="bad_number")


HELD = ("name", "purpose", "owner", "vendor", "elements", "people", "records")


def held(system: System) -> dict[str, Any]:
    """What a system holds, as people write it."""
    return {name: getattr(system, name) for name in HELD}
