"""All rules of the United States against the research: what is lost, thresholds, times.

Expected values come from the research alone; each test collects what is wrong over all rules.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays

from law.convert.__main__ import main
from law.facts import PlaceCount
from law.vocabulary import DATA_ELEMENTS
from tests.law.us_given import (
    BY_ID,
    DORMANT,
    EVENTS,
    HHS_TOLD,
    PACK,
    REFERENCE,
    RULES,
    START,
    STATES,
    answer,
    found,
    given,
    needs_research,
    recipients,
)

pytestmark = needs_research


def test_every_rule_of_the_research_is_in_the_pack():
    assert len(RULES) == 66
    assert {rule["id"] for rule in RULES} <= {rule.id for rule in PACK.rules}


def test_nothing_of_the_research_is_lost(capsys):
    code = main(["us", "--check", "--reference", str(REFERENCE)])
    assert (code, capsys.readouterr().out) == (0, "0 lost\n")


def test_the_check_reports_what_is_lost(tmp_path, capsys):
    for file in sorted((Path(__file__).parents[2] / "law/regimes").glob("us-*.yaml")):
        text = file.read_text(encoding="utf-8")
        if file.stem == "us-fl":
            text = (
                text.replace("min: 500", "min: 501")
                .replace("number: 10", "number: 11")
                .replace("biometric, location]", "biometric]")
            )
        if file.stem != "us-ga":
            (tmp_path / file.name).write_text(text, encoding="utf-8")
    assert main(["us", "--check", "--reference", str(REFERENCE), "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "us-fl: authorities.0.count",
        "us-fl: data.with_name.geolocation",
        "us-fl: vendor_to_owner.deadline.number",
        "us-ga: no rule",
        "4 lost",
    ]


def test_a_rule_that_a_person_has_read_is_never_written_again(tmp_path):
    for rule in RULES:
        (tmp_path / f"{rule['id']}.yaml").write_text("# Read by hand\nid: kept\n", encoding="utf-8")
    (tmp_path / "us-gu.yaml").write_text("", encoding="utf-8")
    assert main(["us", "--reference", str(REFERENCE), "--out", str(tmp_path)]) == 0
    assert "id: us-gu" in (tmp_path / "us-gu.yaml").read_text(encoding="utf-8")
    kept = [file for file in tmp_path.glob("*.yaml") if "id: kept" in file.read_text(encoding="utf-8")]
    assert len(kept) == len(RULES) - 1


# Thresholds


def test_each_recipient_is_told_from_its_own_number_of_people():
    wrong = []
    for rule in RULES:
        if rule["id"] in DORMANT:
            continue
        for duty, body, besides in recipients(rule):
            least, most = body["min_residents"], body.get("max_persons")
            sides = [(least, "required"), (least - 1, "not_required")] + (
                [(most + 1, "not_required")] if most else []
            )
            if body["count_of"] in ("none", "hhs_rule"):
                sides = [(least, "required")]
            for number, wanted in sides:
                said = answer(rule, duty, given(rule, number, **besides))
                if said != wanted:
                    wrong.append((rule["id"], duty, number, said))
    assert wrong == []


def test_people_elsewhere_count_only_where_the_law_counts_all():
    wrong, everybody = (
        [],
        {("us-ar", "attorney-general"), ("us-nd", "attorney-general"), ("us-tx", "credit-agencies")},
    )
    for rule in STATES:
        for duty, body, besides in recipients(rule):
            facts = given(rule, body["min_residents"] - 1, **besides)
            if body["min_residents"] < 2:
                continue
            more = replace(
                facts, counts=(*facts.counts, PlaceCount("US-AS", 50_000, frozenset(DATA_ELEMENTS), True))
            )
            wanted = "required" if (rule["id"], duty) in everybody else "not_required"
            if answer(rule, duty, more) != wanted:
                wrong.append((rule["id"], duty))
    assert wrong == []


def test_a_credit_bureau_tells_oklahoma_from_a_thousand_on():
    rule = BY_ID["us-ok"]
    bureau = {"capacities": ("credit_bureau",)}
    said = [answer(rule, "attorney-general", given(rule, number, **bureau)) for number in (999, 1000)]
    assert said == ["not_required", "required"]


# Times


def instant(start, number, unit, zone, place):
    """The end of a period, counted here on its own: hours to the minute, days to the end of the day there."""
    if unit == "hours":
        return start + timedelta(hours=number)
    day = start.astimezone(ZoneInfo(zone)).date()
    if unit == "business_days":
        off = holidays.country_holidays("US", subdiv=place.partition("-")[2] or None)
        while number:
            day += timedelta(days=1)
            number -= day.weekday() < 5 and day not in off
    else:
        day += timedelta(days=number)
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


def expected(rule, duty, deadline):
    zone, place = duty.due_zone, PACK.rule(rule["id"])["place"]
    if deadline["number"] is None:
        return None
    if deadline["from"] == "notice_to_hhs":
        return instant(HHS_TOLD, deadline["number"], deadline["unit"], zone, place)
    if deadline["from"].startswith("end_of_calendar_year"):
        last = datetime.combine(date(2026, 12, 31), time(12), ZoneInfo(zone))
        return instant(last, deadline["number"], deadline["unit"], zone, place)
    start = max(EVENTS[kind] for kind in START[deadline["from"]])
    return instant(start, deadline["number"], deadline["unit"], zone, place)


def timed(rule) -> Iterator[tuple[str, dict, dict]]:
    """Every duty with its deadline in the research and what it needs besides."""
    if rule["individuals"]["deadline"]["from"]:
        yield "individuals", rule["individuals"]["deadline"], {}
    for duty, body, besides in recipients(rule):
        yield duty, body["deadline"], besides
    vendor = rule["vendor_to_owner"]
    if vendor and vendor["from"]:
        role = {"hipaa_role": "business_associate"} if rule["id"] == "us-fed-hipaa" else {}
        yield "controller", vendor, {"role": "processor", **role}


def test_each_duty_is_due_when_the_research_says():
    wrong, dated = [], 0
    for rule in RULES:
        if rule["id"] in DORMANT:
            continue
        filings = {"us-fed-hipaa/hhs-500@us-hhs-ocr": HHS_TOLD}
        for name, deadline, besides in timed(rule):
            number = 100 if "end_of_calendar_year" in str(deadline["from"]) else 20_000
            duty = found(rule, given(rule, number, filings=filings, **besides)).get(name)
            wanted = expected(rule, duty, deadline) if duty else "a duty"
            dated += wanted is not None
            if duty is None or duty.due_at != wanted:
                wrong.append((rule["id"], name, duty and duty.due_at, wanted))
    assert wrong == []
    assert dated > 70


def test_what_has_no_number_in_law_has_a_target_of_our_own_and_says_so():
    wrong = []
    for rule in STATES:
        for name, deadline, besides in timed(rule):
            duty = found(rule, given(rule, **besides)).get(name)
            if deadline["number"] is None and not (duty and duty.target_at and "not law" in duty.target_text):
                wrong.append((rule["id"], name))
    # Massachusetts: the agencies are known only once the state has named them.
    assert wrong == [("us-ma", "credit-agencies")]


def test_the_earlier_of_two_limits_holds():
    sent = {**EVENTS, "notice_sent": datetime(2026, 3, 4, 20, tzinfo=UTC)}
    late_vendor = {**EVENTS, "vendor_notified": datetime(2026, 3, 3, 15, tzinfo=UTC)}
    for key, duty, events, day in (
        ("us-vt", "attorney-general-preliminary", sent, "2026-03-05T04:59:59+00:00"),
        ("us-ar", "attorney-general", sent, "2026-03-05T05:59:59+00:00"),
        ("us-al", "individuals", late_vendor, "2026-04-18T04:59:59+00:00"),
    ):
        rule = BY_ID[key]
        assert found(rule, given(rule, events=events))[duty].due_at == datetime.fromisoformat(day), key


def test_business_days_leave_out_the_holidays_of_the_state():
    # Vermont's Town Meeting Day is the first Tuesday of March; elsewhere it is a working day.
    rule = BY_ID["us-vt"]
    events = {"discovered": datetime(2026, 2, 17, 17, tzinfo=UTC)}
    duty = found(rule, given(rule, events=events))["attorney-general-preliminary"]
    assert duty.due_at == datetime(2026, 3, 11, 3, 59, 59, tzinfo=UTC)
    assert all(PACK.rule(rule["id"])["calendar"] == PACK.rule(rule["id"])["place"] for rule in RULES)


def test_a_clock_of_two_events_waits_for_both():
    for key, missing in (("us-me", "scope_known"), ("us-ri", "content_known")):
        events = {kind: at for kind, at in EVENTS.items() if kind != missing}
        duty = found(BY_ID[key], given(BY_ID[key], events=events))["individuals"]
        assert (duty.due_at, missing in duty.waits_for) == (None, True), key


def test_agencies_of_rhode_island_have_thirty_days():
    rule = BY_ID["us-ri"]
    facts = given(rule, capacities=("government_agency",))
    assert found(rule, facts)["individuals"].due_at == datetime(2026, 4, 12, 3, 59, 59, tzinfo=UTC)
