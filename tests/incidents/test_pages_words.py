"""How places, facts and times are read and told."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError

from incidents.forms.instants import instant_of
from incidents.places import place_name, read_place
from incidents.templatetags.incident_words import element_names, fact_anchor, fact_label, fact_words
from law.data_elements import DATA_ELEMENTS
from law.vocabulary import EVENT_KINDS, FACT_KEYS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ie", "IE"),
        (" Ireland ", "IE"),
        ("uk", "GB"),
        ("California", "US-CA"),
        ("us-ca", "US-CA"),
        ("Georgia", "GE"),
        ("DE-BE", "DE-BE"),
        ("US-ZZ", None),
        ("Atlantis", None),
        ("ZZ", None),
        ("", None),
    ],
)
def test_a_place_is_read_as_code_or_name(text, code):
    assert read_place(text) == code


def test_a_place_is_told_in_words_with_its_code_where_it_is_a_part():
    assert [place_name(code) for code in ("IE", "US-CA", "DE-BE")] == [
        "Ireland",
        "California (US-CA)",
        "Germany (DE-BE)",
    ]


def test_an_instant_is_counted_in_its_zone_and_the_first_of_a_repeated_hour_counts():
    assert instant_of(date(2026, 7, 1), time(12), "Europe/Dublin").isoformat() == "2026-07-01T11:00:00+00:00"
    assert (
        instant_of(date(2026, 10, 25), time(1, 30), "Europe/Dublin").isoformat()
        == "2026-10-25T00:30:00+00:00"
    )
    with pytest.raises(ValidationError) as refusal:
        instant_of(date(2026, 3, 29), time(1, 30), "Europe/Dublin")
    assert refusal.value.code == "skipped_time"


def test_every_key_that_the_law_may_ask_for_has_words_and_a_place_on_the_page():
    for key in [*FACT_KEYS, "counts", *(f"events.{kind}" for kind in EVENT_KINDS)]:
        assert fact_label(key) != key
        assert fact_anchor(key)


def test_values_are_told_in_words():
    assert fact_words(True, "access") == "Yes"
    assert fact_words([], "capacities") == "None of these"
    assert fact_words(["IE", "US-CA"], "establishments") == "Ireland; California (US-CA)"
    assert element_names(["name", "email"]) == "Name, e-mail address"
    assert DATA_ELEMENTS["ssn"].label in element_names(["name", "ssn"])
