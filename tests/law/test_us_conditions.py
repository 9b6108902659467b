"""What each rule of the United States needs, what excuses from it, and what it asks besides.

Expected values come from the research; each test collects what is wrong over all rules.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from law.facts import BreachFacts, Hold, PlaceCount
from law.vocabulary import DATA_ELEMENTS
from tests.law.us_given import BY_ID, EVENTS, RULES, STATES, answer, found, given, needs_research, place_of

pytestmark = needs_research


def states(names: str) -> set[str]:
    return {f"us-{name}" for name in names.split()}


# What is needed, and what excuses


def test_every_open_duty_names_the_facts_that_would_decide_it():
    wrong = []
    for rule in RULES:
        for number, elements in ((None, None), (20_000, None), (20_000, tuple(DATA_ELEMENTS))):
            counts = (
                (PlaceCount(place_of(rule), number, elements and frozenset(elements), True),)
                if number
                else ()
            )
            for events in ({}, EVENTS):
                for duty in found(rule, BreachFacts({}, events, counts)).values():
                    if duty.answer == "undecided" and duty.version_held and not duty.undecided_by:
                        wrong.append((rule["id"], duty.key, number))
    assert wrong == []


IN_DEFINITION = states("oh ok va wv ks ky sc nc hi gu mt pa id")


def test_harm_is_part_of_the_definition_or_an_exemption_to_be_shown_or_nothing():
    wrong = []
    for rule in STATES:
        exempt = rule["risk_of_harm"]["exemption"] and rule["id"] != "us-ma"
        unknown = "undecided" if rule["id"] in IN_DEFINITION else "required"
        filed = {f"{rule['id']}/no-harm-determination": EVENTS["determined"]}
        judged = {f"judged.{rule['id']}/consulted": True}
        for harm, wanted in (
            (True, "required"),
            (None, unknown),
            (False, "not_required" if exempt else "required"),
        ):
            inadvertent = {"inadvertent_by_authorised": True} if rule["id"] == "us-ny" else {}
            facts = replace(given(rule, harm_likely=harm, filings=filed, **inadvertent), judgements=judged)
            duty = found(rule, facts)["individuals"]
            if duty.answer != wanted or (wanted == "undecided" and "harm_likely" not in duty.undecided_by):
                wrong.append((rule["id"], harm, duty.answer))
    assert wrong == []


def test_an_exemption_that_must_be_filed_first_does_not_hold_before():
    for key in ("us-ak", "us-sd", "us-vt"):
        made = found(BY_ID[key], given(BY_ID[key], harm_likely=False))
        assert (made["individuals"].answer, made["no-harm-determination"].answer) == (
            "required",
            "required",
        ), key
    assert found(BY_ID["us-dc"], given(BY_ID["us-dc"], harm_likely=False))["individuals"].answer == "required"


def test_access_alone_is_enough_only_where_the_law_says_so():
    enough = {"access", "access_or_acquisition", "access_use_or_disclosure", "access_or_use"}
    use = {"acquisition_or_use", "acquisition_release_or_use", "access_use_or_disclosure", "access_or_use"}
    wrong = []
    for rule in STATES:
        standard = rule["trigger"]["standard"]
        for access, taken, used, wanted in (
            (True, False, False, standard in enough),
            (False, True, False, standard != "access_and_acquisition"),
            (True, True, False, True),
            (False, False, True, standard in use),
            (False, False, False, False),
        ):
            facts = given(rule, access=access, acquisition=taken, use_or_disclosure=used)
            if answer(rule, "individuals", facts) != ("required" if wanted else "not_required"):
                wrong.append((rule["id"], standard, access, taken, used))
    assert wrong == []


def test_encryption_excuses_only_while_the_key_is_safe():
    wrong = []
    for rule in STATES:
        for encrypted, safe, wanted in (
            (True, True, "not_required"),
            (True, False, "required"),
            (True, None, "undecided"),
            (None, None, "undecided"),
        ):
            if answer(rule, "individuals", given(rule, encrypted=encrypted, key_safe=safe)) != wanted:
                wrong.append((rule["id"], encrypted, safe))
    assert wrong == []


TAGS = {
    "dob": "birth_date", "financial_account_no_code": "financial_account", "card_number_no_code": "payment_card",
    "geolocation": "location", "alpr": "licence_plate_reads", "dissociated_data_if_link_accessed": "dissociated_data_with_link",
}  # fmt: skip


def test_the_kinds_of_data_decide_with_and_without_a_name():
    wrong = []
    for rule in STATES:
        listed = [TAGS.get(tag, tag) for tag in rule["elements"]["with_name"]]
        alone = [TAGS.get(tag, tag) for tag in rule["elements"]["standalone"]]
        sides = [((), "not_required"), (("name", "photos"), "not_required")]
        sides += [(("name", tag), "required") for tag in listed if (rule["id"], tag) != ("us-pa", "medical")]
        sides += [((tag,), "required") for tag in alone if tag != "id_theft_sufficient"]
        if rule["elements"]["name_rule"] != "any_identifier":
            sides += [((tag,), "not_required") for tag in listed if tag not in alone]
        for elements, wanted in sides:
            if answer(rule, "individuals", given(rule, elements=elements)) != wanted:
                wrong.append((rule["id"], elements, wanted))
    assert wrong == []


def test_four_states_need_no_name_where_the_data_are_enough_for_identity_theft():
    for key in ("us-ga", "us-me", "us-or", "us-wa"):
        said = [
            answer(
                BY_ID[key], "individuals", given(BY_ID[key], elements=("ssn",), id_theft_sufficient=enough)
            )
            for enough in (True, False, None)
        ]
        assert said == ["required", "not_required", "undecided"], key


def test_medical_data_bind_in_pennsylvania_only_a_state_agency():
    rule = BY_ID["us-pa"]
    for capacities, wanted in (((), "not_required"), (("government_agency",), "required")):
        facts = given(rule, elements=("name", "medical"), capacities=capacities)
        assert answer(rule, "individuals", facts) == wanted


def test_paper_is_outside_where_the_law_covers_computerised_data_only():
    wrong = [
        rule["id"]
        for rule in STATES
        if (
            answer(rule, "individuals", given(rule, medium="paper", elements=("name", "ssn", "medical")))
            == "required"
        )
        == (rule["medium"] == "electronic" and rule["id"] != "us-ar")
    ]
    assert wrong == []


# Other regimes

OUTSIDE = {
    "glba_institution": states("az ky mn nm oh sc tn wi"),
    "hipaa_role": states("az ky nm oh tn wi"),
}


def test_an_entity_outside_the_law_owes_nothing_under_it():
    wrong = []
    for rule in STATES:
        for key, value in (("glba_institution", True), ("hipaa_role", "covered_entity")):
            owed = {duty.answer for duty in found(rule, given(rule, **{key: value})).values()}
            if ("required" in owed) == (rule["id"] in OUTSIDE[key]):
                wrong.append((rule["id"], key))
    assert wrong == []


def test_notice_under_another_regime_leaves_the_authorities_to_be_told():
    wrong, excused = [], 0
    known = {
        "hipaa_role": "covered_entity", "glba_institution": True, "notified_under_federal_rules": True,
        "federal_regime_followed": True, "state_regulator_copied": True, "more_protective_law": True,
    }  # fmt: skip
    for rule in STATES:
        if rule["id"] in OUTSIDE["glba_institution"]:
            continue
        made = found(rule, given(rule, elements=("name", "medical", "ssn"), **known))
        excused += made["individuals"].answer == "not_required"
        wrong += [(rule["id"], key) for key in ("attorney-general", "consumer-protection") if key in made
                  and made[key].answer != "required" and rule["id"] not in ("us-id",)]  # fmt: skip
    assert wrong == []
    assert excused > 25


# The owner, content, waiting


def test_a_vendor_tells_the_owner_and_nobody_else():
    wrong = []
    for rule in STATES:
        made = found(rule, given(rule, role="processor"))
        owed = {key for key, duty in made.items() if duty.answer == "required"} - {"attorney-general-vendor"}
        if owed != ({"controller"} if rule["vendor_to_owner"] else set()):
            wrong.append((rule["id"], owed))
    assert wrong == []


def test_two_states_forbid_what_others_ask_for():
    said = {}
    for rule in STATES:
        tags = {content.tag for content in found(rule, given(rule))["individuals"].forbidden}
        if tags:
            said[rule["id"]] = tags
    assert said == {
        "us-il": {"residents_count"},
        "us-ma": {"breach_nature", "number_affected", "residents_count"},
    }


def test_services_are_offered_for_as_long_as_each_state_asks():
    wrong = []
    for rule in STATES:
        services = rule["credit_monitoring"]
        for elements, offered in (
            (("name", "ssn"), services["required"]),
            (("name", "health_insurance"), False),
        ):
            duty = found(rule, given(rule, 1, elements=elements))["individuals"]
            tags = {content.tag for content in duty.content}
            told = any(f"{services['months']} months" in note for note in duty.notes)
            if offered != told or (services["required"] and offered != ("credit_monitoring_offer" in tags)):
                wrong.append((rule["id"], elements))
    assert wrong == []


def test_credentials_of_a_mailbox_are_not_told_to_that_mailbox():
    told = {
        rule["id"]
        for rule in STATES
        if any(
            "mailbox" in note
            for note in found(rule, given(rule, mailbox_credentials=True))["individuals"].notes
        )
    }
    assert told == states("az ca ct de fl md nj ny vt wa")


def test_substitute_notice_opens_above_the_cost_and_the_number_of_each_state():
    wrong = []
    for rule in STATES:
        form = rule["substitute_notice"]
        for key, value in (("notice_cost_usd", form["cost_over_usd"]), ("number", form["people_over"])):
            if not value:
                continue
            said = []
            for more in (0, 1):
                known = {"number": value + more} if key == "number" else {"number": 1, key: value + more}
                notes = found(rule, given(rule, **known))["individuals"].notes
                said.append(any("Substitute notice is open" in note for note in notes))
            if said != [False, True]:
                wrong.append((rule["id"], key, said))
    assert wrong == []


def test_notice_under_a_procedure_of_our_own_is_enough_where_the_state_says_so():
    wrong = []
    for rule in STATES:
        for ours, wanted in (
            (True, "own_policy_consistent_timing" in rule["deemed_compliance"]),
            (None, False),
        ):
            duty = found(rule, given(rule, own_notice_procedure=ours))["individuals"]
            told = any("procedure of our own" in note for note in duty.notes)
            wrong += [] if (told, duty.answer) == (wanted, "required") else [(rule["id"], ours, duty.answer)]
    assert wrong == []


# Earlier versions, and rules that do not bind yet


@pytest.mark.parametrize(
    ("key", "duty", "elements", "last", "before", "after"),
    [
        ("us-fl", "individuals", ("name", "biometric"), "2023-06-30", "not_required", "required"),
        ("us-ok", "attorney-general", ("name", "ssn"), "2025-12-31", "not_required", "required"),
        ("us-ok", "individuals", ("name", "biometric"), "2025-12-31", "not_required", "required"),
        ("us-pa", "attorney-general", ("name", "ssn"), "2024-09-25", "not_required", "required"),
        ("us-pa", "individuals", ("name", "health_insurance"), "2023-05-01", "not_required", "required"),
        ("us-pa", "individuals", ("name", "medical"), "2024-09-25", "required", "not_required"),
        ("us-ut", "attorney-general", ("name", "ssn"), "2023-05-02", "not_required", "required"),
        ("us-fed-glba-ftc", "ftc", ("name", "ssn"), "2024-05-12", "not_required", "required"),
        ("us-ny-dfs-500", "extortion-payment", ("name",), "2023-11-30", "not_required", "required"),
        ("us-fed-sec-regsp", "individuals", ("name", "ssn"), "2025-12-02", "not_required", "required"),
        ("us-ct", "individuals", ("name", "medical"), "2021-09-30", "not_required", "required"),
        ("us-ct", "individuals", ("online_credentials",), "2021-09-30", "not_required", "required"),
        ("us-ca", "individuals", ("name", "genetic"), "2021-12-31", "not_required", "required"),
    ],
)
def test_the_day_chooses_the_version(key, duty, elements, last, before, after):
    rule, noon = BY_ID[key], datetime.fromisoformat(f"{last}T17:00:00+00:00")
    said = []
    for day in (noon, noon + timedelta(days=1)):
        events = dict.fromkeys(EVENTS, day)
        said.append(answer(rule, duty, given(rule, elements=elements, events=events)))
    assert said == [before, after]


@pytest.mark.parametrize(
    ("key", "duty", "last", "before", "after", "zone"),
    [
        ("us-ct", "individuals", "2021-09-30", 90, 60, "America/New_York"),
        ("us-tx", "attorney-general", "2023-08-31", 60, 30, "America/Chicago"),
        ("us-ca", "individuals", "2025-12-31", None, 30, "America/Los_Angeles"),
        ("us-ny", "individuals", "2024-12-20", None, 30, "America/New_York"),
        ("us-fed-ftc-hbnr", "ftc-500", "2024-07-28", 12, 60, "America/New_York"),  # ten business days
    ],
)
def test_the_day_chooses_the_limit(key, duty, last, before, after, zone):
    rule, noon = BY_ID[key], datetime.fromisoformat(f"{last}T20:00:00+00:00")
    days = []
    for day in (noon, noon + timedelta(days=1)):
        due = found(rule, given(rule, events=dict.fromkeys(EVENTS, day)))[duty].due_at
        days.append(
            due and (due.astimezone(ZoneInfo(zone)).date() - day.astimezone(ZoneInfo(zone)).date()).days
        )
    assert days == [before, after]


def test_texas_asks_how_many_were_told_already_since_september_2021():
    rule, said = BY_ID["us-tx"], []
    for day in ("2021-08-31", "2021-09-01"):
        events = dict.fromkeys(EVENTS, datetime.fromisoformat(f"{day}T17:00:00+00:00"))
        tags = {
            content.tag for content in found(rule, given(rule, events=events))["attorney-general"].content
        }
        said.append("residents_already_notified" in tags)
    assert said == [False, True]


def test_smaller_firms_were_bound_by_regulation_s_p_half_a_year_later():
    rule, said = BY_ID["us-fed-sec-regsp"], []
    for day in (2, 3):
        events = {"aware": datetime(2026, 6, day, 17, tzinfo=UTC)}
        said.append(answer(rule, "individuals", given(rule, events=events, capacities=("regsp_smaller",))))
    assert said == ["not_required", "required"]


def test_agencies_told_the_ftc_within_ten_business_days_before_the_rule_changed():
    rule = BY_ID["us-fed-ftc-hbnr"]
    duty = found(rule, given(rule, events=dict.fromkeys(EVENTS, datetime(2024, 7, 1, 17, tzinfo=UTC))))[
        "ftc-500"
    ]
    assert duty.due_at == datetime(2024, 7, 17, 3, 59, 59, tzinfo=UTC)  # the Fourth of July does not count


def test_the_fcc_rule_stands_as_it_was_until_the_new_one_takes_effect():
    rule = BY_ID["us-fed-fcc-cpni"]
    made = found(rule, given(rule, 3))
    assert {key for key, duty in made.items() if duty.answer == "required"} == {"individuals", "fcc"}
    assert made["fcc"].due_at == datetime(2026, 3, 18, 3, 59, 59, tzinfo=UTC)  # seven business days
    assert made["individuals"].blocked_by.startswith("us-fed-fcc-cpni/fcc")


def test_a_rule_that_is_not_effective_asks_nothing():
    assert not found(BY_ID["us-fed-circia"], given(BY_ID["us-fed-circia"]))


# Waiting, and more time


def test_the_clock_runs_on_for_a_set_time_after_law_enforcement_has_cleared():
    # Cleared on Monday 15 June 2026, after every first limit; the 19th is a federal holiday.
    asked, cleared = datetime(2026, 3, 9, 15, tzinfo=UTC), datetime(2026, 6, 15, 15, tzinfo=UTC)
    wrong = []
    for key, day in (
        ("us-me", "2026-06-25"),
        ("us-md", "2026-06-22"),
        ("us-sd", "2026-07-15"),
        ("us-tn", "2026-07-30"),
    ):
        hold = Hold(asked, agency="FBI", written=True, cleared_at=cleared)
        duty = found(BY_ID[key], replace(given(BY_ID[key]), holds=(hold,)))["individuals"]
        if duty.due_at is None or duty.due_at.astimezone(ZoneInfo(duty.due_zone)).date().isoformat() != day:
            wrong.append((key, duty.due_at, duty.due_text))
    assert wrong == []


def test_a_request_stops_no_clock_where_the_law_asks_for_more():
    asked = datetime(2026, 3, 9, 15, tzinfo=UTC)
    oral, written = Hold(asked, agency="FBI", written=False), Hold(asked, agency="FBI", written=True)
    for key, hold in (("us-al", oral), ("us-fl", oral), ("us-mn", written)):
        rule = BY_ID[key]
        duty = found(rule, replace(given(rule), holds=(hold,)))["individuals"]
        assert (duty.due_at, duty.delay) == (found(rule, given(rule))["individuals"].due_at, ""), key
    rule = BY_ID["us-fed-sec-8k"]
    for known, stops in (({}, False), ({"us_attorney_general_finding": True}, True)):
        facts = replace(given(rule, **known), holds=(written,))
        assert bool(found(rule, facts)["sec"].delay) is stops


def test_florida_gives_fifteen_days_more_for_good_cause_in_writing():
    rule = BY_ID["us-fl"]
    for granted, day in ((None, 5), (True, 20)):
        duty = found(rule, given(rule, extension_granted=granted))["individuals"]
        assert duty.due_at == datetime(2026, 4, day, 3, 59, 59, tzinfo=UTC)
