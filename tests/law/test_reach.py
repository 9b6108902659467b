"""What makes a law apply here, what leaves it possible, and what does neither."""

import pytest

from law.duties import duties_for
from law.facts import BreachFacts
from law.pack import load_pack
from tests.law.given import NOON, duties, facts, people

PACK = load_pack()
STATES = ("us-ca", "us-ny", "us-tx")


def reaches(given, rule):
    return {duty.reach for duty in duties(given, f"{rule}/").values()}


def test_with_nothing_known_every_law_is_possible_and_none_is_here():
    found = duties_for(BreachFacts(), PACK)
    assert {"eu-gdpr-33", "us-ca", "us-fed-hipaa", "br-lgpd-48"} <= {duty.rule_id for duty in found}
    assert {(duty.reach, duty.answer) for duty in found} == {("possible", "undecided")}
    assert all(duty.undecided_by and duty.due_at is None and duty.rule == {} for duty in found)


@pytest.mark.parametrize(
    ("known", "rule"),
    [
        ({"establishments": ("IE",)}, "eu-gdpr-33"),
        ({"establishments_concerned": ("IE",)}, "eu-gdpr-33"),
        ({"main_establishment": "IE"}, "eu-gdpr-33"),
        ({"breach_place": "US-CA"}, "us-ca"),
        ({"establishments": ("US-CA",)}, "us-ca"),
    ],
)
def test_a_place_of_ours_or_of_the_breach_brings_the_law_of_that_place_here(known, rule):
    assert reaches(BreachFacts(known), rule) == {"here"}
    assert reaches(BreachFacts(known), "br-lgpd-48") == {"possible"}


def test_people_counted_in_a_place_bring_its_law_here_though_their_number_is_open():
    for number in (1, None):
        assert reaches(BreachFacts(counts=(people("US-CA", number),)), "us-ca") == {"here"}
    assert reaches(BreachFacts(counts=(people("US-CA", 0),)), "us-ca") == {"possible"}


def test_a_place_served_is_a_hint_and_brings_no_law_here():
    given = BreachFacts({"places_served": ("US-CA", "IE"), "establishments": ()})
    assert reaches(given, "us-ca") == reaches(given, "eu-gdpr-33") == {"possible"}
    assert reaches(given, "br-lgpd-48") == set()


def test_a_country_without_its_part_asks_which_part():
    given = facts(people("US", 5_000, "name", "ssn"), acquisition=True)
    for rule in STATES:
        assert reaches(given, rule) == {"possible"}
        assert {duty.undecided_by for duty in duties(given, f"{rule}/").values()} == {("counts",)}
    assert reaches(facts(people("US-CA", 5_000, "name", "ssn"), acquisition=True), "us-ca") == {"here"}


@pytest.mark.parametrize(
    ("hipaa_role", "reach"), [(None, {"possible"}), ("none", set()), ("covered_entity", {"here"})]
)
def test_a_law_of_one_sector_is_here_only_when_we_are_known_to_be_of_it(hipaa_role, reach):
    role = {"hipaa_role": hipaa_role} if hipaa_role else {}
    given = BreachFacts({"role": "controller", **role}, {"discovered": NOON}, (people("US-CA", 9, "phi"),))
    assert reaches(given, "us-fed-hipaa") == reach


def test_what_known_facts_take_away_is_not_asked_for_however_far_the_breach_reaches():
    shut = {"encrypted": True, "key_safe": True}
    assert reaches(BreachFacts({"role": "controller"}), "us-ca") == {"possible"}
    assert reaches(BreachFacts({"role": "controller", **shut}), "us-ca") == set()


def test_the_places_we_know_in_full_leave_other_laws_out():
    given = facts(people("US-CA", 9), places_served=("US-CA",))
    assert reaches(given, "br-lgpd-48") == reaches(given, "eu-gdpr-33") == set()


def test_a_duty_that_is_only_possible_tells_what_it_would_ask_and_of_whom():
    duty = duties(BreachFacts(), "us-ca/")["us-ca/attorney-general"]
    assert (duty.recipient.authority, duty.stage, duty.status) == ("us-ca-ag", "single", "in_force")
    assert [condition.held for condition in duty.trace] == [None]
    assert "counts" in duty.undecided_by


def test_possible_duties_of_rules_that_nobody_asks_for_are_left_out():
    given = facts(people("US-CA", 900))
    everything = duties_for(given, PACK)
    wanted = duties_for(given, PACK, possible={"us-fed-sec-8k"})

    def rules(found, reach):
        return {duty.rule_id for duty in found if duty.reach == reach}

    assert rules(everything, "possible") > {"us-fed-sec-8k"}
    assert rules(wanted, "possible") == {"us-fed-sec-8k"}
    assert rules(wanted, "here") >= {"us-ca"}
    assert [one for one in wanted if one.reach == "here"] == [
        one for one in everything if one.reach == "here"
    ]


def test_what_is_only_possible_is_told_alone_as_it_is_told_among_all_duties():
    for given in (BreachFacts(), facts(people("US-CA", 900), people("IE", 9)), facts(people("BR", 0))):
        among = [duty for duty in duties_for(given, PACK) if duty.reach == "possible"]
        assert duties_for(given, PACK, here=False) == among
        assert among or given.counts
