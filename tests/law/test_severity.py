from decimal import Decimal

import pytest

from law.severity import CATEGORIES, CIRCUMSTANCES, IDENTIFIERS, FactorsError, severity

QUIET = {"confidentiality": "0", "integrity": "0", "availability": "0", "malice": "0"}


def scored(
    dpc: dict[str, int], ei: str, reason: str = "Because of the context.", **circumstances: str
) -> str:
    found = severity(
        {
            "categories": dpc,
            "context_reason": reason,
            "identifiers": {"other": ei},
            "circumstances": {**QUIET, **circumstances},
        }
    )
    return f"{found.se.normalize():f} {found.level}"


@pytest.mark.parametrize(
    ("dpc", "ei", "circumstances", "told"),
    [
        ({"behavioural": 2}, "0.75", {"integrity": "0.25"}, "1.75 low"),
        ({"behavioural": 2}, "0.75", {"confidentiality": "0.5"}, "2 medium"),
        ({"behavioural": 2}, "1", {}, "2 medium"),
        ({"financial": 3}, "0.75", {"availability": "0.5"}, "2.75 medium"),
        ({"financial": 3}, "0.75", {"availability": "0.5", "integrity": "0.25"}, "3 high"),
        ({"financial": 3}, "1", {}, "3 high"),
        ({"financial": 3}, "1", {"confidentiality": "0.5", "integrity": "0.25"}, "3.75 high"),
        ({"financial": 3}, "1", {"confidentiality": "0.5", "malice": "0.5"}, "4 very_high"),
        ({"sensitive": 4}, "1", {}, "4 very_high"),
        ({"sensitive": 4}, "1", dict.fromkeys(QUIET, "0.5"), "6 very_high"),
        ({"simple": 1}, "0.25", {}, "0.25 low"),
    ],
)
def test_the_lower_edge_belongs_to_the_higher_level(dpc, ei, circumstances, told):
    assert scored(dpc, ei, **circumstances) == told


def test_the_highest_category_and_identifier_count_and_circumstances_add_up():
    found = severity(
        {
            "categories": {"simple": 1, "financial": 3},
            "identifiers": {"email": "1", "full_name": "0.25"},
            "circumstances": {"confidentiality": "0.25", "malice": "0.5"},
        }
    )
    assert (found.dpc, found.ei, found.cb) == (Decimal(3), Decimal(1), Decimal("0.75"))
    assert found.reasons[-1].startswith("Severity 3 × 1 + 0.75 = 3.75: high;")


@pytest.mark.parametrize(("people", "flagged"), [(None, False), (100, False), (101, True)])
def test_flags_stand_beside_the_score_and_do_not_change_it(people, flagged):
    chosen = {
        "categories": {"simple": 1},
        "identifiers": {"other": "1"},
        "people": people,
        "unintelligible": True,
    }
    found = severity(chosen)
    assert ("more_than_100_people" in found.flags) == flagged
    assert "data_unintelligible" in found.flags
    assert found.se == 1


@pytest.mark.parametrize(
    "factors",
    [
        {},
        {"categories": {"simple": 1}},
        {"categories": {"simple": 1}, "identifiers": {"other": "0.3"}},
        {"categories": {"simple": 0}, "identifiers": {"other": "1"}},
        {"categories": {"simple": 5}, "identifiers": {"other": "1"}},
        {"categories": {"simple": "1.5"}, "identifiers": {"other": "1"}},
        {"categories": {"simple": "Infinity"}, "identifiers": {"other": "1"}},
        {"categories": {"simple": "NaN"}, "identifiers": {"other": "1"}},
        {"categories": {"simple": 2}, "identifiers": {"other": "1"}},
        {"categories": {"gossip": 1}, "identifiers": {"other": "1"}},
        {"categories": {"simple": 1}, "identifiers": {"other": "1"}, "circumstances": {"malice": "0.25"}},
        {"categories": ["simple"], "identifiers": {"other": "1"}},
    ],
)
def test_factors_outside_the_method_are_refused(factors):
    with pytest.raises(FactorsError):
        severity(factors)


def test_binary_fractions_cannot_push_a_score_below_its_edge():
    chosen = {
        "categories": {"financial": 3},
        "identifiers": {"other": 0.75},
        "circumstances": {"integrity": 0.25, "malice": 0.5},
    }
    assert severity(chosen).level == "high"


def test_every_choice_of_the_form_can_be_scored():
    for category, data in CATEGORIES.items():
        for score in data.steps:
            scored({category: score}, "1")
    for identifier, (_, steps) in IDENTIFIERS.items():
        for points in steps:
            severity({"categories": {"simple": 1}, "identifiers": {identifier: points}})
    for element, (_, steps) in CIRCUMSTANCES.items():
        for points in steps:
            scored({"simple": 1}, "1", **{element: points})


def test_each_factor_keeps_its_own_reason_and_a_moved_one_needs_it():
    chosen = {
        "categories": {"simple": 3, "financial": 3},
        "identifiers": {"email": "1"},
        "circumstances": {"malice": "0.5"},
    }
    with pytest.raises(FactorsError, match=r"Simple data: .* needs its reason"):
        severity({**chosen, "reasons": {"categories.financial": "Cards."}})
    whys = {"categories.simple": "Members of a clinic.", "circumstances.malice": "Sold."}
    told = severity({**chosen, "reasons": whys}).reasons
    assert told[0].endswith("politics or faith). Members of a clinic.")
    assert [one for one in told if "Sold." in one] == [
        "Malicious intent: +0.5 (on purpose: to harm, or for gain). Sold."
    ]
    for wrong in ({"categories.age": "x"}, ["x"]):
        with pytest.raises(FactorsError, match="reasons: an object"):
            severity({**chosen, "reasons": wrong})
