"""What an evaluation costs, in calls of functions: a count that no other load on the machine moves."""

import sys
from dataclasses import replace

from law.duties import duties_for
from law.facts import PlaceCount
from law.pack import load_pack
from tests.law.given import PERSON, facts

PACK = load_pack()
PLACES = sorted({place for rule in PACK.rules for place in rule.places})
KINDS = (PERSON, frozenset({"name", "ssn"}), frozenset({"name", "medical"}))


def breach(places, rows=1):
    counts = [
        PlaceCount(place, 5_000, KINDS[(position + row) % 3], True)
        for position, place in enumerate(PLACES[:places])
        for row in range(rows)
    ]
    return facts(*counts, acquisition=True, encrypted=False)


def calls(given, pack=PACK):
    """Calls of functions in one evaluation, once everything that is kept is kept."""
    duties_for(given, pack)
    made = 0

    def count(frame, event, argument):
        nonlocal made
        made += event == "call"

    sys.setprofile(count)
    try:
        duties_for(given, pack)
    finally:
        sys.setprofile(None)
    return made


def test_the_cost_grows_no_faster_than_places_rules_and_rows():
    half = calls(breach(len(PLACES) // 2))
    whole = calls(breach(len(PLACES)))
    assert whole < 2.3 * half
    assert calls(breach(len(PLACES), rows=3)) < 1.5 * whole
    assert calls(breach(len(PLACES)), replace(PACK, rules=PACK.rules[::2])) < 0.7 * whole


def test_no_rule_costs_far_more_than_its_share():
    """Some 330 calls a rule with people everywhere: a guard, for time itself is measured by the bench."""
    assert calls(breach(len(PLACES))) < 400 * len(PACK.rules)
