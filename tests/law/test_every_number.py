"""Numbers of single duties, each told at its own instant and from its own number of people.

What the tables of all rules cannot tell apart: duties of one rule with the same limit, alternatives, duties of a
processor, and the one person who is enough.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.law.reference_rules import ABSENT, REFERENCE
from tests.law.test_world_pack import RULES, due_by_the_research, start_of, told, worst
from tests.law.us_given import BY_ID, STATES, answer, found, given

here = pytest.mark.skipif(not REFERENCE.exists(), reason=ABSENT)
CI = {"capacities": ("ci_operator", "network_operator")}
VENDOR = {"role": "processor"}
H, D, B = "hours", "calendar_days", "business_days"
# Rule, duty, its number and unit, what is known besides. All clocks start at one instant.
LIMITS = (
    ("de-tkg-169", "authority", 24, H, {}),
    ("de-tkg-169", "authority-bnetza", 24, H, {}),
    ("ec-lopdp-43", "authority", 5, B, {}),
    ("ec-lopdp-43", "authority-arcotel", 5, B, {}),
    ("ec-lopdp-43", "controller", 2, B, VENDOR),
    ("eu-eidas-19a", "individuals", 24, H, {}),
    ("eu-eidas-19a", "public", 24, H, {}),
    ("eu-eidas-24-2-fb", "individuals", 24, H, {}),
    ("eu-eidas-24-2-fb", "public", 24, H, {}),
    ("ke-dpa-43", "controller", 48, H, VENDOR),
    ("rw-058-43", "controller", 48, H, VENDOR),
    ("kr-pipa-34", "individuals", 72, H, {}),
    ("kr-network-48-3", "authority", 24, H, {}),
    ("tw-sector-72h", "authority", 72, H, {}),
    ("uk-nis-11", "authority", 72, H, {}),
    ("uk-nis-11", "authority-digital", 72, H, {}),
    ("cn-ncir", "authority", 1, H, {}),
    ("cn-ncir", "police", 1, H, {}),
    ("cn-ncir", "authority", 2, H, {"capacities": ("public_body", "network_operator")}),
    ("cl-21663", "authority-notification", 24, H, CI),
)


@here
def test_each_duty_is_due_at_its_own_instant():
    wrong = []
    for key, name, number, unit, known in LIMITS:
        rule = RULES[key]
        row = {"number": number, "unit": unit, "counting": None}
        wanted = due_by_the_research(row, start_of(rule), rule, rule["places"][0])
        dues = {duty.due_at for duty in told(worst(rule, **known), rule) if stem(duty) == name}
        wrong += [] if dues == {wanted} else [(key, name, number, wanted, dues)]
    assert wrong == []


def stem(duty):
    return duty.key.partition("/")[2].partition("@")[0].partition("#")[0]


# People


@here
def test_one_resident_is_enough_and_none_is_not():
    wrong = [
        (rule["id"], number, said)
        for rule in STATES
        for number, wanted in ((0, "not_required"), (1, "required"))
        for said in [answer(rule, "individuals", given(rule, number))]
        if said != wanted
    ]
    assert wrong == []


@here
def test_a_hundred_people_end_the_delay_in_the_philippines():
    rule = RULES["ph-dpa-20f"]
    for number, said in ((99, False), (100, True)):
        facts = worst(rule)
        facts = replace(facts, counts=(replace(facts.counts[0], number=number),))
        for name in ("authority", "individuals"):
            duty = next(one for one in told(facts, rule) if stem(one) == name)
            assert any("no delay is allowed" in note for note in duty.notes) is said, (number, name)


@here
def test_pennsylvania_offers_monitoring_for_the_listed_data_or_from_501_residents_on():
    rule = BY_ID["us-pa"]
    for elements, number, offered in (
        (("name", "ssn"), 1, True),
        (("name", "health_insurance"), 500, False),
        (("name", "health_insurance"), 501, True),
    ):
        duty = found(rule, given(rule, number, elements=elements))["individuals"]
        assert ("credit_monitoring_offer" in {one.tag for one in duty.content}) is offered, number
        assert any("12 months" in note for note in duty.notes) is offered, number


# Findings of no harm that are filed


@here
def test_a_finding_of_no_harm_is_filed_in_time():
    noon = datetime(2026, 3, 13, 15, tzinfo=UTC)
    for key, number, wanted, days in (
        ("us-fl", 1, "required", 30),
        ("us-ny", 500, "not_required", None),
        ("us-ny", 501, "required", 10),
    ):
        rule = BY_ID[key]
        made = found(rule, given(rule, number, harm_likely=False, inadvertent_by_authorised=True)).get(
            "no-harm-determination"
        )
        assert (made.answer if made else "not_required") == wanted, (key, number)
        if days:
            day = noon.astimezone(ZoneInfo(made.due_zone)).date() + timedelta(days=days)
            assert made.due_at.astimezone(ZoneInfo(made.due_zone)).date() == day, key
