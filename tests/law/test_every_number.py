"""Numbers of single duties, each told at its own instant and from its own number of people.

What the tables of all rules cannot tell apart: duties of one rule with the same limit, alternatives, duties of a
processor, and the one person who is enough.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from law.duties import duties_for
from law.pack import rule_from
from tests.law.reference_rules import ABSENT, REFERENCE
from tests.law.test_us_pack import instant
from tests.law.test_world_pack import RULES, due_by_the_research, start_of, told, worst
from tests.law.us_given import BY_ID, EVENTS, PACK, STATES, answer, found, given

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


# Laws to come: rule, duty, its number and unit, the event, the fewest and the most people, what is known besides.
COMING = (
    ("us-fed-circia", "cisa", 72, H, "reasonable_belief", None, None, {}),
    ("us-fed-circia", "cisa-ransom", 24, H, "ransom_paid", None, None, {}),
    ("us-fed-fcc-cpni", "individuals", 30, D, "determined", 1, None, {}),
    ("us-fed-fcc-cpni", "fcc", 7, B, "determined", 500, None, {}),
    ("us-fed-fcc-cpni", "fcc-small", 7, B, "determined", 1, 499, {}),
    (
        "us-fed-fcc-cpni",
        "fcc-annual-summary",
        0,
        "first of February after",
        "determined",
        1,
        499,
        {"harm_likely": False},
    ),
)
SINCE = "2026-01-01"


@here
def test_a_law_to_come_is_counted_in_full_once_it_is_in_force():
    """The text that is carried, as if its day had come: its times, and each side of its numbers of people."""
    wrong = []
    for key, name, number, unit, event, fewest, most, known in COMING:
        rule = BY_ID[key]
        coming = rule_from(
            {**PACK.rule(key).data, "status": "in_force", "effective_from": SINCE, "versions": []}
        )
        alone = replace(PACK, rules=(coming,))
        for people, wanted in sides(fewest, most):
            duties = {stem(one): one for one in duties_for(given(rule, people, **known), alone)}
            duty = duties.get(name)
            if (duty.answer if duty else "not_required") != wanted:
                wrong.append((key, name, people, wanted))
            if (
                wanted == "required"
                and duty
                and duty.due_at != ends(EVENTS[event], number, unit, duty.due_zone)
            ):
                wrong.append((key, name, duty.due_text))
    assert wrong == []


def sides(fewest, most):
    return (
        [(20_000 if most is None else most, "required")]
        + ([(fewest, "required"), (fewest - 1, "not_required")] if fewest else [])
        + ([(most + 1, "not_required")] if most else [])
    )


def ends(start, number, unit, zone):
    if unit == "first of February after":
        return datetime(start.year + 1, 2, 1, 23, 59, 59, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return instant(start, number, unit, zone, "US")


@here
def test_the_telecoms_rule_of_2008_is_counted_in_full():
    rule = BY_ID["us-fed-fcc-cpni"]
    assert answer(rule, "fcc", given(rule, 0)) == "not_required"
    duties = found(rule, given(rule, 1))
    bodies = duties["fcc"]
    assert (bodies.answer, bodies.due_at) == ("required", ends(EVENTS["determined"], 7, B, bodies.due_zone))
    assert duties["individuals"].blocked_by.startswith("us-fed-fcc-cpni/fcc")


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
