from __future__ import annotations

from types import SimpleNamespace

import pytest

from incidents.models import Can, Incident
from insights.steps import Progress, Standing, next_step, steps

ALL = frozenset(Can)


def obligation(status: str, kind: str = "authority", pk: int = 1):
    runs = status in ("undecided", "to_decide", "required", "blocked", "delayed")
    return SimpleNamespace(pk=pk, status=status, recipient_kind=kind, runs=runs)


def standing(status: str = "open", **rows) -> Standing:
    told = {"violation": "scraping", "own_role": "controller"} if rows.pop("described", True) else {}
    given = {
        "times": frozenset({"detected"}), "facts": frozenset(), "elements": True, "people": 0, "confirmed": False,
        "assessed": False, **rows,
    }  # fmt: skip
    return Standing(incident=Incident(status=status, **told), **given)


def progress(now: Standing, title: str) -> Progress:
    return next(step.progress for step in steps(now) if step.title.startswith(title))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({}, Progress.DONE),
        ({"elements": False}, Progress.IN_PROGRESS),
        ({"described": False, "elements": False, "times": frozenset()}, Progress.NOT_STARTED),
    ],
)
def test_saying_what_happened_needs_time_kind_role_and_data(rows, expected):
    assert progress(standing(**rows), "Say what happened") is expected


@pytest.mark.parametrize(
    ("people", "confirmed", "expected"),
    [(0, False, Progress.NOT_STARTED), (9, False, Progress.IN_PROGRESS), (9, True, Progress.DONE)],
)
def test_counting_is_done_when_the_number_is_confirmed(people, confirmed, expected):
    assert progress(standing(people=people, confirmed=confirmed), "Count") is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("open", Progress.NOT_STARTED),
        ("assessing", Progress.IN_PROGRESS),
        ("confirmed", Progress.DONE),
        ("dismissed", Progress.DONE),
        ("closed", Progress.DONE),
    ],
)
def test_the_finding_follows_the_status(status, expected):
    assert progress(standing(status), "Find whether") is expected


def test_assessing_the_risk_takes_the_score_and_the_signed_finding():
    assert progress(standing(assessed=True), "Assess") is Progress.IN_PROGRESS
    assert progress(standing(assessed=True, facts=frozenset({"risk_tier"})), "Assess") is Progress.DONE


def test_deciding_waits_when_only_signatures_are_missing():
    open_one, decided = obligation("to_decide"), obligation("required", pk=2)
    assert progress(standing(obligations=[]), "Decide") is Progress.NOT_STARTED
    assert progress(standing(obligations=[open_one, decided]), "Decide") is Progress.IN_PROGRESS
    proposals = [SimpleNamespace(obligation_id=1)]
    assert (
        progress(standing(obligations=[open_one, decided], proposals=proposals), "Decide") is Progress.WAITING
    )
    assert progress(standing(obligations=[decided]), "Decide") is Progress.DONE


def test_what_is_decided_as_not_required_is_not_needed():
    now = standing(obligations=[obligation("not_required"), obligation("not_required", "individuals")])
    assert progress(now, "File") is Progress.NOT_NEEDED
    assert progress(now, "Tell") is Progress.NOT_NEEDED


def test_filing_and_telling_are_done_when_their_obligations_are_met():
    asked = [obligation("met"), obligation("met_late", pk=2), obligation("met", "individuals", pk=3)]
    assert progress(standing(obligations=asked), "File") is Progress.DONE
    assert progress(standing(obligations=asked), "Tell") is Progress.DONE
    assert (
        progress(standing(obligations=[*asked, obligation("required", pk=4)]), "File") is Progress.IN_PROGRESS
    )


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("draft", Progress.IN_PROGRESS),
        ("in_review", Progress.WAITING),
        ("approved", Progress.IN_PROGRESS),
        ("sending", Progress.IN_PROGRESS),
    ],
)
def test_telling_follows_the_notice(status, expected):
    now = standing(
        obligations=[obligation("required", "individuals")], notices=[SimpleNamespace(status=status)]
    )
    assert progress(now, "Tell") is expected


def test_the_next_step_is_the_first_open_one_that_the_person_may_take():
    now = standing("confirmed", obligations=[obligation("to_decide")])
    assert next_step(steps(now), ALL).title == "Count the people affected"
    assert next_step(steps(now), frozenset({Can.DECIDE})).title == "Decide what the law asks"
    assert next_step(steps(now), frozenset({Can.VIEW})) is None


def test_nothing_is_left_when_all_is_done():
    asked = [obligation("met"), obligation("met", "individuals", pk=2)]
    now = standing(
        "closed",
        obligations=asked,
        people=9,
        confirmed=True,
        assessed=True,
        facts=frozenset({"risk_tier"}),
        reviewed=True,
    )
    assert next_step(steps(now), ALL) is None
