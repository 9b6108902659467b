"""Requests of law enforcement to wait, over every rule: which clocks stop, and that the others say they run on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from law.duties import duties_for
from law.facts import Hold
from tests.law.reference_rules import ABSENT, REFERENCE, read
from tests.law.test_world_pack import NEVER, PACK, start_of, worst
from tests.law.us_given import BY_ID, DORMANT, EVENTS, given

here = pytest.mark.skipif(not REFERENCE.exists(), reason=ABSENT)
ASKED = datetime(2026, 3, 9, 15, tzinfo=UTC)
RUNS_ON = "does not stop this clock"
# More than the notice to people waits: 45 CFR 164.412 (all notices of the subpart), 16 CFR 318.4(d), the health code of
# California, and Form 8-K Item 1.05(c).
MORE = {
    "us-fed-hipaa": {"individuals", "hhs-500", "media", "controller"},
    "us-fed-ftc-hbnr": {"individuals", "ftc-500", "media", "controller"},
    "us-ca-hsc": {"individuals", "health-department"},
    "us-fed-sec-8k": {"sec"},
    "us-fed-glba-ftc": set(),  # public disclosure only, which nobody asks of us
}
# EU GDPR: no pause of the 72 hours; recital 88 lets the notice to people wait a short time.
# NPC Circular 16-03: from a hundred people on nothing waits; the facts here are of two million.
MORE["ph-dpa-20f"] = set()
NARROW = {"eu-gdpr-33": {"individuals"}}


def expected(theirs):
    """Duties that wait, as the research has it: notice to people, where it allows a delay at all."""
    if theirs["id"] in MORE or theirs["id"] in NARROW:
        return MORE.get(theirs["id"]) or NARROW.get(theirs["id"], set())
    if "law_enforcement_delay" in theirs:
        return {"individuals"} if theirs["law_enforcement_delay"]["allowed"] else set()
    return {"individuals"} if any(row["kind"] == "law_enforcement" for row in theirs["exemptions"]) else set()


def asked(rule):
    """Facts that make the rule ask for all, and an open request in writing that names its end, for every recipient."""
    if rule.id in BY_ID:
        facts = given(BY_ID[rule.id], us_attorney_general_finding=True)
        start = min(EVENTS.values())
    else:
        facts, start = worst(rule), start_of(rule)
    events = {kind: at for kind, at in facts.events.items() if kind != "law_enforcement_cleared"}
    hold = Hold(start + timedelta(minutes=1), "FBI", written=True, until=start + timedelta(days=400))
    return replace(facts, events=events), hold


def led(rule, word, waits):
    """Whether a duty is timed by one that waits, so that it has nothing to say of its own."""
    deadline = next(duty["deadline"] for duty in rule["duties"] if duty["id"] == word.removesuffix("-late"))
    start = deadline.get("from")
    start = start if isinstance(start, dict) else {}
    after = start.get("after") or []
    return bool(
        waits & {*([after] if isinstance(after, str) else after), deadline.get("target", {}).get("as")}
    )


def told(rule, facts):
    return {duty.key.partition("/")[2]: duty for duty in duties_for(facts, replace(PACK, rules=(rule,)))}


@here
def test_a_request_stops_the_clocks_that_the_law_lets_wait_and_the_others_say_that_they_run_on():
    wrong, stopped, running = [], 0, 0
    for theirs in [*BY_ID.values(), *read("world.yaml")["rules"]]:
        rule = PACK.rule(theirs["id"])
        if rule["status"] in NEVER or theirs["id"] in DORMANT:
            continue
        facts, hold = asked(rule)
        before, after = told(rule, facts), told(rule, replace(facts, holds=(hold,)))
        waits = expected(theirs)
        for name, duty in after.items():
            word = name.partition("@")[0].partition("#")[0]
            moved = (duty.due_at, duty.target_at) != (before[name].due_at, before[name].target_at)
            says = any(RUNS_ON in note for note in duty.notes)
            should = word in waits
            ran_out = bool(before[name].due_at and before[name].due_at <= hold.requested_at)
            follows = not should and led(rule, word, waits)
            ok = (bool(duty.delay), says) == (should, not should and not follows)
            ok &= should or follows or not moved
            clock = before[name].due_at or before[name].target_at
            ok &= moved or not should or not clock or ran_out
            wrong += [] if ok else [(rule.id, name, should, moved, says, duty.delay[:40])]
            stopped, running = stopped + should, running + (not should)
    assert wrong == []
    assert (stopped > 70, running > 350) == (True, True)


@here
def test_only_a_rule_of_the_research_names_the_duties_that_wait():
    wrong = {
        rule.id: sorted(set(rule["law_enforcement_delay"]["duties"]) ^ expected(theirs))
        for theirs in [*BY_ID.values(), *read("world.yaml")["rules"]]
        for rule in [PACK.rule(theirs["id"])]
        if rule.get("law_enforcement_delay")
        and rule.id != "ph-dpa-20f"
        and set(rule["law_enforcement_delay"]["duties"]) != expected(theirs)
    }
    assert wrong == {}


@here
@pytest.mark.parametrize(
    ("key", "duty", "written", "known", "days"),
    [
        ("us-fed-hipaa", "individuals", False, {}, 30),  # 45 CFR 164.412(b)
        ("us-fed-hipaa", "hhs-500", False, {}, 30),
        ("us-fed-ftc-hbnr", "individuals", False, {}, 30),
        ("us-ca-hsc", "individuals", False, {}, 30),
        ("us-ca-hsc", "individuals", True, {}, 60),
        ("us-fed-sec-8k", "sec", True, {"us_attorney_general_finding": True}, 120),  # 30 + 30 + 60 days
        ("us-fed-sec-8k", "sec", True, {}, 0),
        ("us-fed-sec-regsp", "individuals", True, {"us_attorney_general_finding": True}, 120),
        ("us-fed-sec-regsp", "individuals", True, {}, 0),
    ],
)
def test_a_request_lasts_no_longer_than_the_law_lets_it(key, duty, written, known, days):
    """Requested before the time was over, and never lifted."""
    rule, facts = PACK.rule(key), given(BY_ID[key], 600, **known)
    usual = told(rule, facts)[duty]
    waits = told(rule, replace(facts, holds=(Hold(ASKED, "FBI", written=written),)))[duty]
    zone = ZoneInfo(usual.due_zone)
    assert (waits.due_at.astimezone(zone).date() - usual.due_at.astimezone(zone).date()).days == days


@here
def test_in_the_philippines_people_wait_for_law_enforcement_only_below_a_hundred():
    rule = PACK.rule("ph-dpa-20f")
    facts, hold = asked(rule)
    for number, waits in ((99, True), (100, False), (None, False)):
        counted = replace(facts, counts=(replace(facts.counts[0], number=number),), holds=(hold,))
        duty = told(rule, counted)["individuals"]
        assert (bool(duty.delay), any("100 or more people are affected" in note for note in duty.notes)) == (
            waits,
            not waits,
        )
