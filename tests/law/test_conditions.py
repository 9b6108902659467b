import pytest

from law.conditions import UnknownOperator, evaluate
from law.counts import CountIndex, DataTest, meets, people
from law.facts import BreachFacts, PlaceCount
from law.findings import Situation, conjunction, disjunction
from tests.law.given import NOON

YES, NO, OPEN = {"fact": "encrypted"}, {"fact": "ongoing"}, {"fact": "minors"}
FACTS = BreachFacts(
    {"encrypted": True, "ongoing": False, "risk_tier": "risk", "sectors": ("health",)},
    {"aware": NOON},
    (PlaceCount("US-CA", 10, frozenset({"name"}), True), PlaceCount("US", 5), PlaceCount("IE", None)),
    {"rule/authority@one": NOON},
)
SITUATION = Situation(FACTS, CountIndex(FACTS), "rule", frozenset({"US-CA"}), None, "US-CA")


@pytest.mark.parametrize(
    ("expression", "held"),
    [
        ({"all": [YES, YES]}, True),
        ({"all": [YES, OPEN]}, None),
        ({"all": [NO, OPEN]}, False),
        ({"any": [NO, OPEN]}, None),
        ({"any": [YES, OPEN]}, True),
        ({"any": [NO, NO]}, False),
        ({"not": NO}, True),
        ({"not": OPEN}, None),
        ({"unknown": "minors"}, True),
        ({"unknown": "encrypted"}, False),
        ({"fact": "risk_tier", "is": "risk"}, True),
        ({"fact": "risk_tier", "in": ["high"]}, False),
        ({"fact": "risk_tier", "at_least": "risk"}, True),
        ({"fact": "risk_tier", "at_least": "high"}, False),
        ({"fact": "sectors", "includes_any": ["health", "public"]}, True),
        ({"fact": "sectors", "includes_any": ["public"]}, False),
        ({"event": "aware"}, True),
        ({"event": "contained"}, None),
        ({"event": "discovered"}, None),
        ({"event": "discovered", "or_implied": True}, True),
        ({"filed": "authority"}, True),
        ({"filed": "individuals"}, False),
        ({"affected": "here"}, True),
        ({"affected": "eea"}, True),
        ({"affected": ["US-NY"]}, None),  # people of the US without a state
        ({"affected": ["BR"]}, False),
        ({"count": {"min": 10, "scope": "rule"}}, True),
        ({"count": {"min": 15, "scope": "rule"}}, None),
        ({"count": {"min": 16, "scope": "rule"}}, False),
        ({"count": {"min": 1, "max": 9, "scope": "rule"}}, False),
        ({"count": {"min": 1, "max": 14, "scope": "rule"}}, None),
        ({"count": {"min": 1, "max": 15, "scope": "rule"}}, True),
        ({"count": {"min": 99, "scope": "anywhere"}}, None),
        ({"judgement": "trade regulated under another act"}, None),
    ],
)
def test_answers_are_yes_no_or_unknown(expression, held):
    assert evaluate(expression, SITUATION).held is held


def test_a_word_that_nobody_knows_is_a_bug_and_not_a_no():
    with pytest.raises(UnknownOperator):
        evaluate({"whenever": True}, SITUATION)
    with pytest.raises(KeyError):
        evaluate({"fact": "colour"}, SITUATION)


def test_a_fact_weighs_more_the_fewer_others_stand_beside_it():
    finding = evaluate({"all": [OPEN, {"any": [{"fact": "elderly"}, {"fact": "access"}]}]}, SITUATION)
    assert finding.open_facts == {"minors": 0.5, "elderly": 0.25, "access": 0.25}


def test_what_is_decided_asks_for_nothing():
    for finding in (conjunction([evaluate(NO, SITUATION), evaluate(OPEN, SITUATION)]), disjunction([])):
        assert (finding.held, finding.open_facts) == (False, {})


@pytest.mark.parametrize(
    ("counts", "complete", "least", "most"),
    [
        ((), None, 0, None),
        ((), True, 0, 0),
        ((PlaceCount("BR", 5),), None, 0, 0),
        ((PlaceCount("BR", 5),), False, 0, None),
        ((PlaceCount("US", 5),), None, 0, 5),
        ((PlaceCount("US-CA", None),), None, 1, None),
        ((PlaceCount("US-CA", 0),), None, 0, 0),
    ],
)
def test_numbers_are_ranges_while_places_are_open(counts, complete, least, most):
    values = {} if complete is None else {"places_complete": complete}
    found = people(BreachFacts(values, {}, counts), frozenset({"US-CA"}), None)
    assert (found.least, found.most) == (least, most)


@pytest.mark.parametrize(
    ("elements", "held"),
    [(None, None), ({"ssn"}, False), ({"name", "ssn"}, True), ({"name"}, False), ({"medical"}, True)],
)
def test_a_name_and_a_listed_element_or_one_that_stands_alone(elements, held):
    rule = {"name_rule": "first_name_or_initial_plus_last", "with_name": ["ssn"], "standalone": ["medical"]}
    assert meets(DataTest.of(rule), None if elements is None else frozenset(elements)) is held
