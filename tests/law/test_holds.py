"""Requests of law enforcement to wait: which clocks they stop, and when those run again."""

from datetime import timedelta

import pytest

from law.duties import duties_for
from law.facts import BreachFacts, FactsError, Hold
from law.pack import load_pack, rule_from
from tests.law.given import NOON, facts, people
from tests.law.test_versions import STATE

BARE = load_pack()
ASKED = NOON + timedelta(days=10)
MAINE = {"resume": {"number": 7, "unit": "business_days"}}
HIPAA = {"oral_max": {"number": 30, "unit": "calendar_days"}}


def told(delay, *holds, number=30, unit="calendar_days", cleared=None, requested=ASKED, **hold):
    """The duty to tell people within 30 days from NOON, under a request made ten days later."""
    deadline = {"number": number, "unit": unit, "from": "discovered", "binding": True}
    rule = {
        **STATE,
        "duties": [{**STATE["duties"][0], "deadline": deadline}],
        "law_enforcement_delay": {"allowed": True, "duties": ["individuals"], **delay},
    }
    events = {"discovered": NOON} | ({"law_enforcement_cleared": cleared} if cleared else {})
    given = facts(people("US-WA", 600), events=events)
    rows = holds or ((Hold(requested, agency="FBI", **hold),) if hold.pop("asked", True) else ())
    given = BreachFacts(given.values, given.events, given.counts, holds=rows)
    return next(duty for duty in duties_for(given, BARE, [rule_from(rule)]) if duty.rule_id == "us-xx")


UNDISTURBED = told({}, asked=False)


def local_day(duty):
    return duty.due_at and (duty.due_at - timedelta(hours=12)).date().isoformat()


def test_an_open_request_stops_the_clock_and_says_what_lifts_it():
    duty = told({}, written=True)
    assert (duty.due_at, duty.target_at) == (None, None)
    assert "law_enforcement_cleared" in duty.waits_for
    assert "FBI asked in writing" in duty.delay
    assert "The clock stands still" in duty.due_text
    assert UNDISTURBED.delay == ""


def test_the_rest_of_the_time_runs_on_after_the_request_was_lifted():
    duty = told({}, cleared_at=ASKED + timedelta(days=25))
    assert duty.due_at == UNDISTURBED.due_at + timedelta(days=25)
    assert "stood still for 25 days" in duty.due_text
    assert duty.delay == ""


def test_hours_stand_still_to_the_minute():
    usual = told({}, number=720, unit="hours", asked=False)
    duty = told({}, number=720, unit="hours", cleared_at=ASKED + timedelta(minutes=90))
    assert duty.due_at == usual.due_at + timedelta(minutes=90)


def test_lifting_may_be_recorded_as_an_event_of_the_incident():
    lifted = ASKED + timedelta(days=5)
    assert told({}, cleared=lifted).due_at == told({}, cleared_at=lifted).due_at


def test_a_rule_may_give_its_own_time_after_the_request():
    lifted = NOON + timedelta(days=60)  # Sat 9 May 2026; seven working days later, Memorial Day lies beyond
    duty = told(MAINE, cleared_at=lifted)
    assert local_day(duty) == "2026-05-19"
    assert "7 business days" in duty.due_text


def test_a_request_never_makes_the_time_shorter():
    duty = told(MAINE, cleared_at=ASKED + timedelta(days=1))
    assert duty.due_at == UNDISTURBED.due_at


@pytest.mark.parametrize(("written", "days"), [(False, 30), (True, None), (None, None)])
def test_an_oral_request_lasts_at_most_as_long_as_the_rule_says(written, days):
    duty = told(HIPAA, written=written)
    expected = UNDISTURBED.due_at + timedelta(days=days) if days else None
    assert duty.due_at == expected


def test_a_request_with_an_end_tells_the_due_time_at_once():
    until = ASKED + timedelta(days=14)
    duty = told({}, written=True, until=until)
    assert (duty.due_at, duty.delay_until) == (UNDISTURBED.due_at + timedelta(days=14), until)


@pytest.mark.parametrize(
    ("delay", "hold"),
    [
        ({"written_only": True}, {"written": False}),
        ({"until_date_only": True}, {"written": True}),
        ({"when": {"fact": "us_attorney_general_finding"}}, {"written": True}),
        ({"allowed": False}, {"written": True}),
        ({"duties": []}, {"written": True}),
        ({}, {"scope": frozenset({"media"})}),
    ],
)
def test_a_request_that_the_law_does_not_know_stops_nothing(delay, hold):
    duty = told(delay, **hold)
    assert (duty.due_at, duty.delay) == (UNDISTURBED.due_at, "")
    assert any("does not stop this clock" in note for note in duty.notes) is ("scope" not in hold)


def test_a_request_after_the_time_was_over_changes_nothing():
    late = Hold(NOON + timedelta(days=45), agency="FBI")
    assert told({}, late).due_at == UNDISTURBED.due_at


def test_requests_that_overlap_stop_the_clock_once():
    first = Hold(ASKED, "FBI", cleared_at=ASKED + timedelta(days=10))
    second = Hold(ASKED + timedelta(days=4), "State police", cleared_at=ASKED + timedelta(days=20))
    within = Hold(ASKED + timedelta(days=2), "Sheriff", cleared_at=ASKED + timedelta(days=3))
    assert told({}, first, second).due_at == UNDISTURBED.due_at + timedelta(days=20)
    assert told({}, first, within).due_at == UNDISTURBED.due_at + timedelta(days=10)


def test_requests_one_after_the_other_stop_the_clock_twice():
    first = Hold(ASKED, "FBI", cleared_at=ASKED + timedelta(days=10))
    second = Hold(NOON + timedelta(days=35), "FBI", cleared_at=NOON + timedelta(days=38))
    assert told({}, first, second).due_at == UNDISTURBED.due_at + timedelta(days=13)
    still_asked = Hold(NOON + timedelta(days=35), "FBI")
    assert told({}, first, still_asked).due_at is None


def test_without_a_number_in_law_our_own_aim_waits_too():
    usual = told({}, number=None, unit=None, asked=False)
    later = told({}, number=None, unit=None, requested=NOON, until=NOON + timedelta(days=20))
    assert later.target_at == usual.target_at + timedelta(days=20)
    assert "not law" in later.target_text


def test_an_oral_request_made_good_in_writing_goes_on_without_a_gap():
    oral = Hold(ASKED, "FBI", written=False)
    letter = Hold(ASKED + timedelta(days=29), "FBI", written=True, cleared_at=ASKED + timedelta(days=50))
    assert told(HIPAA, oral, letter).due_at == UNDISTURBED.due_at + timedelta(days=50)


def test_the_law_may_make_following_the_request_a_duty():
    assert "must be followed" in told({"mandatory": True}).delay


def test_requests_are_read_with_every_error_and_written_back():
    given = BreachFacts(holds=(Hold(ASKED, "FBI", "A. Agent", True, None, None, frozenset({"media"})),))
    assert BreachFacts.from_dict(given.to_dict()) == given
    with pytest.raises(FactsError) as refusal:
        BreachFacts.from_dict({"holds": [{"agency": "FBI", "written": "yes", "scope": ["nobody"], "x": 1}]})
    assert {error.field for error in refusal.value.errors} == {
        "holds[0].requested_at", "holds[0].written", "holds[0].scope", "holds[0].x",
    }  # fmt: skip
