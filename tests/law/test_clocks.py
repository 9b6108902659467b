"""Rarer clocks: repeated filings, noon of the next working day, a date of the year, extensions, people found later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from law.duties import duties_for
from law.facts import BreachFacts
from law.pack import load_pack, rule_from
from tests.law.given import NOON, at, facts, people
from tests.law.test_versions import STATE

BARE = replace(load_pack(), rules=())
PEOPLE = STATE["duties"][0]


def told(*duties, given=None, **changes):
    """Duties of a rule of our own by their name, for a breach discovered at NOON."""
    given = given or facts(people("US-WA", 600), events={"discovered": NOON})
    rule = rule_from({**STATE, "duties": [{**PEOPLE, **duty} for duty in duties], **changes})
    return {duty.key.partition("/")[2]: duty for duty in duties_for(given, BARE, [rule])}


def deadline(**changes):
    return {"deadline": {**PEOPLE["deadline"], **changes}}


def test_a_clock_may_run_from_the_last_of_repeated_filings():
    final = {
        "id": "final",
        **deadline(**{"number": 1, "unit": "months", "from": {"after": "interim", "latest": True}}),
    }
    given = facts(people("US-WA", 600), events={"discovered": NOON}, filings={"us-xx/interim": NOON})
    once = told({"id": "interim"}, final, given=given)["final"]
    assert once.starts_at == NOON
    last = NOON + timedelta(days=9)
    again = BreachFacts(given.values, given.events, given.counts, given.filings, {"us-xx/interim": last})
    assert told({"id": "interim"}, final, given=again)["final"].starts_at == last


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-06-04T09:00:00+02:00", "2026-06-05T09:00:00+02:00"),  # Thursday to Friday
        (
            "2026-06-05T09:00:00+02:00",
            "2026-06-08T12:00:00+02:00",
        ),  # Friday: the Saturday moves to Monday noon
        ("2026-12-24T09:00:00+01:00", "2026-12-28T12:00:00+01:00"),  # Christmas and a weekend
    ],
)
def test_a_last_day_that_is_no_working_day_moves_to_noon_of_the_next(start, due):
    clock = deadline(number=24, unit="hours", counting="dora_noon")
    given = facts(people("DE", 1), events={"discovered": at(start)})
    place = {"places": ["DE"], "place": "DE", "zone": "Europe/Berlin", "calendar": "DE"}
    assert told(clock, given=given, **place)["individuals"].due_at == at(due)


def test_a_date_of_the_year_after_the_event():
    duty = told(deadline(number=0, **{"from": {"date_of_year": "02-01", "event": "discovered"}}))[
        "individuals"
    ]
    assert duty.due_at == at("2027-02-01T23:59:59-08:00")
    assert "1 February of the year after discovered" in duty.due_text


@pytest.mark.parametrize(("granted", "days"), [(True, 45), (False, 30), (None, 30)])
def test_an_extension_holds_only_where_it_was_had(granted, days):
    extension = {
        "number": 15,
        "unit": "calendar_days",
        "condition": "good cause in writing",
        "when": {"fact": "extension_granted"},
    }
    had = {} if granted is None else {"extension_granted": granted}
    given = facts(people("US-WA", 600), events={"discovered": NOON}, **had)
    duty = told(deadline(extension=extension), given=given)["individuals"]
    assert f"{days} calendar days" in duty.due_text
    assert any("good cause" in note for note in duty.notes) == (granted is not False)


@pytest.mark.parametrize(
    ("capacities", "number", "answer"),
    [((), 500, "required"), ((), 499, "not_required"), (("credit_bureau",), 999, "not_required"),
     (("credit_bureau",), 1_000, "required"), (None, 999, "undecided"), (None, 1_000, "required"), (None, 499, "not_required")],
)  # fmt: skip
def test_a_kind_of_body_may_have_a_threshold_of_its_own(capacities, number, answer):
    body = {} if capacities is None else {"capacities": capacities}
    given = facts(people("US-WA", number), events={"discovered": NOON}, **body)
    count = {"min": 500, "of": "state_residents", "exceptions": {"credit_bureau": 1000}}
    duty = told({"count": count}, given=given)["individuals"]
    assert duty.answer == answer
    assert duty.undecided_by == (("capacities",) if answer == "undecided" else ())


def test_people_found_later_have_their_own_time_and_leave_the_first_one_alone():
    late = {
        "late_found": {
            "number": None,
            "unit": None,
            "qualifier": "as_soon_as_practicable",
            "text": "as soon as practicable",
        }
    }
    found = NOON + timedelta(days=70)
    given = facts(
        people("US-WA", 600), replace(people("US-WA", 4), found_at=found), events={"discovered": NOON}
    )
    duties = told(deadline(**late), given=given)
    assert set(duties) == {"individuals", "individuals-late"}
    assert duties["individuals"].due_at == told(deadline(**late))["individuals"].due_at
    assert duties["individuals-late"].starts_at == found
    assert set(told(deadline(**late))) == {"individuals"}


def test_who_must_be_told_before_people_has_no_time_after_theirs():
    authority = {
        "id": "authority", "order": "before_individuals", "recipient": {"kind": "authority", "name": "the Attorney General"},
        **deadline(number=None, unit=None),
    }  # fmt: skip
    duties = told(authority, {})
    assert duties["authority"].target_at <= duties["individuals"].due_at
    assert any("First tell the Attorney General" in note for note in duties["individuals"].notes)
    assert not any(
        "First tell" in note for note in told({**authority, "order": "independent"}, {})["individuals"].notes
    )


def test_a_law_that_goes_before_takes_the_named_duties_away():
    displaced = {
        "rule": "us-fed",
        "text": "The federal law goes before.",
        "when": {"fact": "federal_regime_followed"},
        "duties": ["individuals"],
    }
    given = facts(people("US-WA", 9), events={"discovered": NOON}, federal_regime_followed=True)
    duties = told({}, {"id": "media"}, given=given, displaced_by=[displaced])
    assert (duties["individuals"].answer, duties["individuals"].exemption) == (
        "not_required",
        displaced["text"],
    )
    assert duties["media"].answer == "required"
    assert told({}, displaced_by=[displaced])["individuals"].answer == "required"


def test_a_judgement_is_asked_by_its_own_name_and_answered_for_its_rule_alone():
    clause = {
        "text": "An essential service is hit",
        "when": {"judgement": "An essential service is hit", "as": "essential"},
    }
    given = facts(people("US-WA", 9), events={"discovered": NOON})
    assert told({"when": [clause]})["individuals"].undecided_by == ("judged.us-xx/essential",)
    for said, answer in ((True, "required"), (False, "not_required")):
        judged = replace(
            given, judgements={"judged.us-xx/essential": said, "judged.other/essential": not said}
        )
        assert told({"when": [clause]}, given=judged)["individuals"].answer == answer


def test_what_a_text_must_not_say_is_told():
    (tag,) = told({"forbidden": ["breach_nature"]})["individuals"].forbidden
    assert tag.label == "Nature and circumstances of the breach"
