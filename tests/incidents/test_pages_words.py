"""How places, facts and times are read and told."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError

from incidents.forms.instants import instant_of
from incidents.models import AffectedCount, Obligation
from incidents.places import place_name, read_place
from incidents.queries import counts_by_place
from incidents.templatetags.incident_words import (
    element_names,
    fact_anchor,
    fact_label,
    fact_words,
    target_words,
    telling_elements,
)
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


def test_a_list_of_data_keeps_capitals_only_at_its_start_and_for_abbreviations():
    assert element_names(["birth_date", "email", "irs_ip_pin"]) == (
        "Date of birth, e-mail address, IRS identity-protection PIN"
    )
    assert fact_words(["birth_date", "email"], "elements") == "Date of birth; e-mail address"


def test_the_most_telling_data_come_first_and_the_rest_is_counted():
    assert telling_elements(["name", "email", "location"]) == "Location, name, 1 more"
    assert telling_elements(["name"]) == "Name"


def test_a_target_says_whether_the_law_has_no_number_or_its_clock_has_not_started():
    waiting = Obligation(due_text="72 hours from: aware. Not recorded yet.", duty={"waits_for": ["aware"]})
    assert target_words(waiting) == (
        "The law's clock starts with “Aware” (not recorded yet); until then our own target"
    )
    haste = Obligation(due_text="Without undue delay; the law puts no number (from: aware).")
    assert target_words(haste) == "Our own target; the law puts no number"
    assert "earlier filing" in target_words(Obligation(due_text="30 days from the filing of x"))


def test_counts_are_one_entry_a_place_the_largest_first():
    def count(place: str, number: int, basis: str, *elements: str) -> AffectedCount:
        return AffectedCount(place=place, number=number, basis=basis, elements=list(elements))

    found = counts_by_place(
        [
            count("IE", 10, "confirmed", "email"),
            count("DE", 30, "confirmed", "email", "name"),
            count("DE", 5, "confirmed", "phone"),
            count("IE", 25, "estimate", "email"),
        ]
    )
    assert [(one.place, one.number, one.confirmed, one.estimated) for one in found] == [
        ("DE", 35, 35, 0),
        ("IE", 25, 10, 15),
    ]
    assert found[0].elements == ["email", "name", "phone"]
