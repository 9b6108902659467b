"""One value at a time: what a cell means, in the form that is kept. Each raises `BadValue` with a code."""

from stakeholders.importing.values.bad import BadValue
from stakeholders.importing.values.contact import email, phone
from stakeholders.importing.values.data import addressee, birth_date, elements, is_minor, says_yes
from stakeholders.importing.values.places import CODE, country, language, subdivision

__all__ = [
    "CODE",
    "BadValue",
    "addressee",
    "birth_date",
    "country",
    "elements",
    "email",
    "is_minor",
    "language",
    "phone",
    "says_yes",
    "subdivision",
]
