import json
from datetime import timedelta

from law.duties import duties_for
from law.evaluate import as_json, ordered, overdue, report
from law.facts import BreachFacts
from law.missing import still_to_find_out
from law.pack import load_pack
from tests.law.given import NOON, askable, facts, people

PACK = load_pack()
LANTERN = {"establishments": ("IE", "GB", "US-CA", "BR"), "main_establishment": "IE", "acquisition": True}
GIVEN = facts(people("IE", 90), people("US-CA", 700, "name", "ssn", confirmed=False), **LANTERN)
LATER = NOON + timedelta(hours=80)


def test_the_fact_that_settles_most_is_asked_first():
    found = still_to_find_out(
        duties_for(facts(people("IE", 9), forget=("role",), capacities=(), **LANTERN), PACK)
    )
    assert found[0].key == "role"
    assert found[0].duties == len(found[0].keys) > 1
    assert found[0].question.endswith("?")


def test_clocks_without_a_start_ask_for_their_event():
    given = facts(people("US-TX", 300, "name", "ssn"), acquisition=True, encrypted=False)
    asked = {one.key: one for one in still_to_find_out(duties_for(given, PACK))}
    assert "us-tx/attorney-general" in asked["events.determined"].keys
    assert asked["events.determined"].question.startswith("When:")


def test_nothing_is_asked_for_what_is_not_required():
    given = facts(people("GB", 9), risk_tier="unlikely", capacities=())
    assert [one for one in still_to_find_out(duties_for(given, PACK)) if one.key != "role"] == []


def test_with_nothing_known_every_regime_is_open_and_asks_for_places():
    found = duties_for(BreachFacts(), PACK)
    assert {duty.answer for duty in found} == {"undecided"}
    assert askable(PACK) <= {duty.rule_id for duty in found}
    assert "counts" in [one.key for one in still_to_find_out(found)]


def test_places_served_keep_other_regimes_out_of_the_question():
    known = BreachFacts({"places_served": ("BR",), "establishments": ("BR",)})
    assert {duty.rule_id for duty in duties_for(known, PACK)} == {"br-lgpd-48"}


def test_the_report_tells_answers_arithmetic_reasons_and_open_questions():
    text = report(GIVEN, duties_for(GIVEN, PACK), PACK, LATER)
    assert "REQUIRED: Notify the Irish Data Protection Commission · OVERDUE" in text
    assert "+ 72 hours (every hour counts, Reg. 1182/71 Art. 3) = Fri 13 Mar 2026 12:00 GMT" in text
    assert "UNDECIDED: Tell affected residents of California" in text
    assert "700 (estimate) people with such data in US-CA" in text
    assert "Would be settled by: encrypted, key_safe" in text
    assert "Were all the data encrypted or otherwise made unintelligible? (encrypted;" in text
    assert PACK.version in text


def test_json_holds_the_same_and_is_stable():
    found = duties_for(GIVEN, PACK)
    data = as_json(GIVEN, found, PACK, LATER)
    assert json.loads(json.dumps(data)) == data
    assert json.dumps(data) == json.dumps(as_json(GIVEN, duties_for(GIVEN, PACK), PACK, LATER))
    assert [row["key"] for row in data["duties"]] == [duty.key for duty in ordered(found)]
    irish = next(row for row in data["duties"] if row["key"] == "eu-gdpr-33/authority@ie-dpc")
    assert irish["due_at"] == "2026-03-13T12:00:00Z"
    assert irish["overdue"] is True
    assert "rule" not in irish


def test_our_own_targets_never_make_a_duty_overdue():
    high = facts(people("IE", 90), risk_tier="high", **LANTERN)
    duty = next(one for one in duties_for(high, PACK) if one.key == "eu-gdpr-33/individuals")
    assert duty.target_at is not None
    assert not overdue(duty, duty.target_at + timedelta(days=99))


def test_no_link_is_said_in_words():
    nowhere = facts(people("UA", 5), places_complete=True)
    assert "No rule of the pack has a link to these facts." in report(nowhere, [], PACK, NOON)
    assert [duty for duty in duties_for(nowhere, PACK) if duty.reach == "here"] == []


def test_a_contract_clause_is_a_rule_of_the_same_form():
    from law.pack import rule_from

    clause = rule_from(
        {
            "id": "contract-acme",
            "title": "Acme master agreement",
            "place": "IE",
            "places": ["IE"],
            "status": "in_force",
            "citation": "Clause 14.2",
            "effective_from": "2024-01-01",
            "zone": "Europe/Dublin",
            "confidence": "verified",
            "link": {"text": "The agreement is in force", "when": {"affected": "anywhere"}},
            "duties": [
                {
                    "id": "client",
                    "title": "Tell Acme",
                    "recipient": {"kind": "clients", "name": "Acme"},
                    "stage": "single",
                    "deadline": {"number": 24, "unit": "hours", "from": "detected", "binding": True},
                }
            ],
        }
    )
    found = {duty.key: duty for duty in duties_for(GIVEN, PACK, clauses=[clause])}
    assert found["contract-acme/client"].due_at == NOON + timedelta(hours=24)
    assert found["contract-acme/client"].citation == "Clause 14.2"
