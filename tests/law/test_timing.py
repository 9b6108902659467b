"""Clocks and versions that the first pack does not use but the format promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from law.duties import duties_for
from law.pack import load_pack, rule_from
from tests.law.given import NOON, at, facts, people

BARE = replace(load_pack(), rules=())
IRISH = people("IE", 5)
HOURS = {"number": 24, "unit": "hours", "binding": True}


def rule(*deadlines: dict[str, Any], **changes: Any) -> Any:
    """A rule with one duty for each deadline: first, second, third."""
    duties = [
        {"id": name, "title": name, "recipient": {"kind": "clients"}, "stage": "single", "deadline": deadline}
        for name, deadline in zip(("first", "second", "third"), deadlines, strict=False)
    ]
    return rule_from(
        {
            "id": "x",
            "title": "X",
            "place": "IE",
            "places": ["IE"],
            "status": "in_force",
            "citation": "Clause 1",
            "effective_from": "2020-01-01",
            "zone": "Europe/Dublin",
            "calendar": "IE",
            "confidence": "verified",
            "link": {"text": "People there are affected", "when": {"affected": "here"}},
            "duties": duties,
            **changes,
        }
    )


def told(made: Any, **known: Any) -> Any:
    return duties_for(facts(IRISH, **known), BARE, clauses=[made])


EARLY, LATE = NOON + timedelta(hours=1), NOON + timedelta(hours=9)
FROM_AWARE, FROM_CLASSIFIED = {**HOURS, "from": "aware"}, {**HOURS, "number": 4, "from": "classified"}


@pytest.mark.parametrize(
    ("word", "events", "due"),
    [
        ("earliest", {"aware": EARLY, "classified": LATE}, LATE + timedelta(hours=4)),
        ("latest", {"aware": EARLY, "classified": LATE}, EARLY + timedelta(hours=24)),
        ("earliest", {"aware": EARLY}, EARLY + timedelta(hours=24)),
        ("latest", {"aware": EARLY}, None),  # the other may yet end later
        ("earliest", {}, None),
    ],
)
def test_whichever_limit_is_first_or_later(word, events, due):
    (duty,) = told(rule({word: [FROM_AWARE, FROM_CLASSIFIED]}), events=events)
    assert duty.due_at == due
    assert word in duty.due_text


@pytest.mark.parametrize(
    ("start", "events", "starts_at"),
    [
        (
            {"earliest": ["discovered", "vendor_notified"]},
            {"discovered": LATE, "vendor_notified": EARLY},
            EARLY,
        ),
        ({"earliest": ["discovered", "vendor_notified"]}, {"vendor_notified": LATE, "aware": EARLY}, LATE),
        ({"latest": ["aware", "scope_known"]}, {"aware": EARLY, "scope_known": LATE}, LATE),
        ({"latest": ["aware", "scope_known"]}, {"aware": EARLY}, None),
        ("contained", {"aware": EARLY}, None),
        (None, {"aware": EARLY}, None),
    ],
)
def test_a_clock_may_start_from_several_events(start, events, starts_at):
    (duty,) = told(rule({**HOURS, "from": start}), events=events)
    assert duty.starts_at == starts_at
    assert bool(duty.due_at) == bool(starts_at)


def test_each_stage_runs_from_the_actual_filing_of_the_one_before():
    made = rule(
        FROM_AWARE,
        {"number": 1, "unit": "months", "from": {"after": "first"}, "binding": True},
        {**HOURS, "from": {"after": "second"}},
    )
    first, second, third = told(made)
    assert (second.blocked_by, second.due_at, third.blocked_by) == ("x/first", None, "x/second")
    late = at("2026-05-31T10:00:00+01:00")
    first, second, third = told(made, filings={"x/first": late})
    assert second.due_at == at("2026-06-30T23:59:59+01:00").astimezone(UTC)
    assert third.blocked_by == "x/second"
    assert first.due_at == NOON + timedelta(hours=24)


def test_the_first_of_several_filings_counts():
    made = rule(FROM_AWARE, {**HOURS, "from": {"after": "first"}})
    _, second = told(made, filings={"x/first@one": LATE, "x/first@two": EARLY, "x/firstly": NOON})
    assert second.starts_at == EARLY


@pytest.mark.parametrize(
    ("known", "number", "note"),
    [
        ({"minors": True}, 48, "Children: 48 hours."),
        ({"minors": False}, 24, ""),
        ({}, 24, "Not known: Children: 48 hours."),
    ],
)
def test_facts_may_choose_another_number(known, number, note):
    options = [{"when": {"fact": "minors"}, "number": 48, "text": "Children: 48 hours."}]
    (duty,) = told(rule({**FROM_AWARE, "alternatives": options}), **known)
    assert duty.due_at == NOON + timedelta(hours=number)
    assert (note in duty.notes) == bool(note)


@pytest.mark.parametrize(
    ("changes", "day", "applies"),
    [
        ({}, "2026-01-01", True),
        ({"began": "2020-01-01"}, "2019-12-31", False),
        ({"effective_to": "2024-06-30", "status": "repealed"}, "2024-06-30", True),
        ({"effective_to": "2024-06-30", "status": "repealed"}, "2024-07-01", False),
        ({"effective_from": "2027-05-13", "status": "enacted_not_in_force"}, "2027-05-12", False),
        ({"effective_from": "2027-05-13", "status": "enacted_not_in_force"}, "2027-05-13", True),
        ({"effective_from": None, "status": "not_yet_effective"}, "2027-05-13", False),
        ({"status": "proposal"}, "2026-01-01", False),
        ({"status": "policy"}, "2026-01-01", False),
        ({"effective_from": "2027-05-13", "status": "enacted_not_in_force"}, None, False),
        ({}, None, True),
    ],
)
def test_a_rule_applies_while_it_is_law(changes, day, applies):
    events = {"aware": datetime.fromisoformat(f"{day}T12:00:00+00:00")} if day else {}
    assert bool(told(rule(FROM_AWARE, **changes), events=events)) == applies


def test_the_day_is_told_by_the_clock_of_the_place():
    events = {"aware": at("2019-12-31T23:30:00-05:00")}  # already 2020 in Dublin
    assert told(rule(FROM_AWARE), events=events)


def test_what_is_voluntary_is_never_binding():
    (duty,) = told(rule(FROM_AWARE, status="voluntary"))
    assert (duty.binding, duty.due_at) == (False, None)
    assert duty.target_text.startswith("Guidance, not law:")


def test_a_duty_carries_the_rule_that_made_it_and_its_version():
    made = rule(FROM_AWARE)
    (duty,) = told(made)
    assert duty.rule == made.data
    assert duty.rule_version == made.version
    assert rule({**FROM_AWARE, "number": 25}).version != made.version
