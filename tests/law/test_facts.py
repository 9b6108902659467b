import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from law.facts import UNKNOWN, BreachFacts, FactsError, PlaceCount
from law.facts_schema import facts_schema, schema_text
from law.vocabulary import (
    DATA_ELEMENTS,
    ELEMENT_IMPLIES,
    EVENT_KINDS,
    FACT_KEYS,
    IDENTIFIERS,
    IMPLIED_BY,
    PRECURSORS,
    allowed_values,
)

ROOT = Path(__file__).parents[2]
SCHEMA = Draft202012Validator(facts_schema())


def errors_of(data: object) -> list[str]:
    with pytest.raises(FactsError) as refusal:
        BreachFacts.from_dict(data)
    return [error.field for error in refusal.value.errors]


def test_unknown_is_neither_true_nor_false():
    assert BreachFacts().value("encrypted") is UNKNOWN
    with pytest.raises(TypeError):
        bool(UNKNOWN)


@pytest.mark.parametrize("unknown", [None, "unknown"])
def test_null_unknown_and_missing_are_the_same_facts(unknown):
    told = {
        "facts": {"encrypted": unknown, "sectors": unknown},
        "events": {"aware": unknown},
        "counts": unknown,
    }
    assert BreachFacts.from_dict(told).digest() == BreachFacts.from_dict({}).digest()


def test_not_applicable_is_a_no():
    assert BreachFacts.from_dict({"facts": {"key_safe": "not_applicable"}}).value("key_safe") is False


def test_every_error_is_reported_with_its_field():
    wrong = {
        "facts": {
            "role": "boss",
            "encrypted": "maybe",
            "sectors": ["x"],
            "establishments": ["Ireland"],
            "colour": 1,
        },
        "events": {"aware": "2026-11-20T23:10:00", "sunset": "2026-11-20T23:10:00Z", "detected": "yesterday"},
        "counts": [
            {"place": "California", "number": 5},
            {"place": "IE", "number": -1, "elements": ["dna"], "confirmed": "yes", "note": ""},
            {"place": "IE", "number": True},
            "IE",
        ],
        "filings": {"us-ca/individuals": 7},
        "weather": {},
    }
    assert sorted(errors_of(wrong)) == sorted(
        [
            *(f"facts.{key}" for key in wrong["facts"]),
            *(f"events.{key}" for key in wrong["events"]),
            "counts[0].place",
            "counts[1].number",
            "counts[1].elements",
            "counts[1].confirmed",
            "counts[1].note",
            "counts[2].number",
            "counts[3]",
            "filings.us-ca/individuals",
            "weather",
        ]
    )


@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z"]
)
def test_instants_stay_where_clocks_can_count(instant):
    assert errors_of({"events": {"aware": instant}}) == ["events.aware"]


@pytest.mark.parametrize("data", [[], "facts", None, 7, {"facts": []}, {"counts": {}}, {"events": [1]}])
def test_the_wrong_shape_is_refused_in_words(data):
    assert errors_of(data)


def test_errors_name_what_is_allowed():
    with pytest.raises(FactsError, match="controller, joint_controller, processor"):
        BreachFacts.from_dict({"facts": {"role": "boss"}})


def _known(key: str) -> st.SearchStrategy[object]:
    fact = FACT_KEYS[key]
    words = list(allowed_values(key))
    if fact.type == "bool":
        return st.booleans()
    if fact.type == "enum":
        return st.sampled_from(words)
    if fact.type == "list":
        return st.lists(st.sampled_from(words))
    if fact.type == "int":
        return st.integers(0, 10**6)
    place = st.sampled_from(["IE", "DE-BE", "US-CA", "BR"])
    return place if fact.type == "place" else st.lists(place)


ROWS = st.fixed_dictionaries(
    {"place": st.sampled_from(["IE", "US-CA", "US", "BR"]), "number": st.none() | st.integers(0, 10**7)},
    optional={
        "elements": st.lists(st.sampled_from(list(DATA_ELEMENTS)), max_size=4),
        "confirmed": st.booleans(),
    },
)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    datetime.isoformat
)
TOLD = st.fixed_dictionaries(
    {
        "facts": st.fixed_dictionaries({}, optional={key: _known(key) for key in FACT_KEYS}),
        "events": st.dictionaries(st.sampled_from(list(EVENT_KINDS)), INSTANTS, max_size=4),
        "counts": st.lists(ROWS, max_size=4),
    }
)


@settings(max_examples=25)
@given(TOLD)
def test_facts_survive_their_own_canonical_form_and_the_published_schema(told):
    facts = BreachFacts.from_dict(told)
    again = BreachFacts.from_dict(json.loads(json.dumps(facts.to_dict())))
    assert again.digest() == facts.digest()
    SCHEMA.validate(told)
    SCHEMA.validate(facts.to_dict())


def test_the_published_schema_is_the_one_made_from_the_code():
    assert (ROOT / "docs/facts.schema.json").read_text(encoding="utf-8") == schema_text()
    Draft202012Validator.check_schema(facts_schema())


def test_the_order_of_counts_does_not_matter():
    rows = (PlaceCount("IE", 3), PlaceCount("FR", None, frozenset({"name"})))
    assert BreachFacts(counts=rows).digest() == BreachFacts(counts=rows[::-1]).digest()


def test_the_vocabulary_speaks_only_of_itself():
    for element, implied in ELEMENT_IMPLIES.items():
        assert {element, *implied} <= set(DATA_ELEMENTS)
    assert set(DATA_ELEMENTS) >= IDENTIFIERS
    assert {element.category for element in DATA_ELEMENTS.values()} == {
        "simple",
        "behavioural",
        "financial",
        "sensitive",
    }
    for kind, later in IMPLIED_BY.items():
        assert {kind, *later} <= set(EVENT_KINDS)
    assert set(PRECURSORS) <= set(EVENT_KINDS)


@pytest.mark.parametrize("key", FACT_KEYS)
def test_every_fact_can_be_asked(key):
    fact = FACT_KEYS[key]
    assert fact.label
    assert fact.question.endswith("?") or "(signed finding)" in fact.question
    assert fact.type in ("bool", "enum", "list", "place", "places", "int")
    assert bool(allowed_values(key)) == (fact.type in ("enum", "list"))
