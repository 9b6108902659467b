"""Two thousand people who do not exist, as a CSV file: twelve places, eight languages, reserved domains only."""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from typing import Final, NamedTuple

from faker import Faker

SEED: Final = 20_261_120
DOMAINS: Final = ("mail.example", "post.example", "inbox.example", "web.example")
HEADER: Final = (
    "account_id", "given_name", "family_name", "email", "phone", "country", "state", "language", "exposed",
)  # fmt: skip
PROFILE: Final = ("name", "email", "phone", "birth_date", "contacts")
FEWER: Final = ("name", "email", "contacts")
WITH_PLACES: Final = (*PROFILE, "location")


class Group(NamedTuple):
    """People of one place."""

    country: str
    region: str
    language: str
    locale: str
    number: int
    phone: str = ""  # range reserved for fiction, the last digits are drawn


GROUPS: Final = (
    Group("DE", "", "de", "de_DE", 330),
    Group("GB", "", "en", "en_GB", 260, "+44 7700 900"),
    Group("FR", "", "fr", "fr_FR", 240, "+33 6 39 98 "),
    Group("ES", "", "es", "es_ES", 190),
    Group("IT", "", "it", "it_IT", 170),
    Group("PL", "", "pl", "pl_PL", 150),
    Group("IE", "", "en", "en_IE", 140),
    Group("US", "CA", "en", "en_US", 130, "+1 415 555 01"),
    Group("NL", "", "nl", "nl_NL", 120),
    Group("BR", "", "pt", "pt_BR", 120),
    Group("PT", "", "pt", "pt_PT", 90),
    Group("US", "NY", "en", "en_US", 60, "+1 212 555 01"),
)
DIGITS: Final = {"+44 7700 900": 3, "+33 6 39 98 ": 4, "+1 415 555 01": 2, "+1 212 555 01": 2}
TOTAL: Final = sum(group.number for group in GROUPS)
# Lines as real lists have them: an address that cannot be, a country that is none, a cell too many.
BROKEN: Final = (
    ("LN-900001", "Test", "Account", "not-an-address", "", "DE", "", "de", "name;email"),
    ("LN-900002", "Nobody", "Nowhere", "nobody@mail.example", "", "Atlantis", "", "en", "name;email"),
    ("LN-900003", "Kim", "Odd", "kim.odd@mail.example", "", "GB", "", "en", "name;favourite colour"),
)


def people_csv() -> bytes:
    """The file, the same bytes each time."""
    dice = random.Random(SEED)  # noqa: S311 - made-up people, no secrets
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    number = 100_000
    for group in GROUPS:
        fake = Faker(group.locale)
        fake.seed_instance(SEED + number)
        for _ in range(group.number):
            number += dice.randint(1, 9)
            writer.writerow(_row(group, fake, number, dice))
    writer.writerows(BROKEN)
    return out.getvalue().encode()


def _row(group: Group, fake: Faker, number: int, dice: random.Random) -> tuple[str, ...]:
    given, family = fake.first_name(), fake.last_name()
    # A few left no address that still works: they are reached by letter, or not at all.
    has_mail = dice.random() > 0.02
    email = f"{_letters(given)}.{_letters(family)}{number % 1000}@{dice.choice(DOMAINS)}" if has_mail else ""
    phone = ""
    if group.phone and dice.random() < 0.6:
        phone = group.phone + "".join(str(dice.randint(0, 9)) for _ in range(DIGITS[group.phone]))
    share = dice.random()
    exposed = FEWER if share < 0.35 else WITH_PLACES if share > 0.88 else PROFILE
    return (
        f"LN-{number}", given, family, email, phone, group.country, group.region, group.language, ";".join(exposed),
    )  # fmt: skip


def _letters(name: str) -> str:
    """A name as an address can carry it."""
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L").replace("ß", "ss"))
    return "".join(letter for letter in plain.lower() if letter.isascii() and letter.isalpha()) or "x"
