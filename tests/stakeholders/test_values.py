"""What cells mean: tables of what people write and what is kept."""

from __future__ import annotations

from datetime import date

import pytest

from stakeholders.importing import values
from stakeholders.importing.columns import guess_target
from stakeholders.importing.rejects import safe
from stakeholders.importing.rows import same_name
from stakeholders.importing.values import BadValue


def code_of(read, *arguments):
    with pytest.raises(BadValue) as problem:
        read(*arguments)
    return problem.value.code


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("ana@mail.example", "ana@mail.example"),
        ("Ana.Lopes+x@MAIL.Example", "Ana.Lopes+x@mail.example"),
        ("mailto:ana@mail.example", "ana@mail.example"),
        ("o'neil@mail.example", "o'neil@mail.example"),
        ("jörg@bücher.example", "jörg@bücher.example"),
    ],
)
def test_addresses_are_kept_with_their_domain_in_lower_case(cell, kept):
    assert values.email(cell) == kept


@pytest.mark.parametrize(
    "cell",
    [
        "ana", "ana@", "@mail.example", "ana@mail", "a..b@mail.example", ".a@mail.example", "a.@mail.example",
        "a b@mail.example", "a@mail..example", "a@-mail.example", "a@mail.example\nBcc: x@y.example", "a@b@c.example",
        f"{'a' * 65}@mail.example", f"a@{'b' * 260}.example", "a@[127.0.0.1]", "<a@mail.example>",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(cell):
    assert code_of(values.email, cell) == "bad_email"


@pytest.mark.parametrize(
    ("cell", "region", "kept"),
    [
        ("+353 1 555 0100", "", "+35315550100"),
        ("00353 1 555 0100", "", "+35315550100"),
        ("(01) 555 0100", "IE", "+35315550100"),
        ("+44 (0)20 7946 0018", "GB", "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("1-212-555-0123", "US", "+12125550123"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("11 91234-5678", "BR", "+5511912345678"),
    ],
)
def test_numbers_become_international(cell, region, kept):
    assert values.phone(cell, region) == kept


@pytest.mark.parametrize(
    ("cell", "region"), [("12", "IE"), ("call me", "IE"), ("555 0100", ""), ("+999 123456789", "")]
)
def test_what_is_no_number_is_refused(cell, region):
    assert code_of(values.phone, cell, region) == "bad_phone"


@pytest.mark.parametrize(
    ("cell", "code"),
    [("IE", "IE"), ("irl", "IE"), ("Irland", "IE"), ("Deutschland", "DE"), ("États-Unis", "US"), ("usa", "US"),
     ("United Kingdom", "GB"), ("UK", "GB"), ("Brasil", "BR"), ("España", "ES"), ("Niederlande", "NL"), ("日本", "JP"),
     ("Georgia", "GE"), ("EL", "GR")],
)  # fmt: skip
def test_countries_are_read_in_many_languages(cell, code):
    assert values.country(cell) == code


def test_a_country_that_is_none_is_refused():
    assert code_of(values.country, "Atlantis") == "unknown_country"


@pytest.mark.parametrize(
    ("cell", "country", "code"),
    [("CA", "US", "US-CA"), ("california", "US", "US-CA"), ("US-TX", "US", "US-TX"), ("Ontario", "CA", "CA-ON"),
     ("NSW", "AU", "AU-NSW"), ("DE-BE", "DE", "DE-BE"), ("Bayern", "DE", "")],
)  # fmt: skip
def test_states_are_read_where_the_law_asks_for_them(cell, country, code):
    assert values.subdivision(cell, country) == code


def test_a_state_that_its_country_lacks_is_refused():
    assert code_of(values.subdivision, "Bavaria", "US") == "unknown_subdivision"


@pytest.mark.parametrize(
    ("cell", "tag"),
    [("pt-br", "pt-BR"), ("en_GB.UTF-8", "en-GB"), ("DE", "de"), ("Deutsch", "de"), ("French", "fr"),
     ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419")],
)  # fmt: skip
def test_languages_become_tags(cell, tag):
    assert values.language(cell) == tag


def test_a_language_that_is_none_is_refused():
    assert code_of(values.language, "Klingonian") == "unknown_language"


def test_kinds_of_data_are_read_by_key_or_label():
    assert values.elements("email; Date of birth ,passport") == {"email", "birth_date", "passport"}
    assert values.elements("Account or card number with a code that opens it") == {
        "financial_account_with_code"
    }
    assert code_of(values.elements, "email, mood") == "unknown_element"


@pytest.mark.parametrize(
    ("cell", "country", "born"),
    [("2011-04-05", "", date(2011, 4, 5)), ("05.04.2011", "DE", date(2011, 4, 5)), ("04/05/2011", "US", date(2011, 4, 5)),
     ("04/05/2011", "IE", date(2011, 5, 4)), ("12/31/2011", "IE", date(2011, 12, 31)), ("31/12/2011", "US", date(2011, 12, 31))],
)  # fmt: skip
def test_dates_are_read_as_the_country_writes_them(cell, country, born):
    assert values.birth_date(cell, country) == born


def test_somebody_is_a_minor_until_the_eighteenth_birthday():
    assert values.is_minor(date(2008, 11, 23), date(2026, 11, 22))
    assert not values.is_minor(date(2008, 11, 22), date(2026, 11, 22))
    assert code_of(values.is_minor, date(2030, 1, 1), date(2026, 11, 22)) == "bad_date"


@pytest.mark.parametrize(
    ("heading", "target"),
    [("E-Mail-Adresse", "email"), ("Courriel", "email"), ("Nachname", "family_name"), ("Prénom", "given_name"),
     ("ZIP code", "postcode"), ("Date of Birth", "birth_date"), ("País", "country"), ("\ufeffuser_id", "reference"),
     ("element_ssn", "element:ssn"), ("shoe size", "")],
)  # fmt: skip
def test_headings_are_guessed_in_several_languages(heading, target):
    assert guess_target(heading) == target


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Ana Lopes", "ana  lopes", True), ("A. Lopes", "Ana Lopes", True), ("Lopes Ana", "Ana Lopes", True),
     ("Ana Lopes", "Ana Maria Lopes", True), ("", "Ana", True), ("Éva Kis", "Eva Kis", True),
     ("Ana Lopes", "Ben Lopes", False), ("John Doe", "Jane Doe", False), ("Ana Lopes", "Ana Silva", False)],
)  # fmt: skip
def test_names_contradict_only_when_a_word_of_the_shorter_is_missing(one, other, same):
    assert same_name(one, other) is same


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "＝1"])
def test_cells_that_a_spreadsheet_would_run_are_made_text(cell):
    assert safe(cell) == "'" + cell


def test_ordinary_cells_stay_as_they_are():
    assert safe("a=b") == "a=b"
