"""Of every rule: take any one fact away, and each duty stands, or is open and names that fact; never a silent no."""

from dataclasses import replace

import pytest

from law.duties import duties_for
from tests.law.reference_rules import ABSENT, REFERENCE
from tests.law.test_pack import walk
from tests.law.test_properties import judgements
from tests.law.test_world_pack import NEVER, PACK, worst
from tests.law.us_given import BY_ID, CONDITIONS, DORMANT, given

here = pytest.mark.skipif(not REFERENCE.exists(), reason=ABSENT)


def named(rule):
    """Facts that the rule asks for anywhere."""
    return {
        part[word]
        for part in walk(rule.data)
        for word in ("fact", "unknown")
        if isinstance(part.get(word), str)
    }


def whole(rule):
    """Facts under which the rule asks for all that it can: one set for each recipient with needs of its own."""
    if rule.id not in BY_ID:
        return [replace(worst(rule), judgements=dict.fromkeys(judgements(rule), True))]
    needs = [besides for (key, _), besides in CONDITIONS.items() if key == rule.id]
    return [given(BY_ID[rule.id], **besides) for besides in ({}, *needs)]


def told(facts, rule):
    return {duty.key: duty for duty in duties_for(facts, replace(PACK, rules=(rule,)))}


def lost(before, after, gone):
    """Duties that were owed, and now are neither owed nor open about what is gone."""
    stems = {}
    for key, duty in after.items():
        stems.setdefault(key.partition("@")[0].partition("#")[0], []).append(duty)
    for key, duty in before.items():
        left = stems.get(key.partition("@")[0].partition("#")[0], [])
        fine = any(
            one.answer == "required" or (one.answer == "undecided" and gone in one.undecided_by)
            for one in left
        )
        name = key.partition("@")[0].partition("#")[0].partition("/")[2].removesuffix("-late")
        quiet = next(spec.get("quiet") for spec in duty.rule["duties"] if spec["id"] == name)
        # A duty that concerns few is not told while it is open, as long as the law itself is.
        open_still = quiet and not left and any(gone in one.undecided_by for one in after.values())
        if duty.answer == "required" and not fine and not open_still:
            yield key, gone, [(one.answer, one.undecided_by) for one in left]


@here
def test_without_any_one_fact_a_duty_stands_or_names_that_fact():
    wrong, asked = [], 0
    for rule in PACK.rules:
        if rule["status"] in NEVER or rule.id in DORMANT:
            continue
        for facts in whole(rule):
            before = told(facts, rule)
            for key in [*sorted(named(rule) & facts.values.keys()), "role"]:
                values = {name: value for name, value in facts.values.items() if name != key}
                wrong += lost(before, told(replace(facts, values=values), rule), key)
                asked += 1
            anywhere = {name: value for name, value in facts.values.items() if name != "places_complete"}
            wrong += lost(before, told(replace(facts, values=anywhere, counts=()), rule), "counts")
            for key in facts.judgements:
                kept = {name: value for name, value in facts.judgements.items() if name != key}
                wrong += lost(before, told(replace(facts, judgements=kept), rule), key)
    assert wrong == []
    assert asked > 1000
