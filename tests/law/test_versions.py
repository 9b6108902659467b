"""Which text of a rule governs, and that a text the pack does not hold decides nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from law.duties import duties_for
from law.facts import BreachFacts
from law.pack import load_pack, rule_from
from law.versions import NEVER_LAW, NOT_YET, rule_in_force
from tests.law.given import facts, people

BARE = load_pack()
STATE = {
    "id": "us-xx",
    "title": "XX",
    "place": "US-WA",
    "places": ["US-WA"],
    "status": "in_force",
    "citation": "Code § 1",
    "confidence": "known",
    "effective_from": "2020-03-01",
    "zone": "America/Los_Angeles",
    "version_by": ["discovered"],
    "link": {"text": "Residents are affected", "when": {"affected": "here"}},
    "duties": [
        {
            "id": "individuals",
            "title": "Tell people",
            "recipient": {"kind": "individuals"},
            "stage": "single",
            "deadline": {"number": 30, "unit": "calendar_days", "from": "discovered", "binding": True},
        }
    ],
}
OLD = {"effective_to": "2020-02-29", "amended_by": "an act", "individual_deadline": "45 days"}
LONGER = {"individuals": {"deadline": {**STATE["duties"][0]["deadline"], "number": 45}}}


def found(day, **changes):
    """The duty to people under the rule, for a breach discovered at noon of that day in UTC; None: no event at all."""
    events = {"discovered": datetime.fromisoformat(f"{day}T12:00:00+00:00")} if day else {}
    given = facts(people("US-WA", 600), events=events)
    told = duties_for(given, BARE, [rule_from({**STATE, **changes})])
    duties = [duty for duty in told if duty.rule_id == "us-xx"]
    return duties[0] if duties else None


def test_a_day_before_the_first_version_held_is_undecided_and_says_so():
    before, after = found("2020-02-29"), found("2020-03-01")
    assert (before.answer, before.version_held, before.due_at) == ("undecided", False, None)
    assert "No version of this rule is held for 29 Feb 2020" in before.due_text
    assert "No version" in before.trace[0].text
    assert before.rule_version == "not held"
    assert (after.answer, after.version_held) == ("required", True)
    assert "end of Tue 31 Mar 2020" in after.due_text


def test_a_rule_asked_for_two_days_tells_each_its_own_text():
    rule = rule_from({**STATE, "versions": [OLD]})
    days = [datetime(year, 3, 1, 12, tzinfo=UTC) for year in (2021, 2019, 2021)]
    told = [
        duties_for(facts(people("US-WA", 600), events={"discovered": day}), BARE, [rule])[-1] for day in days
    ]
    assert [(duty.rule_version == rule.version, duty.version_held) for duty in told] == [
        (True, True),
        (False, False),
        (True, True),
    ]


def test_the_day_is_that_of_the_place():
    events = {"discovered": datetime(2020, 3, 1, 7, tzinfo=UTC)}  # still 29 February at the Pacific
    told = duties_for(facts(people("US-WA", 9), events=events), BARE, [rule_from(STATE)])
    assert [duty.version_held for duty in told if duty.rule_id == "us-xx"] == [False]


def test_a_version_of_which_only_words_are_held_decides_nothing_and_quotes_them():
    duty = found("2019-06-01", versions=[OLD])
    assert (duty.answer, duty.version_held) == ("undecided", False)
    assert "people: 45 days" in duty.due_text


def test_a_version_that_is_held_decides_with_its_own_text():
    duty = found("2019-06-01", versions=[{**OLD, "changes": {"duties": LONGER}}])
    assert (duty.answer, duty.version_held) == ("required", True)
    assert "45 calendar days" in duty.due_text
    same = found("2019-06-01", versions=[{**OLD, "changes": {}}])
    assert "30 calendar days" in same.due_text


def test_a_law_that_did_not_exist_yet_asks_nothing():
    assert found("2019-12-31", began="2020-01-01") is None
    assert found("2020-01-01", began="2020-01-01").version_held is False


def test_a_version_without_end_governs_while_the_new_text_has_no_start():
    pending = {"effective_from": None, "status": "partly_effective"}
    words = {**OLD, "effective_to": None}
    assert found("2026-01-05", **pending, versions=[words]).version_held is False
    held = {**words, "changes": {"duties": LONGER}}
    for day in ("2026-01-05", None):
        duty = found(day, **pending, versions=[held])
        assert duty.rule["duties"][0]["deadline"]["number"] == 45


@pytest.mark.parametrize("status", ["enacted_not_in_force", "not_yet_effective"])
def test_a_law_to_come_is_neither_applied_nor_missed(status):
    assert found("2020-02-29", status=status) is None
    assert found("2020-03-01", status=status).answer == "required"


# The pack itself


def held(rule_id, day, kind):
    """Whether the pack holds the rule's text of a day; None where it asks nothing then."""
    try:
        rule = load_pack().rule(rule_id)
    except StopIteration:
        pytest.skip(f"{rule_id} is not in the pack")
    given = BreachFacts(events={kind: datetime.fromisoformat(f"{day}T20:00:00+00:00")})
    in_force = rule_in_force(rule, given)
    return in_force and in_force.held


OLDEST = (
    ("us-ca", "2020-01-01"), ("us-ct", "2018-10-01"), ("us-fl", "2014-07-01"), ("us-nc", "2009-10-01"),
    ("us-ny", "2019-10-23"), ("us-ny-dfs-500", "2017-08-28"), ("us-ok", "2008-11-01"), ("us-pa", "2006-06-20"),
    ("us-ri", "2016-07-02"), ("us-tx", "2020-01-01"), ("us-ut", "2019-05-14"), ("us-fed-ftc-hbnr", "2009-09-24"),
)  # fmt: skip


def day_before(day):
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def test_an_open_start_is_left_only_where_the_law_asked_nothing_then():
    """A version without a first day would speak for all of the past."""
    said = {
        rule.id
        for rule in load_pack().rules
        for version in rule.get("versions", ())
        if version.get("effective_from") is None and "changes" in version
    }
    assert said == {"us-fed-glba-ftc", "us-fed-sec-regsp"}


@pytest.mark.parametrize(
    ("rule_id", "day", "expected"),
    [
        ("us-wa", "2020-02-29", False),
        ("us-wa", "2020-03-01", True),
        ("us-ct", "2023-10-01", True),
        ("us-ny", "2024-12-20", True),
        # The first day of the oldest text, by the act that brought it (`began_by`, `source` of the version).
        *(row for rule, day in OLDEST for row in ((rule, day, True), (rule, day_before(day), False))),
        ("us-fed-fcc-cpni", "2008-10-01", True),
        ("us-fed-fcc-cpni", "2008-09-30", False),
        ("eu-gdpr-33", "2018-05-24", None),
        ("eu-gdpr-33", "2018-05-25", True),
    ],
)
def test_the_pack_says_which_days_it_holds(rule_id, day, expected):
    kind = "aware" if rule_id.startswith("eu") else "discovered"
    assert held(rule_id, day, kind) is expected


def test_no_rule_answers_with_todays_text_for_a_day_before_it():
    """Whatever the pack holds of a rule, the day before its start never brings today's text."""
    wrong = []
    for rule in load_pack().rules:
        if not rule.get("effective_from"):
            continue
        day = datetime.fromisoformat(f"{rule['effective_from']}T00:00:00+00:00").replace(year=1999)
        kinds = rule.get("version_by", ["aware"])
        in_force = rule_in_force(rule, BreachFacts(events={kinds[0]: day}))
        if in_force is not None and in_force.held and in_force.version == rule.version:
            wrong.append(rule.id)
    assert wrong == []


def test_a_day_before_the_oldest_text_is_silent_only_where_the_pack_says_that_there_was_no_such_law():
    said = {}
    for rule in load_pack().rules:
        if rule["status"] not in (*NEVER_LAW, *NOT_YET):
            kind = rule.get("version_by", ["aware"])[0]
            said.setdefault(held(rule.id, "1990-06-01", kind), set()).add(rule.id)
    assert said[None] == {rule.id for rule in load_pack().rules if rule.get("began")}
    assert said[True] == {"us-fed-glba-ftc", "us-fed-sec-regsp"}  # the law then is held, and asked nothing
    assert len(said[False]) > 60


# National law under a common rule

NATIONAL = {
    "places": ["BG", "IE"],
    "place": "EEA",
    "effective_from": "2023-01-16",
    "variant_by": ["main_establishment", "breach_place"],
    "variants": [
        {
            "country": "BG",
            "act": "Cybersecurity Act",
            "in_force": "2026",
            "anchor": "detection",
            "confidence": "verified",
            "differs": "from detection",
            "changes": {
                "duties": {
                    "individuals": {"deadline": {**STATE["duties"][0]["deadline"], "from": "detected"}}
                }
            },
        },
        {
            "country": "IE",
            "act": "none yet",
            "in_force": None,
            "anchor": "none",
            "confidence": "verified",
            "binding": False,
        },
    ],
}


def national(country, year=2026):
    at = datetime(year, 5, 4, 12, tzinfo=UTC)
    given = facts(
        people("BG", 1),
        people("IE", 1),
        events={"discovered": at, "detected": at},
        main_establishment=country,
    )
    told = duties_for(given, BARE, [rule_from({**STATE, **NATIONAL})])
    return next(duty for duty in told if duty.rule_id == "us-xx")


def test_the_national_law_of_the_main_establishment_is_laid_over_the_common_rule():
    assert national("BG").starts_from == "detected"
    assert any("Cybersecurity Act" in note for note in national("BG").notes)
    assert national("none").starts_from == "discovered"


def test_a_common_rule_without_national_law_is_guidance_there():
    assert national("BG").binding
    assert not national("BG", year=2025).binding
    ours = national("IE")
    assert (ours.binding, ours.due_at) == (False, None)
    assert "not law" in " ".join(ours.notes)
