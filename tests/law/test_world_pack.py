"""Every rule outside the US: both sides of its threshold, and the due instant of each of its numbers.

Due instants are counted here from the research itself, not from the pack.
"""

import calendar
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from law.duties import duties_for
from law.facts import BreachFacts, PlaceCount
from law.pack import load_pack
from law.vocabulary import CAPACITIES, DATA_ELEMENTS, EVENT_KINDS, FACT_KEYS, INCIDENT_CLASSES
from tests.law.given import answers, facts, people
from tests.law.reference_rules import ABSENT, REFERENCE, read

here = pytest.mark.skipif(not REFERENCE.exists(), reason=ABSENT)
PACK = load_pack()
RULES = {rule.id: rule for rule in PACK.rules if not rule.id.startswith("us-")}
HARMS = [fact.key for fact in FACT_KEYS.values() if fact.group == "harm" and fact.type == "bool"]
NEVER = {"proposal", "policy"}
# Others go first, or a word of the rule itself takes us out of it.
OUTSIDE = {
    "public_body",
    "free_zone_entity",
    "financial_entity",
    "eu_institution",
    "law_enforcement_authority",
    "intelligence_service",
}
# Public holidays of the weeks after the starts below, where a rule counts working days.
HOLIDAYS = {"CO": {date(2026, 11, 2)}, "EC": {date(2026, 11, 2), date(2026, 11, 3)}}
FRIDAY_SATURDAY = {"EG"}


def start_of(rule):
    """A Tuesday on which the rule is law, without public holidays near."""
    by_rule = {
        "eu-aiact-73": "2028-01-11", "jp-appi-2026": "2028-08-01", "py-7593": "2028-02-01",
        "in-dpdp-8-6": "2027-06-01", "bd-pdpo-2025": "2027-06-01", "eu-eidas-19": "2024-06-04",
        "uk-pecr-5a-old": "2025-06-03", "kr-pipa-34-2023": "2026-06-02", "cl-21719": "2027-01-12",
    }  # fmt: skip
    return datetime.combine(date.fromisoformat(by_rule.get(rule.id, "2026-10-13")), time(10, 20), UTC)


def worst(rule, **known):
    """Facts under which the rule asks for all that it can ask."""
    country = rule["places"][0]
    base = {
        "role": "controller", "establishments": (country,), "main_establishment": country, "risk_tier": "high",
        "breach_kinds": ("confidentiality", "integrity", "availability", "service"), "minors": True,
        "capacities": tuple(sorted(set(CAPACITIES) - OUTSIDE | (bound(rule) & OUTSIDE))),
        "incident_classes": tuple(sorted(INCIDENT_CLASSES)), "app_entity": True, "access": True, "acquisition": True,
        "use_or_disclosure": True, "illegal_access": True, "large_scale": True, "authority_ordered": True,
        "clients_financially_affected": True, "ongoing": False, "sectors": ("digital",),
        "my_health_records": rule.id == "au-mhr-75", **{key: key != "remedial_action" for key in HARMS},
        **known,
    }  # fmt: skip
    start = start_of(rule)
    filings = {
        f"{rule.id}/{duty['id']}{suffix}": start
        for duty in rule["duties"]
        for suffix in suffixes(duty, country)
    }
    counted = PlaceCount(country, 2_000_000, frozenset(DATA_ELEMENTS), confirmed=True)
    return BreachFacts(base, dict.fromkeys(EVENT_KINDS, start), (counted,), filings)


def suffixes(duty, country):
    group = {"eea-sa": "", "nis2-csirt": "-nis2", "dora-nca": "-dora", "market-authority": "-mar"}
    return ("", f"@{country.lower()}{group.get(duty['recipient'].get('group'), '')}")


def bound(rule):
    """Capacities that the rule's link asks for."""
    tests = rule["link"]["when"].get("all", ())
    return {word for test in tests for word in test.get("includes_any", ())}


def told(given, rule):
    return duties_for(given, replace(PACK, rules=(rule,)))


# Due instants


def working(day, country):
    weekend = (4, 5) if country in FRIDAY_SATURDAY else (5, 6)
    return day.weekday() not in weekend and day not in HOLIDAYS.get(country, ())


def due_by_the_research(row, start, rule, country):
    """The end of a period as the counting rules of the research say it."""
    number, unit, zone = row["number"], row["unit"], ZoneInfo(zone_of(rule, row, country))
    if unit == "hours":
        return start + timedelta(hours=number)
    day = start.astimezone(zone).date()
    if unit == "business_days":
        while number:
            day += timedelta(days=1)
            number -= working(day, country)
    elif unit == "months":
        month = day.month + number
        year, month = day.year + (month - 1) // 12, (month - 1) % 12 + 1
        day = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    else:
        day += timedelta(days=number)
    while row["counting"] == "eu_1182_71" and day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def zone_of(rule, row, country):
    return "Europe/Vienna" if country == "AT" else rule["zone"]


VARIANTS = {
    "nothing": {},
    "no wrongful purpose": {"wrongful_purpose": False},
    "not critical": {"incident_classes": tuple(sorted(set(INCIDENT_CLASSES) - {"critical_service", "major_network", "particularly_major"}))},
    "lesser impact": {"incident_classes": ("critical_infrastructure_relevant", "critical_infrastructure_attack")},
    "public body": {"capacities": ("network_operator", "public_body")},
    "network": {"capacities": ("network_operator", "operator_essential", "nis2_annex_i")},
    "processor": {"role": "processor"},
}  # fmt: skip


# Guidance on a duty whose law has no number: it is the aim of that duty.
AIMED = {"nz-pa2020-114"}


def side_of(duty):
    return (
        "individual"
        if duty.recipient.kind in SIDES["individual"]
        else duty.recipient.kind == "controller" or "authority"
    )


def instants(rule):
    """Every instant of the law, or of guidance, with whom it is towards, under the worst facts and under variants."""
    judged = [f"judged.{rule.id}/{name}" for name in names_of_judgements(rule)]
    severe = {key: True for key in judged if "widespread" not in key}
    mild = {key: "widespread" not in key and "death" not in key for key in judged}
    findings = (dict.fromkeys(judged, True), dict.fromkeys(judged, False), severe, mild) if judged else ({},)
    chooses = any(duty["deadline"].get("alternatives") for duty in rule["duties"])
    found = set()
    for known, judgements in product(VARIANTS.values() if chooses else ({}, {"role": "processor"}), findings):
        given = replace(worst(rule, **known), judgements=judgements)
        calm = replace(
            given, values={**given.values, "breach_kinds": ("integrity",), "illegal_access": False}
        )
        possible = {kind: at for kind, at in given.events.items() if kind != "aware"}
        for one in (given, calm, replace(given, events=possible)) if chooses or not known else (given,):
            for duty in told(one, rule):
                guidance = "Guidance" in duty.target_text or rule.id in AIMED
                guided = duty.target_at if guidance else None
                found |= {(side_of(duty), at) for at in (duty.due_at, guided) if at}
    return found


def names_of_judgements(rule):
    text = json.dumps(dict(rule.data))
    return {part.split('"')[1] for part in text.split('"as"')[1:]}


@here
def test_each_number_of_the_research_is_due_when_the_research_says():
    wrong = []
    for theirs in read("world.yaml")["rules"]:
        rule = RULES[theirs["id"]]
        if rule["status"] in NEVER or rule["effective_from"] is None or rule.id in ELSEWHERE:
            continue
        country, found = rule["places"][0], instants(rule)
        for side in SIDES:
            for row in theirs[f"{side}_deadlines"]:
                if row["number"] is not None and row["from"] != "unspecified":
                    due = due_by_the_research(row, start_of(rule), rule, country)
                    told_so = (side, due) in found
                    wrong += [] if told_so else [(rule.id, side, row["number"], row["unit"], str(due))]
    assert wrong == []


# Tested state by state, or with its own weekend rule, in files or tests of their own.
ELSEWHERE = {"eu-nis2-23", "eu-gdpr-33-no-establishment", "eu-dora-19", "br-lgpd-48", "sg-pdpa-26d", "au-ndb"}


# Both sides of each threshold

QUIET_TIERS = {"none", "voluntary", "on_order"}


def harmless(rule, risk="unlikely"):
    """The same breach without harm, order, count or class that would make it notifiable."""
    small = PlaceCount(rule["places"][0], 3, frozenset({"name", "email"}), confirmed=True)
    calm = dict.fromkeys((*HARMS, "authority_ordered", "large_scale", "minors", "illegal_access"), False)
    given = worst(rule, **calm, risk_tier=risk, incident_classes=(), clients_financially_affected=False)
    quiet = ("access", "use_or_disclosure", "acquisition")
    values = {key: False if key in quiet else value for key, value in given.values.items()}
    events = {
        kind: at for kind, at in given.events.items() if kind not in ("ransom_paid", "information_requested")
    }
    kinds = ("availability",) if rule.id in ("in-certin-70b", "il-dsr-11") else values["breach_kinds"]
    return replace(
        given, values={**values, "breach_kinds": kinds}, events=events, counts=(small,), filings={}
    )


def reached(given, rule, kinds):
    found = [duty for duty in told(given, rule) if duty.recipient.kind in kinds]
    return {duty.answer for duty in found if duty.stage not in ("update", "on_request", "log_only")}


SIDES = {"authority": ("authority", "police"), "individual": ("individuals", "clients", "public")}
# The threshold of these is no finding of ours, or somebody else tells people.
APART = {
    ("kz-pdp-25", "individual"), ("tw-sector-72h", "individual"), ("de-sgbx-83a", "individual"),
    ("eu-gdpr-33-no-establishment", "authority"), ("eu-gdpr-33-no-establishment", "individual"),
    ("au-mhr-75", "individual"), ("eu-eidas-20", "authority"), ("eu-mar-17", "authority"), ("by-99z-16", "authority"),
    ("am-pdp-21", "individual"), ("eu-cra-14-vuln", "individual"), ("eu-cra-14-incident", "individual"),
    ("cn-ndsr-11", "authority"), ("eu-dora-19-threat", "authority"),
}  # fmt: skip


def sides():
    for theirs in read("world.yaml")["rules"]:
        rule = RULES[theirs["id"]]
        for side, kinds in SIDES.items():
            tier = theirs["trigger"][f"{side}_threshold"]["tier"]
            law = rule["status"] not in NEVER and rule["effective_from"]
            if law and tier not in QUIET_TIERS and (rule.id, side) not in APART:
                yield rule, kinds, tier


@here
def test_above_its_threshold_each_rule_asks():
    wrong = [
        (rule.id, kinds, tier)
        for rule, kinds, tier in sides()
        if "required" not in reached(worst(rule), rule, kinds)
    ]
    assert wrong == []


@here
def test_below_its_threshold_a_rule_asks_nothing_and_a_rule_without_one_asks_all_the_same():
    wrong = []
    for rule, kinds, tier in sides():
        asked = "required" in reached(harmless(rule), rule, kinds)
        wrong += [(rule.id, kinds, tier)] if asked != (tier in ("any_breach", "suspected_breach")) else []
    assert wrong == []


@here
def test_a_risk_that_is_not_high_is_told_to_authorities_and_not_to_people():
    wrong = []
    for rule, kinds, tier in sides():
        if tier in ("not_unlikely_risk", "likely_risk", "high_risk"):
            asked = "required" in reached(harmless(rule, risk="risk"), rule, kinds)
            wrong += [(rule.id, kinds, tier)] if asked == (tier == "high_risk") else []
    assert wrong == []


@here
def test_with_the_harm_unknown_no_rule_says_no():
    wrong = []
    for rule, kinds, _ in sides():
        given = worst(rule)
        open_facts = {*HARMS, "risk_tier", "incident_classes", "authority_ordered"}
        values = {key: value for key, value in given.values.items() if key not in open_facts}
        answered = reached(replace(given, values=values), rule, kinds)
        wrong += [(rule.id, kinds)] if answered == {"not_required"} else []
    assert wrong == []


@pytest.mark.parametrize(
    ("rule", "place", "least", "known"),
    [
        ("kr-pipa-34", "KR", 1000, {"illegal_access": False}),
        ("jp-appi-26", "JP", 1001, {"property_damage_likely": False, "wrongful_purpose": False}),
        ("my-pdpa-12b", "MY", 1001, {"significant_harm_likely": False}),
        ("cn-ncir", "CN", 1_000_000, {"capacities": ("network_operator",), "incident_classes": ()}),
    ],
)
def test_a_number_of_people_alone_brings_the_authority_in(rule, place, least, known):
    moment = datetime(2026, 10, 13, 9, tzinfo=UTC)
    for number, answer in ((least - 1, "not_required"), (least, "required")):
        given = facts(people(place, number), events={"aware": moment, "detected": moment}, **known)
        assert answers(given, rule)["authority"] == answer, number


def test_proposals_and_policies_ask_nothing_and_repealed_laws_only_for_their_time():
    never = [rule.id for rule in RULES.values() if rule["status"] in NEVER and told(worst(rule), rule)]
    assert never == []
    today = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for rule in RULES.values():
        given = replace(worst(rule), events=dict.fromkeys(EVENT_KINDS, today))
        asks = any(duty.answer == "required" for duty in told(given, rule))
        if rule["status"] in ("repealed", "enacted_not_in_force"):
            assert not asks, rule.id


def test_what_is_voluntary_binds_nobody():
    for name in ("ar-25326", "hk-pdpo"):
        assert {duty.binding for duty in told(worst(RULES[name]), RULES[name])} == {False}


@pytest.mark.parametrize(("late", "hours"), [(None, 24), (False, 24), (True, 34)])
def test_dora_takes_the_earlier_limit_unless_the_incident_was_classified_late(late, hours):
    """Aware, and classified as major 6 or 30 hours later: 4 hours from classification, at most 24 from awareness."""
    rule, aware = RULES["eu-dora-19"], datetime(2026, 10, 13, 10, tzinfo=UTC)
    classified = aware + timedelta(hours=30)
    judgements = {} if late is None else {"judged.eu-dora-19/classified-late": late}
    given = facts(
        people("BE", 3), events={"aware": aware, "classified": classified}, capacities=("financial_entity",),
        incident_classes=("major",), establishments=("BE",), main_establishment="BE",
    )  # fmt: skip
    given = replace(given, judgements=judgements)
    first = next(duty for duty in told(given, rule) if duty.key == "eu-dora-19/authority@be-dora")
    assert first.due_at == aware + timedelta(hours=hours)
    early = replace(given, events={"aware": aware, "classified": aware + timedelta(hours=6)})
    first = next(duty for duty in told(early, rule) if duty.key == "eu-dora-19/authority@be-dora")
    assert first.due_at == aware + timedelta(hours=10) or late is True


def test_each_sector_group_has_one_authority_for_each_state():
    for group in ("nis2-csirt", "dora-nca", "market-authority"):
        members = [one.country for one in PACK.members(group)]
        assert len(members) == len(set(members)) == 30, group
