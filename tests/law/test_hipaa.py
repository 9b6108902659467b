from datetime import UTC, datetime

import pytest

from tests.law.given import NOON, answers, at, duties, facts, people

RULE = "us-fed-hipaa"
COVERED = {"hipaa_role": "covered_entity", "acquisition": True, "encrypted": False}


@pytest.mark.parametrize(
    ("number", "at_once", "yearly"),
    [(1, "not_required", "required"), (499, "not_required", "required"), (500, "required", "not_required")],
)
def test_500_people_in_all_decide_between_notice_now_and_the_yearly_log(number, at_once, yearly):
    rows = [people("US-CA", number - number // 2, "phi"), people("US-NV", number // 2, "phi")]
    found = answers(facts(*rows, **COVERED), RULE)
    assert (found["individuals"], found["hhs-500"], found["hhs-log"]) == ("required", at_once, yearly)


@pytest.mark.parametrize(("number", "answer"), [(500, "not_required"), (501, "required")])
def test_media_are_told_per_state_above_500_residents(number, answer):
    found = answers(facts(people("US-CA", number, "phi"), people("US-NV", 9_000, "phi"), **COVERED), RULE)
    assert (found["media#US-CA"], found["media#US-NV"]) == (answer, "required")


@pytest.mark.parametrize(("number", "answer"), [(500, "not_required"), (501, "undecided")])
def test_people_without_a_state_leave_the_media_open(number, answer):
    duty = duties(facts(people("US", number, "phi"), **COVERED))[f"{RULE}/media#US"]
    assert (duty.answer, duty.undecided_by) == (answer, ("counts",) if answer == "undecided" else ())


def test_60_days_run_from_discovery():
    events = {"discovered": at("2026-03-01T12:00:00-05:00")}
    found = duties(facts(people("US-CA", 501, "phi"), events=events, **COVERED), RULE)
    due = at("2026-04-30T23:59:59-04:00").astimezone(UTC)
    for name in ("individuals", "hhs-500", "media#US-CA"):
        assert found[f"{RULE}/{name}"].due_at == due
    assert found[f"{RULE}/media#US-CA"].title == "Tell prominent media in US-CA"


@pytest.mark.parametrize(
    ("discovered", "due"),
    [("2026-03-01", "2027-03-01"), ("2027-12-31", "2028-02-29"), ("2027-01-01", "2028-02-29")],
)
def test_the_yearly_log_is_due_60_days_after_the_year_of_discovery(discovered, due):
    events = {"discovered": at(f"{discovered}T12:00:00-05:00")}
    duty = duties(facts(people("US-CA", 3, "phi"), events=events, **COVERED))[f"{RULE}/hhs-log"]
    assert duty.due_at == at(f"{due}T23:59:59-05:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("known", "answer"),
    [
        ({}, "required"),  # presumed
        ({"low_probability_of_compromise": True}, "not_required"),
        ({"low_probability_of_compromise": False}, "required"),
        ({"encrypted": True, "key_safe": True}, "not_required"),
        ({"encrypted": True}, "undecided"),
        ({"good_faith_employee": True}, "not_required"),
        ({"acquisition": False, "access": False, "use_or_disclosure": True}, "required"),
        ({"acquisition": False, "access": False, "use_or_disclosure": False}, "not_required"),
    ],
)
def test_a_breach_is_presumed_unless_shown_otherwise(known, answer):
    assert answers(facts(people("US-CA", 9, "phi"), **{**COVERED, **known}), RULE)["individuals"] == answer


def test_a_business_associate_tells_the_covered_entity():
    known = {**COVERED, "hipaa_role": "business_associate", "role": "processor"}
    found = answers(facts(people("US-CA", 9, "phi"), **known), RULE)
    assert found["controller"] == "required"
    assert {answer for name, answer in found.items() if name != "controller"} == {"not_required"}


def test_others_never_see_it_and_an_unknown_role_asks():
    assert not duties(facts(people("US-CA", 9, "phi"), acquisition=True), RULE)
    given = facts(people("US-CA", 9, "phi"), acquisition=True, encrypted=False, forget=("hipaa_role",))
    duty = duties(given)[f"{RULE}/individuals"]
    assert (duty.answer, duty.undecided_by) == ("undecided", ("hipaa_role",))
    assert not duties(facts(people("US-CA", 9), acquisition=True, forget=("hipaa_role",)), RULE)


def test_the_oral_request_of_the_police_is_limited_in_words():
    duty = duties(facts(people("US-CA", 9, "phi"), law_enforcement_delay=True, **COVERED))[
        f"{RULE}/individuals"
    ]
    assert "oral: document, max 30 days" in duty.delay


def test_content_is_told_with_labels():
    duty = duties(facts(people("US-CA", 9, "phi"), events={"discovered": NOON}, **COVERED))[
        f"{RULE}/individuals"
    ]
    assert [content.tag for content in duty.content][:2] == ["incident_general", "breach_date"]
    assert all(content.label for content in duty.content)
    assert duty.starts_at == datetime(2026, 3, 10, 12, tzinfo=UTC)
